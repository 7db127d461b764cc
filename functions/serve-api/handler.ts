import { createHash, randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { monotonicFactory } from 'ulid';
import { assetListing } from '../../adapters/dynamodb/assets/asset-listing.ts';
import { assetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import { pendingRecords } from '../../adapters/dynamodb/assets/pending-records.ts';
import { versionRecords } from '../../adapters/dynamodb/assets/version-records.ts';
import { callLimits } from '../../adapters/dynamodb/companies/call-limits.ts';
import { memberRecords } from '../../adapters/dynamodb/companies/member-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/companies/settings-records.ts';
import { jobListing } from '../../adapters/dynamodb/jobs/job-listing.ts';
import { jobRecords, type Submission } from '../../adapters/dynamodb/jobs/job-records.ts';
import { folderRecords } from '../../adapters/dynamodb/library/folder-records.ts';
import { libraryWrites } from '../../adapters/dynamodb/library/library-writes.ts';
import { metadataRecords } from '../../adapters/dynamodb/library/metadata-records.ts';
import { metadataSchemaRecords } from '../../adapters/dynamodb/library/metadata-schema-records.ts';
import { searchRecords } from '../../adapters/dynamodb/library/search-records.ts';
import { trashRecords } from '../../adapters/dynamodb/library/trash-records.ts';
import { mailMembers } from '../../adapters/dynamodb/notifications/mail-members.ts';
import { webhookSecretRecords } from '../../adapters/dynamodb/notifications/webhook-secret-records.ts';
import { scheduleRecords } from '../../adapters/dynamodb/schedules/schedule-records.ts';
import { triggerRecords } from '../../adapters/dynamodb/schedules/trigger-records.ts';
import { builtRecords } from '../../adapters/dynamodb/sets/built-records.ts';
import { presetRecords } from '../../adapters/dynamodb/sets/preset-records.ts';
import { relationRecords } from '../../adapters/dynamodb/sets/relation-records.ts';
import { setLineRecords } from '../../adapters/dynamodb/sets/set-line-records.ts';
import { retryConflicts } from '../../adapters/dynamodb/table/retry-conflicts.ts';
import { uploadRecords } from '../../adapters/dynamodb/uploads/upload-records.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { answerRequest } from '../../adapters/http/answer-request.ts';
import {
  documentClient,
  eventsClient,
  s3Client,
  schedulerClient,
  sfnClient,
  sqsClient,
} from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { logExports } from '../../adapters/s3/log-exports.ts';
import { masterVersionExists } from '../../adapters/s3/master-versions.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { beginParts, completeParts, dropParts } from '../../adapters/s3/upload-parts.ts';
import { signPart, signUpload } from '../../adapters/s3/upload-urls.ts';
import { scheduleTarget } from '../../adapters/scheduler/schedule-target.ts';
import { schedules } from '../../adapters/scheduler/schedules.ts';
import { forgetByQueue } from '../../adapters/sqs/forget-by-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { executionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { sendWebhook } from '../../adapters/webhook/send-webhook.ts';
import { announced } from '../../application/assets/announced.ts';
import { createDerived, editDerived, refreshDerived } from '../../application/assets/derive-image.ts';
import { previewJob, previewPublish, previewWithdrawal } from '../../application/assets/preview.ts';
import { publishClosures } from '../../application/assets/publish-closures.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import { brokenSets, withdrawAssets } from '../../application/assets/withdraw-assets.ts';
import { cancelPublishJob } from '../../application/jobs/cancel-publish-job.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { flushInBatches } from '../../application/library/flush-in-batches.ts';
import { moveAsset } from '../../application/library/move-asset.ts';
import { purgeAsset } from '../../application/library/purge-asset.ts';
import { renameAsset } from '../../application/library/rename-asset.ts';
import { republish, restoreAsset } from '../../application/library/restore-asset.ts';
import { holesLeftBy, trashAsset } from '../../application/library/trash-asset.ts';
import { signingSecrets } from '../../application/notifications/signing-secrets.ts';
import { createSet, editSet } from '../../application/sets/save-set.ts';
import { tellingEnds } from '../../application/uploads/telling-ends.ts';
import { isTerminal } from '../../domain/jobs/job.ts';
import { mostCallMs } from '../../domain/library/limits.ts';
import { environment } from './env.ts';
import { apiRoutes, type ServeApiDependencies } from './serve-api.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const uploads = env.UPLOAD_BUCKET;
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const assets = announced(assetRecords(documents, env.ASSET_TABLE), bus);
const folders = folderRecords(documents, env.ASSET_TABLE);
const jobs = jobRecords(documents, env.JOB_TABLE);
/** Ids of one environment keep the order of their making also within a millisecond. */
const nextId = monotonicFactory();
const files = jobFiles(s3, env.JOBS_BUCKET);
const publishing = {
  ...assets,
  ...originCopies(s3, env.MASTERS_BUCKET, originBuckets(env)),
  forget: forgetByQueue(sqsClient(), env.WITHDRAWN_QUEUE),
};
const library = {
  ...relationRecords(documents, env.ASSET_TABLE),
  ...setFiles(s3, env.MASTERS_BUCKET),
  now: () => new Date().toISOString(),
  clock: Date.now,
};
const building = {
  ...assets,
  ...library,
  ...builtRecords(documents, env.ASSET_TABLE),
  ...publishSaved({ ...publishing, ...library }, mostCallMs),
};
const flush: ServeApiDependencies['flush'] = sendJson(sqsClient(), env.WITHDRAWN_QUEUE);
const keeping = {
  ...building,
  ...publishing,
  ...folders,
  ...libraryWrites(documents, env.ASSET_TABLE),
  ...trashRecords(documents, env.ASSET_TABLE),
  ...metadataRecords(documents, env.ASSET_TABLE),
  ...libraryObjects(s3, env.MASTERS_BUCKET, originBuckets(env)),
  flush: (company: string, ids: readonly string[]) => flushInBatches(company, ids, flush),
};
const listing = assetListing(documents, env.ASSET_TABLE, assets.getAssets, folders.foldersWithin, Date.now);
const telling = notificationQueue(sqsClient(), env.NOTIFICATION_QUEUE);
const jobEngine = {
  ...jobs,
  ...files,
  ...executions(sfnClient(), env.PUBLISH_STATE_MACHINE),
  ...executionControl(sfnClient(), env.PUBLISH_STATE_MACHINE),
  ...telling,
  announceEnd: bus.announceEnd,
};
const secrets = {
  ...webhookSecretRecords(documents, env.SECRET_TABLE),
  newId: () => nextId(),
  randomBytes,
  now: library.now,
};
const { findRole } = memberRecords(documents, env.JOB_TABLE);
const allowLoopback = env.NOTIFY_LOOPBACK === 'on';

const routes = apiRoutes({
  ...assets,
  ...listing,
  ...tellingEnds(uploadRecords(documents, env.JOB_TABLE, env.ASSET_TABLE, jobs), jobEngine),
  ...settingsRecords(documents, env.JOB_TABLE),
  ...library,
  ...presetRecords(documents, env.JOB_TABLE),
  ...scheduleRecords(documents, env.JOB_TABLE),
  ...schedules(schedulerClient(), scheduleTarget(env)),
  ...triggerRecords(documents, env.JOB_TABLE),
  ...callLimits(documents, env.JOB_TABLE),
  ...mailMembers(documents, env.JOB_TABLE),
  ...secrets,
  findRole,
  signingSecrets: (company) => signingSecrets(company, secrets),
  sendWebhook: (request) => sendWebhook(request, { allowLoopback }),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  mailAvailable: env.MAIL_FROM !== 'off',
  notifyLoopback: allowLoopback,
  apiUrl: env.API_URL,
  ...setLineRecords(documents, env.JOB_TABLE),
  ...metadataRecords(documents, env.ASSET_TABLE),
  ...metadataSchemaRecords(documents, env.JOB_TABLE),
  ...searchRecords(documents, env.ASSET_TABLE, assets.getAssets, Date.now),
  ...versionRecords(documents, env.ASSET_TABLE),
  masterExists: (version) => masterVersionExists(s3, env.MASTERS_BUCKET, version),
  refreshDerived: (parent, refreshing) => refreshDerived(parent, refreshing, building),
  publishWithMembers: building.publishWithMembers,
  createSet: (set, saving) => createSet(set, saving, building),
  editSet: (edit, saving) => editSet(edit, saving, building),
  createDerived: (derived, deriving) => createDerived(derived, deriving, building),
  editDerived: (edit, deriving) => editDerived(edit, deriving, building),
  ...folders,
  listTrash: keeping.listTrash,
  move: (asset, move) => moveAsset(asset, move, keeping),
  rename: (company, id, renaming) => renameAsset(company, id, renaming, keeping),
  trash: (asset, trashing) => trashAsset(asset, trashing, keeping),
  holesLeftBy: (trashed) => holesLeftBy(trashed, keeping),
  restore: (asset, restoring) => restoreAsset(asset, restoring, keeping),
  republish: (restored, restoring) => republish(restored, restoring, keeping),
  purge: (asset, purging) => purgeAsset(asset, purging, keeping),
  getJob: jobs.getJob,
  ...jobListing(documents, env.JOB_TABLE, Date.now),
  readQueue: jobs.readQueue,
  readLocks: jobs.readLocks,
  requestStop: (company, jobId, by, at) => retryConflicts(() => jobs.requestStop(company, jobId, by, at)),
  readLog: files.readLog,
  readLogFile: files.readLogFile,
  listParts: jobs.listParts,
  ...logExports(s3, env.JOBS_BUCKET),
  requestExport: sendJson(sqsClient(), env.EXPORT_QUEUE),
  submit: async (job, submission?: Submission) => {
    const submitted = await submitPublishJob(job, jobEngine, submission);
    if (submitted.job.id === job.id) bus.announceStatus(job, job.submitted);
    return submitted;
  },
  writeScope: files.writeScope,
  cancelPublishJob: async (company, jobId, cancel) => {
    const job = await cancelPublishJob(company, jobId, cancel, jobEngine);
    if (!isTerminal(job.status)) bus.announceStatus(job, cancel.at);
    return job;
  },
  publishClosures: (company, roots, options) =>
    publishClosures(company, roots, options, { ...publishing, ...library }),
  previewPublish: (company, roots, options) =>
    previewPublish(company, roots, options, { ...assets, ...library }),
  withdrawAssets: (company, chosen, withdrawal) =>
    withdrawAssets(company, chosen, withdrawal, { ...publishing, ...library, flush }),
  previewWithdrawal,
  brokenSets: (company, ids, but = new Set()) => brokenSets(company, ids, but, { ...assets, ...library }),
  previewJob: (job, { ids, ...options }) =>
    previewJob(job, options, {
      ...assets,
      ...library,
      ...pendingRecords(documents, env.ASSET_TABLE),
      ...listing,
      ...files,
      readScope: async () => [...ids],
    }),
  flush,
  signUpload: (upload) => signUpload(s3, uploads, upload),
  signPart: (part) => signPart(s3, uploads, part),
  beginParts: (key, type) => beginParts(s3, uploads, key, type),
  dropParts: (key, uploadId) => dropParts(s3, uploads, key, uploadId),
  completeParts: (key, uploadId, parts) => completeParts(s3, uploads, key, uploadId, parts),
  deliveryDomain: env.DELIVERY_DOMAIN,
  newId: () => nextId(),
  now: () => new Date().toISOString(),
  log: logger,
});

export const handler = (event: APIGatewayProxyEventV2WithJWTAuthorizer) =>
  answerRequest(event, routes, { findRole, log: logger }).finally(bus.flush);
