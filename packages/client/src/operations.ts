import type { OperationName } from '@pressroom/api/operation-types';

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1/companies/{company}`. */
  readonly path: string;
  /** Accepts an `Idempotency-Key` header. */
  readonly idempotencyKey?: true;
}

/**
 * The part of the contract that the client needs at run time. The contract itself has zod schemas, which are too large
 * for a browser. Written by `npx vitest run -u packages/client/test/operations.test.ts`.
 */
export const operations: Readonly<Record<OperationName, Operation>> = {
  cancelJob: { method: 'POST', path: '/jobs/{jobId}/cancel' },
  completeFile: { method: 'POST', path: '/uploads/{jobId}/files/{file}/complete' },
  createDerived: { method: 'POST', path: '/assets/{id}/derived' },
  createFolder: { method: 'POST', path: '/folders' },
  createSchedule: { method: 'POST', path: '/schedules' },
  createSet: { method: 'POST', path: '/sets' },
  createUpload: { method: 'POST', path: '/uploads' },
  deleteBatchSetPreset: { method: 'DELETE', path: '/batch-set-presets/{name}' },
  deleteFolder: { method: 'DELETE', path: '/folders' },
  deleteSchedule: { method: 'DELETE', path: '/schedules/{id}' },
  downloadJobLog: { method: 'GET', path: '/jobs/{jobId}/log/download' },
  editDerived: { method: 'PATCH', path: '/assets/{id}/derived/{derivedId}' },
  editMetadata: { method: 'PATCH', path: '/assets/{id}' },
  editMetadataOfAssets: { method: 'POST', path: '/assets/metadata' },
  editSchedule: { method: 'PATCH', path: '/schedules/{id}' },
  editSet: { method: 'PUT', path: '/sets/{id}' },
  editSettings: { method: 'PATCH', path: '/settings' },
  emptyTrash: { method: 'POST', path: '/trash/empty' },
  endWebhookSecret: { method: 'DELETE', path: '/notifications/secrets/{id}' },
  invalidateCdn: { method: 'POST', path: '/cdn-invalidations' },
  listAssets: { method: 'GET', path: '/assets' },
  listBatchSetPresets: { method: 'GET', path: '/batch-set-presets' },
  listDerived: { method: 'GET', path: '/assets/{id}/derived' },
  listFolders: { method: 'GET', path: '/folders' },
  listJobs: { method: 'GET', path: '/jobs' },
  listSchedules: { method: 'GET', path: '/schedules' },
  listServers: { method: 'GET', path: '/servers' },
  listSetsOfAsset: { method: 'GET', path: '/assets/{id}/sets' },
  listTrash: { method: 'GET', path: '/trash' },
  listVersions: { method: 'GET', path: '/assets/{id}/versions' },
  listWebhookSecrets: { method: 'GET', path: '/notifications/secrets' },
  makeTrigger: { method: 'POST', path: '/schedules/{id}/trigger' },
  makeWebhookSecret: { method: 'POST', path: '/notifications/secrets' },
  moveAssets: { method: 'POST', path: '/assets/move' },
  moveFolder: { method: 'PATCH', path: '/folders' },
  previewSchedule: { method: 'POST', path: '/schedules:preview' },
  publishAsset: { method: 'POST', path: '/assets/{id}/publish' },
  publishAssets: { method: 'POST', path: '/publish' },
  publishVersion: { method: 'POST', path: '/assets/{id}/versions/{version}/publish' },
  putBatchSetPreset: { method: 'PUT', path: '/batch-set-presets/{name}' },
  readAsset: { method: 'GET', path: '/assets/{id}' },
  readAssetHistory: { method: 'GET', path: '/assets/{id}/history' },
  readEmailPreferences: { method: 'GET', path: '/me/email-preferences' },
  readInvalidation: { method: 'GET', path: '/cdn-invalidations/{id}' },
  readJob: { method: 'GET', path: '/jobs/{jobId}' },
  readJobLog: { method: 'GET', path: '/jobs/{jobId}/log' },
  readMetadataSchema: { method: 'GET', path: '/metadata-schema' },
  readSchedule: { method: 'GET', path: '/schedules/{id}' },
  readSet: { method: 'GET', path: '/sets/{id}' },
  readSettings: { method: 'GET', path: '/settings' },
  renameAsset: { method: 'POST', path: '/assets/{id}/rename' },
  restoreAssets: { method: 'POST', path: '/trash/restore' },
  retryJob: { method: 'POST', path: '/jobs/{jobId}/retry', idempotencyKey: true },
  revokeTrigger: { method: 'DELETE', path: '/schedules/{id}/trigger' },
  runSchedule: { method: 'POST', path: '/schedules/{id}/run' },
  searchAssets: { method: 'GET', path: '/search' },
  signParts: { method: 'POST', path: '/uploads/{jobId}/files/{file}/parts' },
  submitJob: { method: 'POST', path: '/jobs', idempotencyKey: true },
  testNotification: { method: 'POST', path: '/notifications:test' },
  toggleServer: { method: 'PUT', path: '/servers/{server}' },
  trashAsset: { method: 'DELETE', path: '/assets/{id}' },
  trashAssets: { method: 'POST', path: '/trash' },
  unpublishAsset: { method: 'POST', path: '/assets/{id}/unpublish' },
  unpublishAssets: { method: 'POST', path: '/unpublish' },
  writeEmailPreferences: { method: 'PUT', path: '/me/email-preferences' },
  writeMetadataSchema: { method: 'PUT', path: '/metadata-schema' },
};
