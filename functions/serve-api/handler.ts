import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { monotonicFactory } from 'ulid';
import { assetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { liveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import { pendingStore } from '../../adapters/dynamodb/assets/pending-store.ts';
import { posterStore } from '../../adapters/dynamodb/assets/poster-store.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { accessTokenStore } from '../../adapters/dynamodb/companies/access-token-store.ts';
import { auditStore } from '../../adapters/dynamodb/companies/audit-store.ts';
import { changeStore } from '../../adapters/dynamodb/companies/change-store.ts';
import { cursorKeyStore } from '../../adapters/dynamodb/companies/cursor-key-store.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { rateLimitStore } from '../../adapters/dynamodb/companies/rate-limit-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { countAssets, usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { jobListStore } from '../../adapters/dynamodb/jobs/job-list-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { permitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import { type Submission, submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { assetIdStore } from '../../adapters/dynamodb/library/asset-id-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import { metadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import { trashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { mailMemberStore } from '../../adapters/dynamodb/notifications/mail-member-store.ts';
import { notificationStore } from '../../adapters/dynamodb/notifications/notification-store.ts';
import { webhookSecretStore } from '../../adapters/dynamodb/notifications/webhook-secret-store.ts';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { triggerStore } from '../../adapters/dynamodb/schedules/trigger-store.ts';
import { builtAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import { presetStore } from '../../adapters/dynamodb/sets/preset-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { setLogStore } from '../../adapters/dynamodb/sets/set-log-store.ts';
import { retryConflicts } from '../../adapters/dynamodb/table/retry-conflicts.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { handleRequest } from '../../adapters/http/handle-request.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { documentClient, eventsClient, s3Client } from '../../adapters/runtime/main-clients.ts';
import { temporaryFiles } from '../../adapters/runtime/temporary-files.ts';
import { actionLists } from '../../adapters/s3/action-lists.ts';
import { imageSettingsStore } from '../../adapters/s3/image-settings.ts';
import { indexFiles } from '../../adapters/s3/index-files.ts';
import { jobLogs } from '../../adapters/s3/job-logs.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { logExports } from '../../adapters/s3/log-exports.ts';
import { masterDownloads } from '../../adapters/s3/master-downloads.ts';
import { masterVersionExists } from '../../adapters/s3/master-versions.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { previewSettingsStore } from '../../adapters/s3/preview-settings.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { sourceLists } from '../../adapters/s3/source-lists.ts';
import { storedPlans } from '../../adapters/s3/stored-plans.ts';
import { putPoster, stageEmpty } from '../../adapters/s3/upload-object.ts';
import {
  abortMultipartUpload,
  beginMultipartUpload,
  completeMultipartUpload,
} from '../../adapters/s3/upload-parts.ts';
import { signPart, signUpload } from '../../adapters/s3/upload-urls.ts';
import { zipDownloads } from '../../adapters/s3/zip-downloads.ts';
import { createAssetIndex, openAssetIndex } from '../../adapters/sqlite/asset-index.ts';
import { foreignTokens } from '../../adapters/tokens/foreign-tokens.ts';
import { userPoolKeys, verifyUserPoolToken } from '../../adapters/tokens/user-pool-tokens.ts';
import { createDerived, editDerived, refreshDerived } from '../../application/assets/derive-image.ts';
import { invalidateTogether } from '../../application/assets/invalidate-together.ts';
import {
  previewJob,
  previewPublish,
  previewUndo,
  previewWithdrawal,
} from '../../application/assets/preview.ts';
import { publishClosures } from '../../application/assets/publish-closures.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import { setDates } from '../../application/assets/set-dates.ts';
import { setFocus } from '../../application/assets/set-focus.ts';
import { setModifiers } from '../../application/assets/set-modifiers.ts';
import { setPoster } from '../../application/assets/set-poster.ts';
import {
  derivedStillLive,
  incompleteSets,
  withdrawAssets,
} from '../../application/assets/withdraw-assets.ts';
import { identifyCaller } from '../../application/companies/identify-caller.ts';
import { cancelPublishJob } from '../../application/jobs/cancel-publish-job.ts';
import { comparePlan } from '../../application/jobs/compare-plan.ts';
import { storePlanRound } from '../../application/jobs/store-plan.ts';
import { submitActionJob } from '../../application/jobs/submit-action-job.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { buildIndex } from '../../application/library/build-index.ts';
import { librarySearch } from '../../application/library/library-search.ts';
import { moveAsset } from '../../application/library/move-asset.ts';
import { purgeAsset } from '../../application/library/purge-asset.ts';
import { renameAsset } from '../../application/library/rename-asset.ts';
import { republish, restoreAsset } from '../../application/library/restore-asset.ts';
import { setsLeftIncomplete, trashAsset } from '../../application/library/trash-asset.ts';
import { signingSecrets } from '../../application/notifications/signing-secrets.ts';
import { createSet, editSet } from '../../application/sets/save-set.ts';
import { maxCallMs } from '../../domain/library/limits.ts';
import { parseSourceBuckets } from '../../domain/uploads/source-buckets.ts';
import type { Dependencies } from './dependencies.ts';
import { environment } from './env.ts';
import { servedRoutes } from './handlers.ts';
import { lazyServices } from './lazy-services.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const uploads = env.UPLOAD_BUCKET;
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const assets = assetStore(documents, env.ASSET_TABLE);
const folders = folderStore(documents, env.ASSET_TABLE);
const jobs = jobStore(documents, env.JOB_TABLE);
/** Ids of one environment keep the order of their making also within a millisecond. */
const nextId = monotonicFactory();
const files = { ...planFiles(s3, env.JOBS_BUCKET), ...jobLogs(s3, env.JOBS_BUCKET) };
const { logins, machines, scheduler, invalidations, notifications, requests, executions } = lazyServices(env);
const versions = versionStore(documents, env.ASSET_TABLE);
const publishing = {
  ...assets,
  ...versions,
  ...originCopies(s3, env.MASTERS_BUCKET, originBuckets(env)),
  ...invalidations,
  emitPublished: bus.emitPublished,
};
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
  ...publishSaved({ ...publishing, ...library }, maxCallMs),
};
const keeping = {
  ...building,
  ...publishing,
  ...folders,
  ...libraryStore(documents, env.ASSET_TABLE),
  ...trashStore(documents, env.ASSET_TABLE),
  ...libraryObjects(s3, env.MASTERS_BUCKET, originBuckets(env)),
};
const dating = { ...publishing, ...library, ...liveDateStore(documents, env.ASSET_TABLE) };
const posters = {
  ...keeping,
  ...posterStore(documents, env.ASSET_TABLE),
  putPoster: (company: string, image: { readonly bytes: Uint8Array; readonly type: string }) =>
    putPoster(s3, env.MASTERS_BUCKET, company, image),
};
const listing = assetListStore(documents, env.ASSET_TABLE, assets.getAssets, folders.foldersWithin, Date.now);
const { requestIndex, requestPlan, requestZip, requestExport } = requests;
const assetIds = assetIdStore(documents, env.ASSET_TABLE);
const searching = {
  ...assetIds,
  ...indexFiles(s3, env.JOBS_BUCKET),
  ...temporaryFiles('search'),
  getAssets: assets.getAssets,
  readSetRecord: library.readSetRecord,
  createIndex: createAssetIndex,
  openIndex: openAssetIndex,
  requestIndex,
  clock: Date.now,
  warn: (message: string, facts: Record<string, unknown>) => logger.warn(message, facts),
};
const search = librarySearch({
  ...searching,
  buildIndex: (company, path, hasTime) => buildIndex(company, path, hasTime, searching),
});
const queue = queueStore(documents, env.JOB_TABLE);
const permits = permitStore(documents, env.JOB_TABLE);
const jobEngine = {
  ...jobs,
  ...queue,
  ...permits,
  ...submissionStore(documents, env.JOB_TABLE),
  ...files,
  ...executions,
  ...notifications,
  emitStatus: bus.emitStatus,
  emitEnd: bus.emitEnd,
  maxRunningJobs: Number(env.MAX_RUNNING_JOBS),
  now: () => new Date().toISOString(),
};
const actions = actionLists(s3, env.JOBS_BUCKET);
const plans = storedPlans(s3, env.JOBS_BUCKET);
const planning = {
  ...assets,
  ...versions,
  ...partStore(documents, env.JOB_TABLE),
  ...library,
  ...pendingStore(documents, env.ASSET_TABLE),
  ...listing,
  ...files,
  ...plans,
  ...settingsStore(documents, env.JOB_TABLE),
  partEntries: Number(env.PART_ENTRIES),
  newPlanner: randomUUID,
};
const secrets = {
  ...webhookSecretStore(documents, env.SECRET_TABLE),
  newId: () => nextId(),
  randomBytes,
  now: library.now,
};
const settings = settingsStore(documents, env.JOB_TABLE);
const members = memberStore(documents, env.JOB_TABLE);
const accessTokens = accessTokenStore(documents, env.JOB_TABLE);
const userPool = { issuer: env.TOKEN_ISSUER, clientId: env.USER_POOL_CLIENT };
const poolKeys = userPoolKeys(env.TOKEN_ISSUER, process.env);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const allowLoopback = env.NOTIFY_LOOPBACK === 'on';
const now = () => new Date().toISOString();

const dependencies: Dependencies = {
  companies: {
    ...settings,
    findRole: members.findRole,
    ...rateLimitStore(documents, env.JOB_TABLE),
    ...cursorKeyStore(documents, env.SECRET_TABLE, randomBytes),
    ...usageStore(documents, env.JOB_TABLE),
    countAssets: (company, max) => countAssets(documents, env.ASSET_TABLE, company, max),
  },
  audit: auditStore(documents, env.JOB_TABLE, { newId: () => nextId(), clock: Date.now }),
  changes: changeStore(documents, env.JOB_TABLE),
  members,
  logins,
  machines,
  foreignTokens: foreignTokens(async (url) => {
    const { fetchPublicJson } = await import('../../adapters/tokens/fetch-public-json.ts');
    return fetchPublicJson(url, { allowLoopback });
  }, Date.now),
  accessTokens,
  assets: {
    ...assets,
    ...listing,
    ...versions,
    ...masterDownloads(s3, env.MASTERS_BUCKET),
    masterExists: (version) => masterVersionExists(s3, env.MASTERS_BUCKET, version),
    setPoster: (edit) => setPoster(edit, posters),
  },
  publications: {
    setDates: (edit, context) => setDates(edit, context, dating),
    invalidateTogether: (company, ids) => invalidateTogether(company, ids, invalidations),
    publishClosures: (company, roots, options) =>
      publishClosures(company, roots, options, { ...publishing, ...library }),
    publishWithMembers: building.publishWithMembers,
    withdrawAssets: (company, assets, withdrawal) =>
      withdrawAssets(company, assets, withdrawal, { ...publishing, ...library }),
    previewPublish: (company, roots, options) =>
      previewPublish(company, roots, options, { ...assets, ...library }),
    previewWithdrawal,
    derivedStillLive: (company, withdrawn, except = new Set()) =>
      derivedStillLive(company, withdrawn, except, { ...assets, ...library }),
    incompleteSets: (company, ids, except = new Set()) =>
      incompleteSets(company, ids, except, { ...assets, ...library }),
  },
  derivedImages: {
    listDerived: library.listDerived,
    createDerived: (derived, deriving) => createDerived(derived, deriving, building),
    editDerived: (edit, deriving) => editDerived(edit, deriving, building),
    refreshDerived: (parent, refreshing) => refreshDerived(parent, refreshing, building),
    setFocus: (edit, saving) => setFocus(edit, saving, building),
    setModifiers: (edit, saving) => setModifiers(edit, saving, { ...building, ...invalidations }),
  },
  previews: previewSettingsStore(s3, env.MASTERS_BUCKET, randomBytes, Date.now),
  imageSettings: { ...imageSettingsStore(s3, env.MASTERS_BUCKET), ...invalidations },
  sets: {
    ...library,
    ...presetStore(documents, env.JOB_TABLE),
    createSet: (set, saving) => createSet(set, saving, building),
    editSet: (edit, saving) => editSet(edit, saving, building),
  },
  uploads: {
    ...uploadStore(documents, env.JOB_TABLE, env.ASSET_TABLE, jobs),
    ...sourceLists(s3, env.JOBS_BUCKET),
    requestFetch: requests.requestFetch,
    sourceBuckets: parseSourceBuckets(env.SOURCE_BUCKETS) ?? [],
    sendNotification: notifications.sendNotification,
    markEndProcessed: jobs.markEndProcessed,
    signUpload: (upload) => signUpload(s3, uploads, upload),
    signPart: (part) => signPart(s3, uploads, part),
    beginMultipartUpload: (key, type) => beginMultipartUpload(s3, uploads, key, type),
    abortMultipartUpload: (key, uploadId) => abortMultipartUpload(s3, uploads, key, uploadId),
    completeMultipartUpload: (key, uploadId, parts) =>
      completeMultipartUpload(s3, uploads, key, uploadId, parts),
    stageEmpty: (key) => stageEmpty(s3, uploads, key),
  },
  folders,
  library: {
    ...metadataStore(documents, env.ASSET_TABLE),
    ...metadataSchemaStore(documents, env.JOB_TABLE),
    search: search.search,
    listIdsOfType: assetIds.listIdsOfType,
    requestIndex,
    listTrash: keeping.listTrash,
    move: (asset, move) => moveAsset(asset, move, keeping),
    rename: (company, id, renaming) => renameAsset(company, id, renaming, keeping),
    trash: (asset, trashing) =>
      trashAsset(asset, trashing, { ...keeping, warn: (message, facts) => logger.warn(message, facts) }),
    setsLeftIncomplete: (trashed) => setsLeftIncomplete(trashed, keeping),
    restore: (asset, restoring) => restoreAsset(asset, restoring, keeping),
    republish: (restored, restoring) => republish(restored, restoring, keeping),
    purge: (asset, purging) => purgeAsset(asset, purging, keeping),
  },
  jobs: {
    ...jobs,
    ...queue,
    readWaiting: permits.readWaiting,
    ...jobListStore(documents, env.JOB_TABLE, Date.now),
    writeScope: files.writeScope,
    readActionList: actions.readActionList,
    requestAction: requests.requestAction,
    submitAction: (job, list, submission?: Submission) =>
      submitActionJob(
        job,
        list,
        { ...jobEngine, ...actions, requestAction: requests.requestAction },
        submission,
      ),
    findSubmission: jobEngine.findSubmission,
    claimSubmission: jobEngine.claimSubmission,
    requestStop: (company, jobId, by, at) => retryConflicts(() => jobs.requestStop(company, jobId, by, at)),
    submit: (job, submission?: Submission) => submitPublishJob(job, jobEngine, submission),
    previewJob: (job, { ids, ...options }) =>
      previewJob(job, options, { ...planning, readScope: async () => [...ids] }),
    previewUndo: (job, undone, options) => previewUndo(job, undone, options, planning),
    cancelPublishJob: (company, jobId, cancel) => cancelPublishJob(company, jobId, cancel, jobEngine),
  },
  plans: {
    ...plans,
    storeRound: (plan, until) => {
      const { position } = plan;
      if (position === undefined) return Promise.resolve(plan);
      const isOver = () => Date.now() >= until;
      return storePlanRound({ ...plan, position }, { readPage: () => !isOver(), giveUp: isOver }, planning);
    },
    compare: (plan, current) => comparePlan(plan, current, planning),
    requestPlan,
  },
  downloads: { ...zipDownloads(s3, env.JOBS_BUCKET), requestZip },
  jobLogs: {
    ...files,
    ...partStore(documents, env.JOB_TABLE),
    ...setLogStore(documents, env.JOB_TABLE),
    ...logExports(s3, env.JOBS_BUCKET),
    requestExport,
  },
  schedules: { ...scheduleStore(documents, env.JOB_TABLE), ...triggerStore(documents, env.JOB_TABLE) },
  scheduler,
  notifications: {
    ...notifications,
    ...mailMemberStore(documents, env.JOB_TABLE),
    ...notificationStore(documents, env.JOB_TABLE),
    ...secrets,
    signingSecrets: (company) => signingSecrets(company, secrets),
    async sendWebhook(request) {
      const { sendWebhook } = await import('../../adapters/webhook/send-webhook.ts');
      return sendWebhook(request, { allowLoopback });
    },
    mailAvailable: env.MAIL_FROM !== 'off',
    notifyLoopback: allowLoopback,
  },
  invalidations: publishing,
  deliveryDomain: env.DELIVERY_DOMAIN,
  apiUrl: env.API_URL,
  apiEndpoint: env.API_ENDPOINT,
  tokenUrl: env.TOKEN_URL,
  now,
  clock: Date.now,
  newId: () => nextId(),
  randomBytes,
  sha256,
  log: logger,
};

const routes = servedRoutes(dependencies);

const identify = (token: string) =>
  identifyCaller(token, {
    ...accessTokens,
    verifyUserPoolToken: (jwt) => verifyUserPoolToken(jwt, userPool, poolKeys),
    sha256,
    clock: Date.now,
  });

export const handler = (event: APIGatewayProxyEventV2) =>
  handleRequest(event, routes, {
    findMember: members.findMember,
    identify,
    audit: dependencies.audit,
    log: logger,
  }).finally(bus.flush);
