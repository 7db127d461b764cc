import { createHash } from 'node:crypto';
import type { ApiRoute } from '@pressroom/api/route';
import type { RouteName } from '@pressroom/api/routes';
import { endedJobId, olderSecretId, publishJobId, schedule, sum, uploadJobId } from './api-records.ts';

export interface SampleRequest {
  readonly method: ApiRoute['method'];
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  /** Status for a viewer, a user and an admin. */
  readonly as: readonly [viewer: number, user: number, admin: number];
}

/** Each of the eight parts of the film has these bytes (see furnished-company.ts). */
const filmParts = Array.from({ length: 8 }, (_, index) => ({
  part: index + 1,
  etag: `"${createHash('md5').update('film').digest('hex')}"`,
  sha256: createHash('sha256').update('film').digest('base64'),
}));

/** A valid request for every route, and the status of its response for each role. */
export const sampleRequests: Record<RouteName, SampleRequest> = {
  createUpload: {
    method: 'POST',
    path: '/uploads',
    body: { files: [{ name: 'a.png', bytes: 9, type: 'image/png', sha256: sum }] },
    as: [403, 201, 201],
  },
  signParts: {
    method: 'POST',
    path: `/uploads/${uploadJobId}/files/1/parts`,
    body: { parts: [{ part: 1, sha256: sum }] },
    as: [403, 200, 200],
  },
  completeFile: {
    method: 'POST',
    path: `/uploads/${uploadJobId}/files/1/complete`,
    body: { parts: filmParts },
    as: [403, 202, 202],
  },
  submitJob: { method: 'POST', path: '/jobs', body: {}, as: [403, 201, 201] },
  retryJob: { method: 'POST', path: `/jobs/${endedJobId}/retry`, as: [403, 201, 201] },
  listServers: { method: 'GET', path: '/servers', as: [200, 200, 200] },
  toggleServer: {
    method: 'PUT',
    path: '/servers/video',
    body: { on: false, confirm: 'video' },
    as: [403, 403, 202],
  },
  listJobs: { method: 'GET', path: '/jobs', as: [200, 200, 200] },
  // Its log is downloaded once it has ended.
  downloadJobLog: { method: 'GET', path: `/jobs/${publishJobId}/log/download`, as: [409, 409, 409] },
  readJob: { method: 'GET', path: `/jobs/${publishJobId}`, as: [200, 200, 200] },
  readJobLog: { method: 'GET', path: `/jobs/${publishJobId}/log`, as: [200, 200, 200] },
  cancelJob: { method: 'POST', path: `/jobs/${publishJobId}/cancel`, as: [403, 202, 202] },
  listAssets: { method: 'GET', path: '/assets', as: [200, 200, 200] },
  readAsset: { method: 'GET', path: '/assets/red%20shoe', as: [200, 200, 200] },
  listUrls: { method: 'GET', path: '/assets/red%20shoe/urls', as: [200, 200, 200] },
  readAssetHistory: { method: 'GET', path: '/assets/red%20shoe/history', as: [200, 200, 200] },
  publishAsset: { method: 'POST', path: '/assets/red%20shoe/publish', as: [403, 200, 200] },
  unpublishAsset: { method: 'POST', path: '/assets/red%20shoe/unpublish', as: [403, 200, 200] },
  publishAssets: { method: 'POST', path: '/publish', body: { assetIds: ['red shoe'] }, as: [403, 200, 200] },
  unpublishAssets: {
    method: 'POST',
    path: '/unpublish',
    body: { assetIds: ['red shoe'] },
    as: [403, 200, 200],
  },
  listSetsOfAsset: { method: 'GET', path: '/assets/red%20shoe/sets', as: [200, 200, 200] },
  listImagePresets: { method: 'GET', path: '/image-presets', as: [200, 200, 200] },
  putImagePreset: {
    method: 'PUT',
    path: '/image-presets/large',
    body: { commands: 'wid=1200&fmt=auto' },
    as: [403, 403, 200],
  },
  deleteImagePreset: { method: 'DELETE', path: '/image-presets/small', as: [403, 403, 200] },
  readImageSettings: { method: 'GET', path: '/image-settings', as: [200, 200, 200] },
  putImageSettings: {
    method: 'PUT',
    path: '/image-settings',
    body: { defaultImage: 'red shoe', bkgColor: 'f4f1ea' },
    as: [403, 403, 200],
  },
  readSettings: { method: 'GET', path: '/settings', as: [200, 200, 200] },
  editSettings: {
    method: 'PATCH',
    path: '/settings',
    body: { timeZone: 'Europe/Berlin' },
    as: [403, 403, 200],
  },
  editMetadata: {
    method: 'PATCH',
    path: '/assets/red%20shoe',
    body: { title: 'Red shoe' },
    as: [403, 200, 200],
  },
  editMetadataOfAssets: {
    method: 'POST',
    path: '/assets/metadata',
    body: { assetIds: ['red shoe'], addKeywords: ['sale'] },
    as: [403, 200, 200],
  },
  readMetadataSchema: { method: 'GET', path: '/metadata-schema', as: [200, 200, 200] },
  writeMetadataSchema: {
    method: 'PUT',
    path: '/metadata-schema',
    body: { fields: [{ name: 'sku', label: 'SKU', type: 'text' }] },
    as: [403, 403, 200],
  },
  searchAssets: { method: 'GET', path: '/search', as: [200, 200, 200] },
  listVersions: { method: 'GET', path: '/assets/red%20shoe/versions', as: [200, 200, 200] },
  publishVersion: {
    method: 'POST',
    path: '/assets/red%20shoe/versions/1/publish',
    as: [403, 200, 200],
  },
  createSet: {
    method: 'POST',
    path: '/sets',
    body: { type: 'image-set', id: 'all views', members: [{ id: 'red shoe' }] },
    as: [403, 201, 201],
  },
  readSet: { method: 'GET', path: '/sets/views', as: [200, 200, 200] },
  editSet: {
    method: 'PUT',
    path: '/sets/views',
    body: { members: [{ id: 'red shoe' }] },
    as: [403, 200, 200],
  },
  createDerived: {
    method: 'POST',
    path: '/assets/red%20shoe/derived',
    body: { id: 'banner', recipe: 'wid=400' },
    as: [403, 201, 201],
  },
  listDerived: { method: 'GET', path: '/assets/red%20shoe/derived', as: [200, 200, 200] },
  editDerived: {
    method: 'PATCH',
    path: '/assets/red%20shoe/derived/teaser',
    body: { recipe: 'wid=400' },
    as: [403, 200, 200],
  },
  listBatchSetPresets: { method: 'GET', path: '/batch-set-presets', as: [200, 200, 200] },
  putBatchSetPreset: {
    method: 'PUT',
    path: '/batch-set-presets/all%20around',
    body: { setType: 'spin-set', members: '{base}_{row}_{column}' },
    as: [403, 403, 200],
  },
  deleteBatchSetPreset: { method: 'DELETE', path: '/batch-set-presets/all%20around', as: [403, 403, 200] },
  createFolder: { method: 'POST', path: '/folders', body: { path: '/autumn/shoes/' }, as: [403, 201, 201] },
  listFolders: { method: 'GET', path: '/folders', as: [200, 200, 200] },
  moveFolder: {
    method: 'PATCH',
    path: '/folders',
    body: { from: '/autumn/', to: '/winter/' },
    as: [403, 200, 200],
  },
  deleteFolder: { method: 'DELETE', path: '/folders', query: 'path=%2Fempty%2F', as: [403, 200, 200] },
  moveAssets: {
    method: 'POST',
    path: '/assets/move',
    body: { assetIds: ['red shoe'], folder: '/winter/' },
    as: [403, 200, 200],
  },
  renameAsset: {
    method: 'POST',
    path: '/assets/red%20shoe/rename',
    body: { to: 'crimson shoe' },
    as: [403, 200, 200],
  },
  trashAsset: { method: 'DELETE', path: '/assets/red%20shoe', as: [403, 200, 200] },
  trashAssets: { method: 'POST', path: '/trash', body: { assetIds: ['red shoe'] }, as: [403, 200, 200] },
  readChanges: { method: 'GET', path: '/changes', as: [200, 200, 200] },
  readOverview: { method: 'GET', path: '/overview', as: [200, 200, 200] },
  listDeliveries: { method: 'GET', path: '/notifications/deliveries', as: [403, 200, 200] },
  sendAgain: {
    method: 'POST',
    path: `/notifications/deliveries/${endedJobId}/send`,
    as: [403, 202, 202],
  },
  listAudit: { method: 'GET', path: '/audit', as: [403, 403, 200] },
  exportAudit: { method: 'GET', path: '/audit/export', as: [403, 403, 200] },
  listTrash: { method: 'GET', path: '/trash', as: [200, 200, 200] },
  restoreAssets: {
    method: 'POST',
    path: '/trash/restore',
    body: { assetIds: ['old shoe'] },
    as: [403, 200, 200],
  },
  emptyTrash: { method: 'POST', path: '/trash/empty', body: {}, as: [403, 200, 200] },
  createSchedule: {
    method: 'POST',
    path: '/schedules',
    body: { rule: { repeat: 'daily', time: '14:10' } },
    as: [403, 201, 201],
  },
  listSchedules: { method: 'GET', path: '/schedules', as: [200, 200, 200] },
  previewSchedule: {
    method: 'POST',
    path: '/schedules:preview',
    body: { rule: { repeat: 'daily', time: '14:10' } },
    as: [200, 200, 200],
  },
  readSchedule: { method: 'GET', path: `/schedules/${schedule.id}`, as: [200, 200, 200] },
  editSchedule: {
    method: 'PATCH',
    path: `/schedules/${schedule.id}`,
    body: { active: false },
    as: [403, 200, 200],
  },
  deleteSchedule: { method: 'DELETE', path: `/schedules/${schedule.id}`, as: [403, 200, 200] },
  runSchedule: { method: 'POST', path: `/schedules/${schedule.id}/run`, as: [403, 201, 201] },
  invalidateCdn: {
    method: 'POST',
    path: '/cdn-invalidations',
    body: { assetIds: ['a'] },
    as: [403, 403, 202],
  },
  listInvalidations: { method: 'GET', path: '/cdn-invalidations', as: [403, 403, 200] },
  readInvalidation: { method: 'GET', path: '/cdn-invalidations/i1', as: [403, 403, 200] },
  listWebhookSecrets: { method: 'GET', path: '/notifications/secrets', as: [403, 403, 200] },
  makeWebhookSecret: { method: 'POST', path: '/notifications/secrets', as: [403, 403, 201] },
  endWebhookSecret: {
    method: 'DELETE',
    path: `/notifications/secrets/${olderSecretId}`,
    as: [403, 403, 200],
  },
  testNotification: {
    method: 'POST',
    path: '/notifications:test',
    body: { url: 'https://hooks.example.com/pressroom' },
    as: [403, 200, 200],
  },
  readEmailPreferences: { method: 'GET', path: '/me/email-preferences', as: [200, 200, 200] },
  writeEmailPreferences: {
    method: 'PUT',
    path: '/me/email-preferences',
    body: { completion: 'off' },
    as: [200, 200, 200],
  },
  createMachine: {
    method: 'POST',
    path: '/machines',
    body: { name: 'Shop import', role: 'user' },
    as: [403, 403, 201],
  },
  rotateMachineSecret: { method: 'POST', path: '/machines/robot/secret', as: [403, 403, 200] },
  listTrustRules: { method: 'GET', path: '/trust-rules', as: [403, 403, 200] },
  createTrustRule: {
    method: 'POST',
    path: '/trust-rules',
    body: {
      name: 'Website pipeline',
      role: 'user',
      issuer: 'https://ci.example.com',
      audience: 'pressroom',
      subjectPattern: 'project:website:*',
    },
    as: [403, 403, 201],
  },
  listMembers: { method: 'GET', path: '/members', as: [200, 200, 200] },
  inviteMember: {
    method: 'POST',
    path: '/members',
    body: { email: 'dora@example.com', role: 'viewer' },
    as: [403, 403, 201],
  },
  readMember: { method: 'GET', path: '/members/bea', as: [403, 403, 200] },
  editMember: { method: 'PATCH', path: '/members/bea', body: { role: 'viewer' }, as: [403, 403, 200] },
  removeMember: { method: 'DELETE', path: '/members/bea', as: [403, 403, 200] },
  resendInvitation: { method: 'POST', path: '/members/bea/invitation', as: [403, 403, 200] },
  resetPassword: { method: 'POST', path: '/members/cleo/password-reset', as: [403, 403, 200] },
  resetMfa: { method: 'POST', path: '/members/cleo/mfa-reset', as: [403, 403, 200] },
  makeTrigger: { method: 'POST', path: `/schedules/${schedule.id}/trigger`, as: [403, 201, 201] },
  revokeTrigger: { method: 'DELETE', path: `/schedules/${schedule.id}/trigger`, as: [403, 200, 200] },
};
