import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { isTerminal } from '../../domain/jobs/job.ts';
import { fileLogEntry } from '../../domain/uploads/upload-log-entries.ts';

export type FailUploadDependencies = Pick<JobStore, 'getJob' | 'endJob' | 'markEndProcessed'> &
  Pick<UploadStore, 'finishFiles'> &
  Pick<NotificationQueue, 'sendNotification'>;

/**
 * Ends an upload whose source cannot be read, as `failed`, and sends the notification about its end. Files that are still open
 * are not reached. A repeated call notifies again, which changes nothing.
 * @param reason a public text
 * @param at ISO 8601, UTC
 */
export async function failUpload(
  company: string,
  jobId: string,
  reason: string,
  at: string,
  dependencies: FailUploadDependencies,
): Promise<void> {
  await dependencies.finishFiles(company, jobId, ['pending'], (file) =>
    fileLogEntry(file, 'not-reached', 'was not fetched: the upload failed', at),
  );
  const job = await dependencies.getJob(company, jobId);
  if (job?.kind !== 'upload') return;
  if (!isTerminal(job.status)) {
    const { status, counts } = job;
    const ended = await dependencies.endJob(company, jobId, status, {
      status: 'failed',
      counts,
      ended: at,
      reason,
    });
    if (!ended) throw new Error(`The upload ${jobId} changed while it was ended`);
  }
  await dependencies.sendNotification({ kind: 'ended', company, jobId });
  await dependencies.markEndProcessed(company, jobId);
}
