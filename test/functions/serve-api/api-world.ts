import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { type AssetVersion, versionItem } from '../../../adapters/dynamodb/assets/version-store.ts';
import { writeCursor } from '../../../adapters/http/cursor.ts';
import { handleRequest, type ServedRoute } from '../../../adapters/http/handle-request.ts';
import type { Preview } from '../../../application/assets/preview.ts';
import type { SavedSet } from '../../../application/sets/save-set.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { noTotals } from '../../../domain/assets/estimate.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { noCounts, type PublishJob, type UploadJob } from '../../../domain/jobs/job.ts';
import { defaultSchema } from '../../../domain/library/metadata-schema.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { BatchSetPreset } from '../../../domain/sets/batch-set-preset.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import type { Dependencies } from '../../../functions/serve-api/dependencies.ts';
import { servedRoutes } from '../../../functions/serve-api/handlers.ts';
import { httpEvent, type TestRequest } from '../../adapters/http/http-event.ts';

export const now = '2026-11-24T08:30:00.000Z';
export const publishJobId = '01M868ZYSAAE2H8JTE1Z5727DM';
export const endedJobId = '01M868ZYSAAE2H8JTE1Z5727DP';
export const uploadJobId = '01M868ZY4BTMHSX5Z3VJK1D3HJ';
export const secretId = '01M868ZYSAAE2H8JTE1Z5727DN';
export const olderSecretId = '01M868ZYSAAE2H8JTE1Z5727DP';
/** The text that a list gives for a position, without its signature: it matches `next`. */
export function cursorAt(position: unknown): unknown {
  return expect.stringMatching(new RegExp(`^${writeCursor(position)}\\.[\\w-]{22}$`));
}

/** Signs the cursors of the tests. */
export const cursorKey = new Uint8Array(32).fill(7);
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

const savedSet: SavedSet = {
  asset: set,
  record: { type: 'image-set', members: [{ id: asset.id }] },
  members: new Map([[asset.id, asset]]),
  warnings: [],
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

const signed = {
  url: 'https://uploads.example/key?X-Amz-Signature=1',
  headers: { 'x-amz-checksum-sha256': sum },
};

export const nothingToDo: Preview = { items: [], leftOut: 0, assets: 0, totals: noTotals, complete: true };

/** Everything exists once and is in order: one asset, one job of each kind, one file in parts. */
export const allIsWell: Dependencies = {
  companies: {
    getSettings: async () => defaultSettings,
    changeSettings: async (_, change) => ({ ...defaultSettings, ...change }),
    changeServers: async () => true,
    findRole: async () => 'user',
    countCall: async () => undefined,
    cursorKey: async () => cursorKey,
  },
  assets: {
    listAssets: async () => ({ items: [asset] }),
    getAsset: async (company, id) =>
      company === 'luma' ? [asset, set, derived].find((one) => one.id === id) : undefined,
    listHistory: async () => ({
      items: [
        {
          event: 'PUBLISHED',
          at: '2026-11-24T08:00:00.000Z',
          server: 'image-serving',
          version: 2,
          by: 'ann',
        },
      ],
    }),
    findRollbacks: async () => new Map(),
    listVersions: async () => ({ items: [2, 1].map(versionOfAsset) }),
    getVersion: async (company, id, version) =>
      company === 'luma' && id === asset.id && version < 2 ? versionOfAsset(version) : undefined,
    recordRollback: async () => true,
    masterExists: async () => true,
    getAssets: async (_, ids) =>
      new Map([asset, set, derived].filter(({ id }) => ids.includes(id)).map((one) => [one.id, one])),
    idsInFolder: async function* () {
      yield [asset.id];
    },
  },
  publications: {
    publishClosures: async (_, roots) =>
      new Map(
        roots.map((root) => [
          root.id,
          { id: root.id, outcome: 'published', servers: ['image-serving'], message: 'Live', asset: root },
        ]),
      ),
    previewPublish: async () => nothingToDo,
    withdrawAssets: async (_, chosen) =>
      new Map(
        chosen.map((found) => [
          found.id,
          {
            id: found.id,
            outcome: 'unpublished',
            servers: ['image-serving'],
            message: 'It is withdrawn',
            asset: { ...found, intent: 'held', publications: {} },
          },
        ]),
      ),
    previewWithdrawal: () => nothingToDo,
    derivedStillLive: async () => [],
    incompleteSets: async () => [],
    publishWithMembers: async (published) => ({ asset: published, problems: [] }),
  },
  derivedImages: {
    refreshDerived: async () => ({ warnings: [] }),
    createDerived: async () => ({ asset: derived, warnings: [] }),
    editDerived: async () => ({ asset: derived, warnings: [] }),
    listDerived: async () => ({ items: [] }),
  },
  sets: {
    listMemberships: async () => ({ items: [{ set: set.id, places: 2 }] }),
    createSet: async () => savedSet,
    editSet: async () => savedSet,
    readSetRecord: async () => savedSet.record,
    listPresets: async () => [preset],
    putPreset: async () => {},
    deletePreset: async (_, name) => (name === preset.name ? preset : undefined),
  },
  uploads: {
    sendNotification: async () => {},
    markEndProcessed: async () => {},
    finishFiles: async () => {},
    endIfComplete: async () => false,
    getFile: async (company, jobId, file) =>
      company === 'luma' && jobId === uploadJobId && file === 1
        ? { ...uploadFile, uploadId: 'upload-1' }
        : undefined,
    listFiles: async () => ({ items: [] }),
    completeMultipartUpload: async () => 'completed',
    createUpload: async () => {},
    signUpload: async () => signed,
    signPart: async () => signed,
    beginMultipartUpload: async () => 'upload-1',
    abortMultipartUpload: async () => {},
    ensureUploadId: async (_, uploadId) => uploadId,
  },
  folders: {
    ensureFolder: async () => {},
    getFolder: async (_, folder) => ({ folder }),
    folderExists: async (_, folder) => ['/', '/autumn/'].includes(folder),
    listChildren: async () => ({ items: ['/autumn/'] }),
    foldersWithin: async function* () {
      yield { folder: '/autumn/' };
    },
    markMoving: async () => {},
    markFolderDeleted: async () => {},
  },
  library: {
    getMetadataSchema: async () => defaultSchema,
    putMetadataSchema: async () => {},
    recordMetadata: async () => true,
    moveKeywords: async () => {},
    searchAssets: async () => ({ items: [asset] }),
    move: async (moved, { to }) => ({ ...moved, folder: to }),
    rename: async (_, __, { to }) => ({ asset: { ...asset, id: to }, warnings: [] }),
    trash: async (one, { at, by }) => ({
      trashed: [{ ...one, publications: {}, trashed: { at, by } }],
      wasLive: [one.id],
      warnings: [],
    }),
    setsLeftIncomplete: async () => [],
    listTrash: async () => ({ ids: [] }),
    restore: async (one) => [one],
    republish: async (restored) => ({
      assets: new Map(restored.map((one) => [one.id, one])),
      problems: [],
      remaining: false,
    }),
    purge: async ({ id }) => [id],
  },
  jobs: {
    markEndProcessed: async () => {},
    getJob: async (company, id) =>
      [publishJob, endedJob, uploadJob].find((job) => job.id === id && job.company === company),
    listJobs: async () => ({ items: [publishJob, uploadJob] }),
    readQueue: async () => [],
    readLocks: async () => ({}),
    requestStop: async () => true,
    cancelPublishJob: async () => ({ ...publishJob, status: 'stopping', stoppedBy: 'user' }),
    previewJob: async () => nothingToDo,
    submit: async (job) => ({ job }),
    writeScope: async () => {},
  },
  jobLogs: {
    readLogFile: async () => undefined,
    listParts: async function* () {},
    findExport: async () => undefined,
    signExport: async (key) => `https://jobs.example/${key}`,
    readProgress: async () => undefined,
    writeProgress: async () => {},
    requestExport: async () => {},
    readLog: async () => ({ items: [{ time: now, outcome: 'begin', message: 'Begins' }] }),
    listSetLogEntries: async () => ({ items: [] }),
  },
  schedules: {
    createSchedule: async () => true,
    countSchedules: async () => 1,
    getSchedule: async (company, id) => (company === 'luma' && id === schedule.id ? schedule : undefined),
    listSchedules: async function* () {
      yield schedule;
    },
    changeSchedule: async (_, __, ___, change) => ({ ...schedule, ...change }) as Schedule,
    recordRun: async () => true,
    recordSynced: async () => true,
    deleteSchedule: async () => schedule,
    findTrigger: async () => undefined,
    changeTrigger: async () => true,
    findStarted: async () => undefined,
    claimStartedJob: async (_, __, id) => id,
  },
  scheduler: {
    put: async () => {},
    remove: async () => {},
  },
  notifications: {
    sendNotification: async () => {},
    readSecrets: async () => [
      { id: secretId, secret: `whsec_${'A'.repeat(32)}`, created: now },
      {
        id: olderSecretId,
        secret: `whsec_${'B'.repeat(32)}`,
        created: '2026-11-23T08:30:00.000Z',
        validUntil: '2026-11-25T08:30:00.000Z',
      },
    ],
    changeSecrets: async () => true,
    signingSecrets: async () => [`whsec_${'A'.repeat(32)}`],
    sendWebhook: async () => ({ outcome: 'responded', status: 204, body: '', truncated: false }),
    getMailMember: async (_, subject) => ({ subject }),
    saveMailMember: async () => true,
    mailAvailable: true,
    notifyLoopback: false,
  },
  invalidations: {
    invalidateAssets: async () => {},
  },
  randomBytes: (count) => new Uint8Array(count),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  apiUrl: 'https://api.example',
  clock: () => 0,
  deliveryDomain: 'cdn.example',
  newId: () => '01M86900X103YN7W5QY1DZ2VSR',
  now: () => now,
  log: { warn: () => {}, error: () => {} },
};

type Groups = Omit<Dependencies, keyof Settings>;
type Settings = Pick<
  Dependencies,
  'deliveryDomain' | 'apiUrl' | 'now' | 'clock' | 'newId' | 'randomBytes' | 'sha256' | 'log'
>;
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** Operations of all groups by their names, no two of which are the same: what a test replaces. */
export type Replacements = Partial<Intersection<Groups[keyof Groups]> & Settings>;

/** The dependencies with some operations replaced, in whichever group they are. */
export function worldWith(replacements: Replacements): Dependencies {
  const world: Record<string, unknown> = { ...allIsWell };
  for (const [name, replacement] of Object.entries(replacements)) {
    const group = Object.entries(allIsWell).find(
      ([, members]) => typeof members === 'object' && name in members,
    )?.[0];
    if (group === undefined) world[name] = replacement;
    else world[group] = { ...(world[group] as object), [name]: replacement };
  }
  return world as unknown as Dependencies;
}

/** Members of `luma` are called as their role; `stranger` is an admin of another company. */
export const findRole = async (company: string, subject: string): Promise<Role | undefined> => {
  if (company === 'luma') return (['viewer', 'user', 'admin'] as const).find((role) => role === subject);
  return company === 'other' && subject === 'stranger' ? 'admin' : undefined;
};

/** Asks the API as somebody, below `/v1/companies/luma`. */
export async function ask(
  subject: string | undefined,
  request: TestRequest,
  replacements: Replacements = {},
  more: readonly ServedRoute[] = [],
) {
  const routes = [...servedRoutes(worldWith(replacements)), ...more];
  const event = httpEvent({
    ...request,
    path: `/v1/companies/luma${request.path}`,
    ...(subject === undefined ? {} : { claims: { sub: subject } }),
  });
  const faults: Error[] = [];
  const response = await handleRequest(event, routes, {
    findRole,
    log: { error: (_, error) => faults.push(error), info: () => {} },
  });
  return {
    status: response.statusCode,
    headers: response.headers ?? {},
    body: JSON.parse(response.body ?? 'null') as Record<string, unknown>,
    faults,
  };
}
