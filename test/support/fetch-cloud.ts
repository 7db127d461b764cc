/**
 * Uploads whose files are fetched, on a memory cloud: the true adapters of fetch-files, and ingest-upload behind them. The
 * bucket `source` belongs to somebody else.
 */
import { tarArchive } from '../../adapters/archives/tar-archive.ts';
import { zipArchive } from '../../adapters/archives/zip-archive.ts';
import { countAssets, usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { sourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { sourceLists } from '../../adapters/s3/source-lists.ts';
import { listSourceObjects, openSourceObject } from '../../adapters/s3/source-objects.ts';
import { deleteUploadObject, findStaged, putStaged, readStaged } from '../../adapters/s3/upload-object.ts';
import {
  beginMultipartUpload,
  completeMultipartUpload,
  listUploadParts,
  sendUploadPart,
} from '../../adapters/s3/upload-parts.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import {
  type SubmitFetchingUploadDependencies,
  submitFetchingUpload,
} from '../../application/uploads/submit-fetching-upload.ts';
import type { UploadJob, UploadOptions } from '../../domain/jobs/job.ts';
import type { FetchMessage } from '../../domain/uploads/fetch-message.ts';
import { newUploadJob } from '../../domain/uploads/new-upload-job.ts';
import { readStagedKey } from '../../domain/uploads/staged-key.ts';
import { archiveFormat } from '../../domain/uploads/unpacking.ts';
import type { UploadSource } from '../../domain/uploads/upload-source.ts';
import { type FetchFileDependencies, fetchFile } from '../../functions/fetch-files/fetch-file.ts';
import { type ListSourceDependencies, listSource } from '../../functions/fetch-files/list-source.ts';
import { type UnpackDependencies, unpackArchive } from '../../functions/fetch-files/unpack-archive.ts';
import { ingestUpload } from '../../functions/ingest-upload/ingest-upload.ts';
import { company } from './builders.ts';
import { cloudNames } from './cloud-names.ts';
import { uploadCloud } from './upload-cloud.ts';

const { ASSET_TABLE, JOB_TABLE, UPLOAD_BUCKET, JOBS_BUCKET, FETCH_QUEUE, NOTIFICATION_QUEUE } = cloudNames;

type FetchDependencies = ListSourceDependencies &
  FetchFileDependencies &
  UnpackDependencies &
  SubmitFetchingUploadDependencies;
/** A test replaces single ones. */
type Replaceable<Readonly> = { -readonly [Name in keyof Readonly]: Readonly[Name] };
export type FetchCloud = ReturnType<typeof fetchCloud>;

export function fetchCloud() {
  const cloud = uploadCloud();
  const { clients, messages, buckets } = cloud.memory;
  const { documents, s3, sqs } = clients;
  const jobs = jobStore(documents, JOB_TABLE);
  /** Uploads whose end was requested. */
  const ends: { jobId: string; file: number }[] = [];
  const errors: string[] = [];
  let time = Date.parse('2026-11-24T09:00:00.000Z');
  const dependencies: Replaceable<FetchDependencies> = {
    ...jobs,
    ...uploadStore(documents, JOB_TABLE, ASSET_TABLE, jobs),
    ...sourceStore(documents, JOB_TABLE),
    ...usageStore(documents, JOB_TABLE),
    countAssets: (of, max) => countAssets(documents, ASSET_TABLE, of, max),
    ...sourceLists(s3, JOBS_BUCKET),
    ...fetchQueue(sqs, FETCH_QUEUE),
    ...notificationQueue(sqs, NOTIFICATION_QUEUE),
    getSettings: cloud.dependencies.getSettings,
    sourceBuckets: [{ company, bucket: 'source', prefix: 'web/' }],
    listObjects: (source) => listSourceObjects(s3, source),
    openObject: (bucket, key) => openSourceObject(s3, bucket, key),
    openUrl: () => Promise.reject(new Error('This cloud has no internet')),
    findStaged: (key) => findStaged(s3, UPLOAD_BUCKET, key),
    readStaged: (key, first, length) => readStaged(s3, UPLOAD_BUCKET, key, { first, length }),
    deleteStaged: (key) => deleteUploadObject(s3, UPLOAD_BUCKET, key),
    openArchive: (file, source) => (archiveFormat(file) === 'tar' ? tarArchive(source) : zipArchive(source)),
    putStaged: (key, file) => putStaged(s3, UPLOAD_BUCKET, key, file),
    beginMultipartUpload: (key, type) => beginMultipartUpload(s3, UPLOAD_BUCKET, key, type),
    sendUploadPart: (key, id, part, bytes) => sendUploadPart(s3, UPLOAD_BUCKET, key, id, part, bytes),
    listUploadParts: (key, id) => listUploadParts(s3, UPLOAD_BUCKET, key, id),
    completeMultipartUpload: (key, id, parts) => completeMultipartUpload(s3, UPLOAD_BUCKET, key, id, parts),
    requestEnd: async (_, jobId, file) => void ends.push({ jobId, file }),
    timeLeft: () => 900_000,
    now: () => new Date(time++).toISOString(),
    log: { error: (message) => errors.push(message) },
  };
  const own = {
    ...cloud,
    memory: cloud.memory,
    source: buckets.source,
    dependencies,
    /** Those of ingest-upload. */
    ingestDependencies: cloud.dependencies,
    ends,
    errors,
    /** An upload from a source, by default of all that is below `web/`. */
    async submit(
      id: string,
      from: Partial<UploadSource> = {},
      options: Partial<UploadOptions> = {},
    ): Promise<UploadJob> {
      const source = {
        kind: 's3',
        bucket: 'source',
        prefix: 'web/',
        below: true,
        changedOnly: false,
        ...from,
      };
      const job = newUploadJob(
        { folder: '/', publishAfterUploading: true, ...options },
        { company, id, givenName: 'Nightly', submittedBy: 'ann', submitted: new Date(time).toISOString() },
        { timeZone: 'UTC' },
        source as UploadSource,
      );
      await submitFetchingUpload(job, source as UploadSource, own.dependencies);
      return job;
    },
    /** Messages that wait for fetch-files, the oldest first. */
    waiting: (): FetchMessage[] =>
      messages.filter(({ queueUrl }) => queueUrl === FETCH_QUEUE).map(({ body }) => body as FetchMessage),
    /** Processes a message like fetch-files. */
    async process(message: FetchMessage, lastAttempt = false): Promise<void> {
      if (message.kind === 'list') await listSource(message, lastAttempt, own.dependencies);
      else if (message.kind === 'file') await fetchFile({ ...message, lastAttempt }, own.dependencies);
      else await unpackArchive({ ...message, lastAttempt }, own.dependencies);
    },
    /** Takes a message from the queue. */
    take(): FetchMessage | undefined {
      const index = messages.findIndex(({ queueUrl }) => queueUrl === FETCH_QUEUE);
      return index < 0 ? undefined : (messages.splice(index, 1)[0]?.body as FetchMessage);
    },
    /** Ingests what has arrived, and ends what was requested. */
    async ingest(): Promise<void> {
      const arrived = cloud.staged().flatMap((key) => readStagedKey(key) ?? []);
      for (const one of [...arrived, ...ends.splice(0).map((end) => ({ company, ...end }))])
        await ingestUpload({ ...one, lastAttempt: false }, cloud.dependencies);
    },
    /** Processes all messages and events until nothing is left. */
    async settle(): Promise<void> {
      for (;;) {
        const message = own.take();
        if (message) await own.process(message);
        else if (cloud.staged().length > 0 || ends.length > 0) await own.ingest();
        else return;
      }
    },
    job: (id: string) => cloud.jobs.get(id) as UploadJob | undefined,
    /** Outcome and message of each file of a job, by number. */
    log: (id: string) =>
      [...cloud.files]
        .filter(([, { jobId }]) => jobId === id)
        .map(([, { logEntry }]) => `${logEntry?.outcome}: ${logEntry?.message}`),
  };
  return own;
}
