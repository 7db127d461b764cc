import type { Context, SQSEvent } from 'aws-lambda';
import { tarArchive } from '../../adapters/archives/tar-archive.ts';
import { zipArchive } from '../../adapters/archives/zip-archive.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { countAssets, usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { sourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { documentClient, s3Client, sourceS3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
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
import { retryAfter } from '../../adapters/sqs/retry-after.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { openUrl } from '../../adapters/web-source/open-url.ts';
import { parseSourceBuckets } from '../../domain/uploads/source-buckets.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import { archiveFormat } from '../../domain/uploads/unpacking.ts';
import { environment } from './env.ts';
import { fetchBatch } from './fetch-batch.ts';
import { type FetchFileDependencies, fetchFile } from './fetch-file.ts';
import { type ListSourceDependencies, listSource } from './list-source.ts';
import { type UnpackDependencies, unpackArchive } from './unpack-archive.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const uploads = env.UPLOAD_BUCKET;
const jobs = jobStore(documents, env.JOB_TABLE);
const allowLoopback = env.NOTIFY_LOOPBACK === 'on';
const sendIngest = sendJson(sqsClient(), env.UPLOADED_QUEUE);

/** When this call is ended, in milliseconds since 1970. */
let endsAt = 0;

const dependencies: ListSourceDependencies & FetchFileDependencies & UnpackDependencies = {
  ...jobs,
  ...uploadStore(documents, env.JOB_TABLE, env.ASSET_TABLE, jobs),
  ...sourceStore(documents, env.JOB_TABLE),
  ...settingsStore(documents, env.JOB_TABLE),
  ...usageStore(documents, env.JOB_TABLE),
  countAssets: (company, max) => countAssets(documents, env.ASSET_TABLE, company, max),
  ...sourceLists(s3, env.JOBS_BUCKET),
  ...fetchQueue(sqsClient(), env.FETCH_QUEUE),
  ...notificationQueue(sqsClient(), env.NOTIFICATION_QUEUE),
  sourceBuckets: parseSourceBuckets(env.SOURCE_BUCKETS) ?? [],
  listObjects: (source) => listSourceObjects(sourceS3Client(), source),
  openObject: (bucket, key) => openSourceObject(sourceS3Client(), bucket, key),
  openUrl: (url, before) => openUrl(url, before, { allowLoopback }),
  findStaged: (key) => findStaged(s3, uploads, key),
  readStaged: (key, first, length) => readStaged(s3, uploads, key, { first, length }),
  deleteStaged: (key) => deleteUploadObject(s3, uploads, key),
  openArchive: (file, source) => (archiveFormat(file) === 'tar' ? tarArchive(source) : zipArchive(source)),
  putStaged: (key, file) => putStaged(s3, uploads, key, file),
  beginMultipartUpload: (key, type) => beginMultipartUpload(s3, uploads, key, type),
  sendUploadPart: (key, uploadId, part, bytes) => sendUploadPart(s3, uploads, key, uploadId, part, bytes),
  listUploadParts: (key, uploadId) => listUploadParts(s3, uploads, key, uploadId),
  completeMultipartUpload: (key, uploadId, parts) =>
    completeMultipartUpload(s3, uploads, key, uploadId, parts),
  // The event of a settled file: ingest-upload finds nothing to do for it, and goes on to the end of the upload.
  requestEnd: (company, jobId, file) =>
    sendIngest({ detail: { bucket: { name: uploads }, object: { key: stagedKey(company, jobId, file) } } }),
  timeLeft: () => endsAt - Date.now(),
  now: () => new Date().toISOString(),
  log: logger,
};

export const handler = (event: SQSEvent, context: Context) => {
  endsAt = Date.now() + context.getRemainingTimeInMillis();
  return fetchBatch(event, {
    list: (upload, lastAttempt) => listSource(upload, lastAttempt, dependencies),
    fetch: (attempt) => fetchFile(attempt, dependencies),
    unpack: (attempt) => unpackArchive(attempt, dependencies),
    retryAfter: retryAfter(sqsClient(), env.FETCH_QUEUE),
    log: logger,
  });
};
