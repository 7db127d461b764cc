import type { PresetStore } from '../../adapters/dynamodb/sets/preset-store.ts';
import {
  jsonResponse,
  type ServedRoute,
  serveResponse,
  serveRoute,
} from '../../adapters/http/handle-request.ts';
import { entityTag } from '../../domain/assets/asset.ts';
import { scheduleTag } from '../../domain/schedules/schedule.ts';
import { openapiDocument } from '../../packages/api/openapi-document.ts';
import { routes } from '../../packages/api/routes.ts';
import { type CreateDerivedDependencies, createDerived } from './assets/create-derived.ts';
import { type EditDerivedDependencies, editDerived } from './assets/edit-derived.ts';
import { type ListAssetsDependencies, listAssets } from './assets/list-assets.ts';
import { type ListDerivedDependencies, listDerived } from './assets/list-derived.ts';
import { type ListVersionsDependencies, listVersions } from './assets/list-versions.ts';
import { type PublishAssetDependencies, publishAsset } from './assets/publish-asset.ts';
import { publishAssets } from './assets/publish-assets.ts';
import { type PublishVersionDependencies, publishVersion } from './assets/publish-version.ts';
import { type ReadAssetDependencies, readAsset } from './assets/read-asset.ts';
import { type ReadAssetHistoryDependencies, readAssetHistory } from './assets/read-asset-history.ts';
import { type UnpublishAssetDependencies, unpublishAsset } from './assets/unpublish-asset.ts';
import { unpublishAssets } from './assets/unpublish-assets.ts';
import { type EditSettingsDependencies, editSettings } from './companies/edit-settings.ts';
import { listServers } from './companies/list-servers.ts';
import { type ReadSettingsDependencies, readSettings } from './companies/read-settings.ts';
import { type ToggleServerDependencies, toggleServer } from './companies/toggle-server.ts';
import { type CancelJobDependencies, cancelJob } from './jobs/cancel-job.ts';
import { type DownloadJobLogDependencies, downloadJobLog } from './jobs/download-job-log.ts';
import { type ListJobsDependencies, listJobs } from './jobs/list-jobs.ts';
import { readJob } from './jobs/read-job.ts';
import { type ReadJobLogDependencies, readJobLog } from './jobs/read-job-log.ts';
import { type RetryJobDependencies, retryJob } from './jobs/retry-job.ts';
import { type SubmitJobDependencies, submitJob } from './jobs/submit-job.ts';
import { type CreateFolderDependencies, createFolder } from './library/create-folder.ts';
import { type DeleteFolderDependencies, deleteFolder } from './library/delete-folder.ts';
import { type EditMetadataDependencies, editMetadata } from './library/edit-metadata.ts';
import {
  type EditMetadataOfAssetsDependencies,
  editMetadataOfAssets,
} from './library/edit-metadata-of-assets.ts';
import { type EmptyTrashDependencies, emptyTrash } from './library/empty-trash.ts';
import { type ListFoldersDependencies, listFolders } from './library/list-folders.ts';
import { type ListTrashDependencies, listTrash } from './library/list-trash.ts';
import {
  type MetadataSchemaDependencies,
  readMetadataSchema,
  writeMetadataSchema,
} from './library/metadata-schema.ts';
import { type MoveAssetsDependencies, moveAssets } from './library/move-assets.ts';
import { type MoveFolderDependencies, moveFolder } from './library/move-folder.ts';
import { type RenameAssetDependencies, renameAsset } from './library/rename-asset.ts';
import { type RestoreAssetsDependencies, restoreAssets } from './library/restore-assets.ts';
import { type SearchAssetsDependencies, searchAssets } from './library/search-assets.ts';
import { type TrashAssetsDependencies, trashAsset, trashAssets } from './library/trash-assets.ts';
import {
  type EmailPreferencesDependencies,
  readEmailPreferences,
  writeEmailPreferences,
} from './notifications/email-preferences.ts';
import { type TestNotificationDependencies, testNotification } from './notifications/test-notification.ts';
import {
  endWebhookSecret,
  listWebhookSecrets,
  makeWebhookSecret,
  type WebhookSecretDependencies,
} from './notifications/webhook-secrets.ts';
import { type CreateScheduleDependencies, createSchedule } from './schedules/create-schedule.ts';
import { type DeleteScheduleDependencies, deleteSchedule } from './schedules/delete-schedule.ts';
import { type EditScheduleDependencies, editSchedule } from './schedules/edit-schedule.ts';
import { type ListSchedulesDependencies, listSchedules } from './schedules/list-schedules.ts';
import { type PreviewScheduleDependencies, previewSchedule } from './schedules/preview-schedule.ts';
import { type ReadScheduleDependencies, readSchedule } from './schedules/read-schedule.ts';
import { type RunScheduleDependencies, runSchedule } from './schedules/run-schedule.ts';
import {
  makeTrigger,
  revokeTrigger,
  type ScheduleTriggerDependencies,
} from './schedules/schedule-trigger.ts';
import type { TriggerJobDependencies } from './schedules/trigger-job.ts';
import { serveTrigger } from './schedules/trigger-route.ts';
import { deleteBatchSetPreset, listBatchSetPresets, putBatchSetPreset } from './sets/batch-set-presets.ts';
import { type CreateSetDependencies, createSet } from './sets/create-set.ts';
import { type EditSetDependencies, editSet } from './sets/edit-set.ts';
import { type ListSetsOfAssetDependencies, listSetsOfAsset } from './sets/list-sets-of-asset.ts';
import { type ReadSetDependencies, readSet } from './sets/read-set.ts';
import { type CompleteFileDependencies, completeFile } from './uploads/complete-file.ts';
import { type CreateUploadDependencies, createUpload } from './uploads/create-upload.ts';
import { type SignPartsDependencies, signParts } from './uploads/sign-parts.ts';

export type ServeApiDependencies = EditSettingsDependencies &
  ReadSettingsDependencies &
  CancelJobDependencies &
  CompleteFileDependencies &
  CreateDerivedDependencies &
  CreateFolderDependencies &
  CreateScheduleDependencies &
  CreateSetDependencies &
  CreateUploadDependencies &
  DeleteFolderDependencies &
  DeleteScheduleDependencies &
  EditDerivedDependencies &
  EditMetadataDependencies &
  EditMetadataOfAssetsDependencies &
  EditScheduleDependencies &
  EditSetDependencies &
  EmptyTrashDependencies &
  ListAssetsDependencies &
  ListDerivedDependencies &
  ListFoldersDependencies &
  DownloadJobLogDependencies &
  ListJobsDependencies &
  ListSchedulesDependencies &
  ListTrashDependencies &
  ListVersionsDependencies &
  MetadataSchemaDependencies &
  MoveAssetsDependencies &
  MoveFolderDependencies &
  PresetStore &
  PreviewScheduleDependencies &
  ListSetsOfAssetDependencies &
  PublishAssetDependencies &
  PublishVersionDependencies &
  ReadAssetDependencies &
  ReadAssetHistoryDependencies &
  ReadJobLogDependencies &
  ReadScheduleDependencies &
  ReadSetDependencies &
  RenameAssetDependencies &
  RestoreAssetsDependencies &
  RunScheduleDependencies &
  RetryJobDependencies &
  SearchAssetsDependencies &
  SignPartsDependencies &
  SubmitJobDependencies &
  ScheduleTriggerDependencies &
  TestNotificationDependencies &
  TriggerJobDependencies &
  EmailPreferencesDependencies &
  WebhookSecretDependencies &
  TrashAssetsDependencies &
  ToggleServerDependencies &
  UnpublishAssetDependencies;

/** What a change of this asset may name as `If-Match`. */
const etagOf = (asset: { readonly version: number; readonly modified: string }) => ({
  etag: entityTag(asset),
});

const scheduleEtag = (schedule: { readonly version: number }) => ({ etag: scheduleTag(schedule) });

/** Every route of this function, each with its own piece of work. */
export function apiRoutes(dependencies: ServeApiDependencies): ServedRoute[] {
  let document: string | undefined;
  return [
    serveRoute(routes.readSettings, (request) => readSettings(request, dependencies)),
    serveRoute(routes.editSettings, (request) => editSettings(request, dependencies)),
    serveRoute(routes.listServers, (request) => listServers(request, dependencies)),
    serveRoute(routes.toggleServer, (request) => toggleServer(request, dependencies)),
    serveRoute(routes.createUpload, (request) => createUpload(request, dependencies)),
    serveRoute(routes.signParts, (request) => signParts(request, dependencies)),
    serveRoute(routes.completeFile, (request) => completeFile(request, dependencies)),
    serveRoute(routes.submitJob, (request) => submitJob(request, dependencies)),
    serveRoute(routes.retryJob, (request) => retryJob(request, dependencies)),
    serveRoute(routes.listJobs, (request) => listJobs(request, dependencies)),
    serveRoute(routes.readJob, (request) => readJob(request, dependencies)),
    serveRoute(routes.readJobLog, (request) => readJobLog(request, dependencies)),
    serveResponse(routes.downloadJobLog, (request) => downloadJobLog(request, dependencies)),
    serveRoute(routes.cancelJob, (request) => cancelJob(request, dependencies)),
    serveRoute(routes.createSchedule, (request) => createSchedule(request, dependencies), scheduleEtag),
    serveRoute(routes.listSchedules, (request) => listSchedules(request, dependencies)),
    serveRoute(routes.previewSchedule, (request) => previewSchedule(request, dependencies)),
    serveRoute(routes.readSchedule, (request) => readSchedule(request, dependencies), scheduleEtag),
    serveRoute(routes.editSchedule, (request) => editSchedule(request, dependencies), scheduleEtag),
    serveRoute(routes.deleteSchedule, (request) => deleteSchedule(request, dependencies)),
    serveRoute(routes.runSchedule, (request) => runSchedule(request, dependencies)),
    serveRoute(routes.listAssets, (request) => listAssets(request, dependencies)),
    serveRoute(routes.readAsset, (request) => readAsset(request, dependencies), etagOf),
    serveRoute(routes.readAssetHistory, (request) => readAssetHistory(request, dependencies)),
    serveRoute(routes.publishAsset, (request) => publishAsset(request, dependencies)),
    serveRoute(routes.unpublishAsset, (request) => unpublishAsset(request, dependencies)),
    serveRoute(routes.publishAssets, (request) => publishAssets(request, dependencies)),
    serveRoute(routes.unpublishAssets, (request) => unpublishAssets(request, dependencies)),
    serveRoute(routes.listSetsOfAsset, (request) => listSetsOfAsset(request, dependencies)),
    serveRoute(routes.editMetadata, (request) => editMetadata(request, dependencies), etagOf),
    serveRoute(routes.editMetadataOfAssets, (request) => editMetadataOfAssets(request, dependencies)),
    serveRoute(routes.readMetadataSchema, (request) => readMetadataSchema(request, dependencies)),
    serveRoute(routes.writeMetadataSchema, (request) => writeMetadataSchema(request, dependencies)),
    serveRoute(routes.searchAssets, (request) => searchAssets(request, dependencies)),
    serveRoute(routes.listVersions, (request) => listVersions(request, dependencies)),
    serveRoute(routes.publishVersion, (request) => publishVersion(request, dependencies), etagOf),
    serveRoute(routes.createSet, (request) => createSet(request, dependencies), etagOf),
    serveRoute(routes.readSet, (request) => readSet(request, dependencies), etagOf),
    serveRoute(routes.editSet, (request) => editSet(request, dependencies), etagOf),
    serveRoute(routes.createDerived, (request) => createDerived(request, dependencies), etagOf),
    serveRoute(routes.listDerived, (request) => listDerived(request, dependencies)),
    serveRoute(routes.editDerived, (request) => editDerived(request, dependencies), etagOf),
    serveRoute(routes.listBatchSetPresets, (request) => listBatchSetPresets(request, dependencies)),
    serveRoute(routes.putBatchSetPreset, (request) => putBatchSetPreset(request, dependencies)),
    serveRoute(routes.deleteBatchSetPreset, (request) => deleteBatchSetPreset(request, dependencies)),
    serveRoute(routes.createFolder, (request) => createFolder(request, dependencies)),
    serveRoute(routes.listFolders, (request) => listFolders(request, dependencies)),
    serveRoute(routes.moveFolder, (request) => moveFolder(request, dependencies)),
    serveRoute(routes.deleteFolder, (request) => deleteFolder(request, dependencies)),
    serveRoute(routes.moveAssets, (request) => moveAssets(request, dependencies)),
    serveRoute(routes.renameAsset, (request) => renameAsset(request, dependencies)),
    serveRoute(routes.trashAsset, (request) => trashAsset(request, dependencies)),
    serveRoute(routes.trashAssets, (request) => trashAssets(request, dependencies)),
    serveRoute(routes.listTrash, (request) => listTrash(request, dependencies)),
    serveRoute(routes.restoreAssets, (request) => restoreAssets(request, dependencies)),
    serveRoute(routes.emptyTrash, (request) => emptyTrash(request, dependencies)),
    serveRoute(routes.listWebhookSecrets, (request) => listWebhookSecrets(request, dependencies)),
    serveRoute(routes.makeWebhookSecret, (request) => makeWebhookSecret(request, dependencies)),
    serveRoute(routes.endWebhookSecret, (request) => endWebhookSecret(request, dependencies)),
    serveRoute(routes.testNotification, (request) => testNotification(request, dependencies)),
    serveRoute(routes.readEmailPreferences, (request) => readEmailPreferences(request, dependencies)),
    serveRoute(routes.writeEmailPreferences, (request) => writeEmailPreferences(request, dependencies)),
    serveRoute(routes.makeTrigger, (request) => makeTrigger(request, dependencies)),
    serveRoute(routes.revokeTrigger, (request) => revokeTrigger(request, dependencies)),
    serveTrigger(dependencies),
    {
      method: 'GET',
      path: '/v1/openapi.json',
      respond: async () => {
        document ??= JSON.stringify(openapiDocument());
        return { ...jsonResponse(200, {}, { 'cache-control': 'public, max-age=300' }), body: document };
      },
    },
  ];
}
