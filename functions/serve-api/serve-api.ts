import type { PresetRecords } from '../../adapters/dynamodb/preset-records.ts';
import { jsonAnswer, type ServedRoute, serveRoute } from '../../adapters/http/answer-request.ts';
import { entityTag } from '../../domain/asset/entity-tag.ts';
import { scheduleTag } from '../../domain/schedule/schedule-tag.ts';
import { routes } from '../api.contract.ts';
import { deleteBatchSetPreset, listBatchSetPresets, putBatchSetPreset } from './batch-set-presets.ts';
import { type CancelJobDependencies, cancelJob } from './cancel-job.ts';
import { type CompleteFileDependencies, completeFile } from './complete-file.ts';
import { type CreateDerivedDependencies, createDerived } from './create-derived.ts';
import { type CreateFolderDependencies, createFolder } from './create-folder.ts';
import { type CreateScheduleDependencies, createSchedule } from './create-schedule.ts';
import { type CreateSetDependencies, createSet } from './create-set.ts';
import { type CreateUploadDependencies, createUpload } from './create-upload.ts';
import { type DeleteFolderDependencies, deleteFolder } from './delete-folder.ts';
import { type DeleteScheduleDependencies, deleteSchedule } from './delete-schedule.ts';
import { type EditDerivedDependencies, editDerived } from './edit-derived.ts';
import { type EditMetadataDependencies, editMetadata } from './edit-metadata.ts';
import { type EditMetadataOfManyDependencies, editMetadataOfMany } from './edit-metadata-of-many.ts';
import { type EditScheduleDependencies, editSchedule } from './edit-schedule.ts';
import { type EditSetDependencies, editSet } from './edit-set.ts';
import { type EditSettingsDependencies, editSettings } from './edit-settings.ts';
import {
  type EmailPreferencesDependencies,
  readEmailPreferences,
  writeEmailPreferences,
} from './email-preferences.ts';
import { type EmptyTrashDependencies, emptyTrash } from './empty-trash.ts';
import { type ListAssetsDependencies, listAssets } from './list-assets.ts';
import { type ListDerivedDependencies, listDerived } from './list-derived.ts';
import { type ListFoldersDependencies, listFolders } from './list-folders.ts';
import { type ListJobsDependencies, listJobs } from './list-jobs.ts';
import { type ListSchedulesDependencies, listSchedules } from './list-schedules.ts';
import { listServers } from './list-servers.ts';
import { type ListSetsOfAssetDependencies, listSetsOfAsset } from './list-sets-of-asset.ts';
import { type ListTrashDependencies, listTrash } from './list-trash.ts';
import { type ListVersionsDependencies, listVersions } from './list-versions.ts';
import {
  type MetadataSchemaDependencies,
  readMetadataSchema,
  writeMetadataSchema,
} from './metadata-schema.ts';
import { type MoveAssetsDependencies, moveAssets } from './move-assets.ts';
import { type MoveFolderDependencies, moveFolder } from './move-folder.ts';
import { openapiDocument } from './openapi-document.ts';
import { type PreviewScheduleDependencies, previewSchedule } from './preview-schedule.ts';
import { type PublishAssetDependencies, publishAsset } from './publish-asset.ts';
import { publishAssets } from './publish-assets.ts';
import { type PublishVersionDependencies, publishVersion } from './publish-version.ts';
import { type ReadAssetDependencies, readAsset } from './read-asset.ts';
import { type ReadAssetHistoryDependencies, readAssetHistory } from './read-asset-history.ts';
import { readJob } from './read-job.ts';
import { type ReadJobLogDependencies, readJobLog } from './read-job-log.ts';
import { type ReadScheduleDependencies, readSchedule } from './read-schedule.ts';
import { type ReadSetDependencies, readSet } from './read-set.ts';
import { type ReadSettingsDependencies, readSettings } from './read-settings.ts';
import { type RenameAssetDependencies, renameAsset } from './rename-asset.ts';
import { type RestoreAssetsDependencies, restoreAssets } from './restore-assets.ts';
import { type RetryJobDependencies, retryJob } from './retry-job.ts';
import { type RunScheduleDependencies, runSchedule } from './run-schedule.ts';
import { makeTrigger, revokeTrigger, type ScheduleTriggerDependencies } from './schedule-trigger.ts';
import { type SearchAssetsDependencies, searchAssets } from './search-assets.ts';
import { type SignPartsDependencies, signParts } from './sign-parts.ts';
import { type SubmitJobDependencies, submitJob } from './submit-job.ts';
import { type TestNotificationDependencies, testNotification } from './test-notification.ts';
import { type TrashAssetsDependencies, trashAsset, trashAssets } from './trash-assets.ts';
import type { TriggerJobDependencies } from './trigger-job.ts';
import { serveTrigger } from './trigger-route.ts';
import { type TurnServerDependencies, turnServer } from './turn-server.ts';
import { type UnpublishAssetDependencies, unpublishAsset } from './unpublish-asset.ts';
import { unpublishAssets } from './unpublish-assets.ts';
import {
  endWebhookSecret,
  listWebhookSecrets,
  makeWebhookSecret,
  type WebhookSecretDependencies,
} from './webhook-secrets.ts';

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
  EditMetadataOfManyDependencies &
  EditScheduleDependencies &
  EditSetDependencies &
  EmptyTrashDependencies &
  ListAssetsDependencies &
  ListDerivedDependencies &
  ListFoldersDependencies &
  ListJobsDependencies &
  ListSchedulesDependencies &
  ListTrashDependencies &
  ListVersionsDependencies &
  MetadataSchemaDependencies &
  MoveAssetsDependencies &
  MoveFolderDependencies &
  PresetRecords &
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
  TurnServerDependencies &
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
    serveRoute(routes.turnServer, (request) => turnServer(request, dependencies)),
    serveRoute(routes.createUpload, (request) => createUpload(request, dependencies)),
    serveRoute(routes.signParts, (request) => signParts(request, dependencies)),
    serveRoute(routes.completeFile, (request) => completeFile(request, dependencies)),
    serveRoute(routes.submitJob, (request) => submitJob(request, dependencies)),
    serveRoute(routes.retryJob, (request) => retryJob(request, dependencies)),
    serveRoute(routes.listJobs, (request) => listJobs(request, dependencies)),
    serveRoute(routes.readJob, (request) => readJob(request, dependencies)),
    serveRoute(routes.readJobLog, (request) => readJobLog(request, dependencies)),
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
    serveRoute(routes.editMetadataOfMany, (request) => editMetadataOfMany(request, dependencies)),
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
        return { ...jsonAnswer(200, {}, { 'cache-control': 'public, max-age=300' }), body: document };
      },
    },
  ];
}
