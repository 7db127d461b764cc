import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { SourceLists } from '../../adapters/s3/source-lists.ts';
import type { FetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import type { UploadJob } from '../../domain/jobs/job.ts';
import { listedUrls } from '../../domain/uploads/new-upload-job.ts';
import type { UploadSource } from '../../domain/uploads/upload-source.ts';

export type SubmitFetchingUploadDependencies = Pick<UploadStore, 'createFetchingUpload'> &
  Pick<SourceLists, 'ensureSourceList'> &
  FetchQueue;

/**
 * Writes an upload job whose files are fetched, and has its source listed. Called by serve-api and start-job. A repeated call
 * with the same job changes nothing. If the message is lost, reconcile-jobs sends another one.
 *
 * Costs: 2 write units, an SQS request, and for URLs a PUT.
 */
export async function submitFetchingUpload(
  job: UploadJob,
  from: UploadSource,
  { createFetchingUpload, ensureSourceList, requestFetch }: SubmitFetchingUploadDependencies,
): Promise<void> {
  const { company, id } = job;
  if (from.kind === 'urls')
    await ensureSourceList(company, id, { files: listedUrls(from), unchanged: 0, more: false });
  await createFetchingUpload(job);
  await requestFetch({ kind: 'list', company, jobId: id });
}
