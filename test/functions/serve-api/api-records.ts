/** Records of the company of the route tests: one asset, one job of each kind, one file in parts, one of all else. */
import { type AssetVersion, versionItem } from '../../../adapters/dynamodb/assets/version-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { noTotals } from '../../../domain/assets/estimate.ts';
import type { AuditEntry } from '../../../domain/companies/audit.ts';
import { scopeOf } from '../../../domain/delivery/preview-scope.ts';
import { noCounts, type PublishJob, type UploadJob } from '../../../domain/jobs/job.ts';
import { noPlanCounts, type PlannedAsset, type StoredPlan } from '../../../domain/jobs/stored-plan.ts';
import type { ZipDownload } from '../../../domain/library/zip-download.ts';
import type { CompanySecret } from '../../../domain/notifications/company-secrets.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { BatchSetPreset } from '../../../domain/sets/batch-set-preset.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import { previewUrlOf } from '../../../functions/serve-api/delivery/preview-links.ts';

export const now = '2026-11-24T08:30:00.000Z';
export const publishJobId = '01M868ZYSAAE2H8JTE1Z5727DM';
export const endedJobId = '01M868ZYSAAE2H8JTE1Z5727DP';
export const uploadJobId = '01M868ZY4BTMHSX5Z3VJK1D3HJ';
export const secretId = '01M868ZYSAAE2H8JTE1Z5727DN';
export const olderSecretId = '01M868ZYSAAE2H8JTE1Z5727DP';
export const planId = '01M868ZYSAAE2H8JTE1Z5727DQ';
export const sum = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

export const asset: Asset = {
  company: 'luma',
  id: 'red shoe',
  type: 'image',
  mimeType: 'image/png',
  bytes: 229,
  width: 64,
  height: 48,
  colourSpace: 'srgb',
  hasAlpha: false,
  folder: '/autumn/',
  fileName: 'red shoe.png',
  version: 2,
  masterKey: 'luma/red shoe',
  masterVersionId: 'm2',
  intent: 'live',
  publications: {
    'image-serving': { version: 2, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/image/red shoe' },
  },
  uploadedAt: '2026-11-24T07:59:00.000Z',
  uploadJobId,
  created: '2026-11-23T08:00:00.000Z',
  createdBy: 'ann',
  modified: '2026-11-24T07:59:30.000Z',
  modifiedBy: 'ann',
};

/** The key that signs the previews of the company, and the URL of one. */
export const previewKey = { generation: 3, key: new Uint8Array(32).fill(5), revoked: [] };
export const previewUrl = previewUrlOf(
  scopeOf(asset, 'image', Date.parse(now) / 1_000 + 600),
  previewKey,
  'cdn.example',
);

export const clip: Asset = {
  ...asset,
  id: 'clip',
  fileName: 'clip.mp4',
  masterKey: 'luma/clip',
  masterVersionId: 'c1',
  type: 'video',
  mimeType: 'video/mp4',
  version: 1,
  publications: {},
};

export const set: Asset = {
  ...asset,
  id: 'views',
  type: 'image-set',
  mimeType: 'application/vnd.pressroom.set+json',
  masterKey: 'luma/views',
  masterVersionId: 's1',
  version: 1,
  publications: {},
  intent: 'pending',
  memberCount: 1,
  cover: 'red shoe',
};

export const derived: Asset = {
  ...asset,
  id: 'teaser',
  type: 'derived-image',
  parent: asset.id,
  recipe: 'wid=400',
};

export const preset: BatchSetPreset = {
  name: 'all around',
  setType: 'spin-set',
  members: '{base}_{row}_{column}',
  setId: '{base}-set',
  active: true,
};

export const publishJob: PublishJob = {
  kind: 'publish',
  company: 'luma',
  id: publishJobId,
  givenName: 'Publish',
  name: 'Publish 2026-11-24 08:00:00',
  status: 'running',
  counts: { ...noCounts, total: 100, done: 30, bytes: 3_000 },
  submitted: '2026-11-24T08:00:00.000Z',
  submittedBy: 'user',
  started: '2026-11-24T08:29:00.000Z',
  publish: 'new',
  servers: ['image-serving'],
  executionNumber: 1,
};

export const endedJob: PublishJob = {
  ...publishJob,
  id: endedJobId,
  status: 'completed-with-errors',
  counts: { ...noCounts, total: 100, done: 98, errors: 2 },
  ended: '2026-11-24T08:29:30.000Z',
};

/** A ZIP file that is being written. */
export const zipDownload: ZipDownload = {
  company: 'luma',
  id: '01M868ZYSAAE2H8JTE1Z5727DR',
  at: now,
  by: 'user',
  requestedAt: now,
  revision: 0,
  files: 1,
  bytes: 400,
  leftOut: [{ id: 'shoes', message: 'shoes is a set: download its members' }],
};

/** A stored plan of one asset. */
export const plan: StoredPlan = {
  company: 'luma',
  id: planId,
  publish: 'full',
  servers: ['image-serving'],
  by: 'user',
  at: now,
  progressAt: now,
  summary: { counts: { ...noPlanCounts, changed: 1 }, totals: { ...noTotals, copies: 1, bytes: 229 } },
  lists: [{ planner: 'p1', files: { ...noPlanCounts, changed: 1 } }],
  parts: 0,
  total: 0,
};

export const planned: PlannedAsset = {
  id: asset.id,
  type: 'image',
  change: 'changed',
  version: 2,
  servers: ['image-serving'],
  live: { 'image-serving': 1 },
  bytes: 229,
};

export const uploadJob: UploadJob = {
  kind: 'upload',
  company: 'luma',
  id: uploadJobId,
  givenName: 'Upload',
  name: 'Upload 2026-11-24 08:00:00',
  status: 'running',
  counts: { ...noCounts, total: 3, done: 1, bytes: 229 },
  submitted: '2026-11-24T08:00:00.000Z',
  submittedBy: 'user',
  started: '2026-11-24T08:00:00.000Z',
  folder: '/autumn/',
  publishAfterUploading: true,
};

export const uploadFile: UploadFile = {
  company: 'luma',
  jobId: uploadJobId,
  file: 1,
  name: 'film.mp4',
  assetId: 'film',
  bytes: 120 * 1024 * 1024,
  type: 'video/mp4',
  state: 'pending',
};

export const schedule: Schedule = {
  company: 'luma',
  id: '01M8686B0MSWSGTPEFNRQPG1GS',
  name: 'Autumn collection',
  rule: { repeat: 'daily', time: '14:10' },
  timeZone: 'America/New_York',
  active: true,
  job: { publish: 'new' },
  submittedBy: 'user',
  created: '2026-11-23T08:00:00.000Z',
  modified: '2026-11-23T08:00:00.000Z',
  modifiedBy: 'user',
  triggerTokenHash: 'a-hash',
  version: 1,
  revision: 1,
  sync: 'done',
  slots: 1,
};

/** The item of a version of the asset. */
export function versionOfAsset(version: number): AssetVersion {
  const { pk, sk, ...item } = versionItem({ ...asset, version, masterVersionId: `m${version}` });
  return item;
}

export const auditEntry: AuditEntry = {
  company: 'luma',
  id: '01M868ZYSAAE2H8JTE1Z5727DQ',
  at: now,
  by: 'admin',
  byName: 'Ada',
  role: 'admin',
  kind: 'settings',
  operation: 'editSettings',
  subjects: [],
  subjectCount: 0,
  change: { timeZone: 'Europe/London' },
  requestId: 'request-0',
  outcome: 'unknown',
};

export const secrets: readonly CompanySecret[] = [
  { id: secretId, secret: `whsec_${'A'.repeat(32)}`, created: now },
  {
    id: olderSecretId,
    secret: `whsec_${'B'.repeat(32)}`,
    created: '2026-11-23T08:30:00.000Z',
    validUntil: '2026-11-25T08:30:00.000Z',
  },
];
