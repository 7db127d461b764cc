import type { Context, SQSEvent } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { liveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import { similarIds } from '../../adapters/dynamodb/assets/similar-ids.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { metadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import { builtAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import { presetStore } from '../../adapters/dynamodb/sets/preset-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { setLogStore } from '../../adapters/dynamodb/sets/set-log-store.ts';
import { copyProgressStore } from '../../adapters/dynamodb/uploads/copy-progress-store.ts';
import { sourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { headBytes } from '../../adapters/media/media-file.ts';
import { readMedia } from '../../adapters/media/read-media.ts';
import { documentClient, eventsClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import {
  copyToMasters,
  deleteUploadObject,
  findStaged,
  putReduction,
  putRendition,
  readStaged,
} from '../../adapters/s3/upload-object.ts';
import { readImage } from '../../adapters/sharp/read-image.ts';
import { readPicture } from '../../adapters/sharp/read-picture.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { retryAfter } from '../../adapters/sqs/retry-after.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { refreshDerived } from '../../application/assets/derive-image.ts';
import { invalidateTogether } from '../../application/assets/invalidate-together.ts';
import { publishAsset } from '../../application/assets/publish-asset.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import { setDates } from '../../application/assets/set-dates.ts';
import {
  createSet,
  editSet,
  type NewSet,
  type SetEdit,
  type SetPublishing,
} from '../../application/sets/save-set.ts';
import { type ApplyMetadataDependencies, applyMetadata } from './apply-metadata.ts';
import { buildSets } from './build-sets.ts';
import { environment } from './env.ts';
import { ingestBatch } from './ingest-batch.ts';
import { type IngestDependencies, ingestUpload } from './ingest-upload.ts';
import { withdrawUploaded } from './withdraw-uploaded.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const assets = assetStore(documents, env.ASSET_TABLE);
const jobs = jobStore(documents, env.JOB_TABLE);

/** Milliseconds reserved for the parts that are being copied when the time is up: 16 of 256 MiB take some seconds. */
const reserve = 60_000;

/** When this call has to stop copying, in milliseconds since 1970. */
let copyUntil = 0;

const progress = {
  ...copyProgressStore(documents, env.JOB_TABLE, Date.now),
  hasTime: () => Date.now() < copyUntil,
};
const publishing = {
  ...assets,
  getVersion: versionStore(documents, env.ASSET_TABLE).getVersion,
  ...originCopies(s3, env.MASTERS_BUCKET, originBuckets(env), { progress }),
  ...invalidationQueue(sqsClient(), env.INVALIDATION_QUEUE),
  emitPublished: bus.emitPublished,
};
/** What an image's derived images may take to go live with it; a message is given up after five minutes. */
const millisecondsToPublish = 60_000;
const library = {
  ...relationStore(documents, env.ASSET_TABLE),
  ...setFiles(s3, env.MASTERS_BUCKET),
  now: () => new Date().toISOString(),
  clock: Date.now,
};
const building = {
  ...assets,
  ...library,
  ...builtAssetStore(documents, env.ASSET_TABLE),
  ...publishSaved({ ...publishing, ...library }, millisecondsToPublish),
};
const buckets = { uploads: env.UPLOAD_BUCKET, masters: env.MASTERS_BUCKET };

const uploads = uploadStore(documents, env.JOB_TABLE, env.ASSET_TABLE, jobs);
const { getSettings } = settingsStore(documents, env.JOB_TABLE);
const batchSets = {
  ...building,
  ...presetStore(documents, env.JOB_TABLE),
  ...setLogStore(documents, env.JOB_TABLE),
  listFiles: uploads.listFiles,
  getSettings,
  createSet: (set: NewSet, saving: SetPublishing) => createSet(set, saving, building),
  editSet: (edit: SetEdit, saving: SetPublishing) => editSet(edit, saving, building),
};

const { rememberSource, findSources } = sourceStore(documents, env.JOB_TABLE);
const deleteStaged = (key: string) => deleteUploadObject(s3, env.UPLOAD_BUCKET, key);
const dating = { ...publishing, ...library, ...liveDateStore(documents, env.ASSET_TABLE) };
const metadata: ApplyMetadataDependencies = {
  ...assets,
  ...uploads,
  ...metadataStore(documents, env.ASSET_TABLE),
  ...metadataSchemaStore(documents, env.JOB_TABLE),
  setDates: (edit, context) => setDates(edit, context, dating),
  invalidateTogether: (company, ids) => invalidateTogether(company, ids, publishing),
  getSettings,
  findSources,
  rememberSource,
  readStaged: (key) => readStaged(s3, env.UPLOAD_BUCKET, key),
  deleteStaged,
  now: library.now,
  log: logger,
};

const dependencies: IngestDependencies = {
  ...uploads,
  ...notificationQueue(sqsClient(), env.NOTIFICATION_QUEUE),
  ...fetchQueue(sqsClient(), env.FETCH_QUEUE),
  rememberSource,
  getJob: jobs.getJob,
  markEndProcessed: jobs.markEndProcessed,
  getAsset: assets.getAsset,
  getSettings,
  buildSets: (job, lastAttempt) => buildSets(job, lastAttempt, batchSets),
  applyMetadata: (job, lastAttempt) => applyMetadata(job, lastAttempt, metadata),
  findStaged: (key) => findStaged(s3, env.UPLOAD_BUCKET, key),
  readMedia: async (key, { name, type, bytes }, settings) => {
    const read = (first: number, length: number) => readStaged(s3, env.UPLOAD_BUCKET, key, { first, length });
    return readMedia(
      {
        fileName: name,
        declaredType: type,
        bytes,
        // S3 refuses any range of an empty object.
        head: bytes === 0 ? new Uint8Array() : await read(0, headBytes),
        readRange: read,
        readAll: () => readStaged(s3, env.UPLOAD_BUCKET, key),
      },
      settings,
      {
        image: (content, accepted) =>
          readImage(content, accepted, { heic: env.HEIC === 'on', autoQuality: settings.autoQuality }),
        picture: (file, kind) => readPicture(file, kind, { autoQuality: settings.autoQuality }),
      },
    );
  },
  similarIds: (company, id) => similarIds(documents, env.ASSET_TABLE, company, id),
  setsOf: async (company, id) => (await library.membershipsOf(company, id)).map(({ set }) => set),
  copyToMasters: (source, target, bytes, type) =>
    copyToMasters(s3, buckets, { source, target, bytes, type }, progress),
  putRendition: (target, bytes, type) => putRendition(s3, env.MASTERS_BUCKET, { target, bytes, type }),
  putReduction: (company, reduction) => putReduction(s3, env.MASTERS_BUCKET, company, reduction),
  deleteMaster: (key, versionId) => deleteUploadObject(s3, env.MASTERS_BUCKET, key, versionId),
  deleteStaged,
  publish: (asset, servers, options) => publishAsset(asset, servers, options, publishing),
  refreshDerived: (parent, refreshing) => refreshDerived(parent, refreshing, building),
  publishWithMembers: building.publishWithMembers,
  withdraw: (asset, withdrawal) => withdrawUploaded(asset, withdrawal, publishing),
  now: library.now,
  log: logger,
};

export const handler = (event: SQSEvent, context: Context) => {
  copyUntil = Date.now() + context.getRemainingTimeInMillis() - reserve;
  return ingestBatch(event, {
    bucket: env.UPLOAD_BUCKET,
    ingest: (arrival) => ingestUpload(arrival, dependencies),
    passOn: env.LARGE_FILES_QUEUE === 'off' ? undefined : sendJson(sqsClient(), env.LARGE_FILES_QUEUE),
    retryAfter: retryAfter(sqsClient(), env.UPLOADED_QUEUE),
    log: logger,
  }).finally(bus.flush);
};
