/**
 * What uploads touch, in memory and with the conditions of the true tables and buckets, so that the whole ingest runs
 * in a test. Every call can be held up, made to fail before its work is done, or after.
 */
import { isDeepStrictEqual } from 'node:util';
import { publishAsset } from '../../../application/assets/publish-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { addCounts, countsOf } from '../../../domain/jobs/counts.ts';
import { type LogEntry, noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { uploadEnd } from '../../../domain/uploads/upload-end.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import type { IngestDependencies } from '../../../functions/ingest-upload/ingest-upload.ts';
import { withdrawUploaded } from '../../../functions/ingest-upload/withdraw-uploaded.ts';
import type { Replacements } from '../serve-api/api-world.ts';

export const company = 'luma';

interface Staged {
  readonly bytes: number;
  readonly uploadedAt: string;
  /** Stands for the bytes. */
  readonly content: string;
}

export interface UploadWorld {
  readonly files: Map<string, UploadFile>;
  readonly jobs: Map<string, UploadJob>;
  readonly assets: Map<string, Asset>;
  readonly staged: Map<string, Staged>;
  /** `<key>@<version id>` → content */
  readonly masters: Map<string, string>;
  /** `<server>:<key>` → content */
  readonly origins: Map<string, string>;
  /** Ids of the sets that show whatever is asked for. */
  sets: readonly string[];
  /** Ids that the CDN was told to forget. */
  readonly invalidated: string[];
  readonly history: string[];
  readonly warnings: string[];
  settings: CompanySettings;
  /** Comes before (and, with `after`, behind) each call: throws to make it fail, waits to hold it up. */
  interfere: (call: string, when: 'before' | 'after') => Promise<void>;
  readonly dependencies: IngestDependencies;
  readonly cancel: Replacements;
  /** An upload job with one file for each name. */
  addJob(id: string, names: readonly string[], options?: Partial<UploadJob>): UploadJob;
  /** S3 takes a file. The content `refused: …` makes a file that ingest refuses for that reason. */
  arrive(jobId: string, file: number, uploadedAt: string, content?: string): void;
}

export function uploadWorld(): UploadWorld {
  let versions = 0;
  let time = Date.parse('2026-11-24T09:00:00.000Z');
  const fileKey = (jobId: string, file: number) => `${jobId}/${file}`;
  const world = {
    files: new Map(),
    jobs: new Map(),
    assets: new Map(),
    staged: new Map(),
    masters: new Map(),
    origins: new Map(),
    invalidated: [],
    sets: [],
    history: [],
    warnings: [],
    settings: defaultSettings,
    interfere: async () => {},
  } as unknown as { -readonly [Key in keyof UploadWorld]: UploadWorld[Key] };

  function call<Parameters extends unknown[], Result>(
    name: string,
    work: (...parameters: Parameters) => Result,
  ) {
    return async (...parameters: Parameters): Promise<Result> => {
      await world.interfere(name, 'before');
      const result = work(...parameters);
      await world.interfere(name, 'after');
      return result;
    };
  }

  const settle = (
    file: Pick<UploadFile, 'jobId' | 'file'>,
    from: UploadFile['state'],
    line: LogEntry,
  ): boolean => {
    const key = fileKey(file.jobId, file.file);
    const current = world.files.get(key);
    const job = world.jobs.get(file.jobId);
    if (current?.state !== from || !job) return false;
    const { pendingAction: _, ...kept } = current;
    world.files.set(key, { ...kept, state: 'settled', logEntry: line });
    const { total: __, ...change } = countsOf(line);
    world.jobs.set(job.id, { ...job, counts: addCounts(job.counts, change) });
    return true;
  };

  const getAsset = call('getAsset', (_company: string, id: string) => world.assets.get(id));
  const getJob = call('getJob', (_company: string, jobId: string) => world.jobs.get(jobId));
  const endIfComplete = call('endIfComplete', (_company: string, jobId: string, at: string) => {
    const job = world.jobs.get(jobId);
    const status = job && uploadEnd(job);
    if (job && status) world.jobs.set(jobId, { ...job, status, ended: at });
    return status !== undefined;
  });
  const replace = (before: Asset, after: Asset): boolean => {
    const now = world.assets.get(before.id);
    const same =
      now?.version === before.version &&
      now.intent === before.intent &&
      isDeepStrictEqual(now.publications, before.publications);
    if (same) {
      world.assets.set(before.id, { ...now, intent: after.intent, publications: after.publications });
    }
    return same;
  };
  const publishing = {
    getAsset,
    recordPublication: call('recordPublication', (before: Asset, after: Asset) => {
      const done = replace(before, after);
      if (done) world.history.push(`published ${after.id} ${after.version}`);
      return done;
    }),
    recordWithdrawal: call('recordWithdrawal', (before: Asset, after: Asset) => {
      const done = replace(before, after);
      if (done) world.history.push(`withdrawn ${after.id}`);
      return done;
    }),
    confirmHistory: call('confirmHistory', () => undefined),
    copyToOrigin: call('copyToOrigin', (asset: Asset, { server, key }: { server: string; key: string }) => {
      const content = world.masters.get(`${asset.masterKey}@${asset.masterVersionId}`);
      if (content === undefined)
        throw new Error(`There is no master ${asset.masterKey}@${asset.masterVersionId}`);
      world.origins.set(`${server}:${key}`, content);
    }),
    deleteFromOrigin: call('deleteFromOrigin', ({ server, key }: { server: string; key: string }) => {
      world.origins.delete(`${server}:${key}`);
    }),
    invalidateAssets: call('invalidateAssets', (_: string, ids: readonly string[]) => {
      world.invalidated.push(...ids);
    }),
    emitPublished: () => {},
  };
  const sendNotification = call('sendNotification', () => undefined);
  const markEndProcessed = call('markEndProcessed', () => undefined);

  const dependencies: IngestDependencies = {
    getJob,
    getAsset,
    getFile: call('getFile', (_company: string, jobId: string, file: number) =>
      world.files.get(fileKey(jobId, file)),
    ),
    getSettings: call('getSettings', () => world.settings),
    recordFile: call('recordFile', (file, before, asset, _settings, next) => {
      const key = fileKey(file.jobId, file.file);
      const current = world.files.get(key);
      if (current?.state !== 'pending' || !isDeepStrictEqual(world.assets.get(asset.id), before))
        return false;
      world.assets.set(asset.id, asset);
      world.files.set(key, { ...current, assetId: asset.id });
      if ('logEntry' in next) return settle(file, 'pending', next.logEntry);
      const { pendingAction, ...still } = next;
      const recorded = { ...current, assetId: asset.id, state: 'recorded' as const, ...still };
      world.files.set(key, pendingAction ? { ...recorded, pendingAction } : recorded);
      return true;
    }),
    finishFile: call('finishFile', settle),
    buildSets: call('buildSets', () => undefined),
    endIfComplete,
    sendNotification,
    markEndProcessed,
    findStaged: call('findStaged', (key: string) => world.staged.get(key)),
    readMedia: call('readMedia', (key: string, file: UploadFile) => {
      const { content, bytes } = world.staged.get(key) ?? { content: '', bytes: 0 };
      if (content.startsWith('refused')) throw new Failure('upload.file-refused', content);
      const warnings = content.startsWith('odd') ? ['It is odd'] : [];
      return { facts: { type: 'image' as const, mimeType: file.type, bytes, width: 1, height: 1 }, warnings };
    }),
    setsOf: async () => world.sets,
    similarIds: call('similarIds', (_company: string, id: string) =>
      [...world.assets.keys()].filter((other) => other !== id && other.toLowerCase() === id.toLowerCase()),
    ),
    refreshDerived: call('refreshDerived', (parent: Asset) => {
      world.history.push(`refreshed ${parent.id} ${parent.version}`);
      return { warnings: [] };
    }),
    publishWithMembers: call('publishWithMembers', (asset: Asset) => {
      world.history.push(`published what belongs to ${asset.id}`);
      return { problems: [] };
    }),
    copyToMasters: call('copyToMasters', (source: string, target: string) => {
      const content = world.staged.get(source)?.content;
      if (content === undefined) throw new Error(`Nothing is staged at ${source}`);
      versions += 1;
      world.masters.set(`${target}@v${versions}`, content);
      return `v${versions}`;
    }),
    deleteMaster: call('deleteMaster', (key: string, versionId: string) => {
      world.masters.delete(`${key}@${versionId}`);
    }),
    deleteStaged: call('deleteStaged', (key: string) => {
      world.staged.delete(key);
    }),
    publish: (asset, servers, options) => publishAsset(asset, servers, options, publishing),
    withdraw: (asset, withdrawal) => withdrawUploaded(asset, withdrawal, publishing),
    now: () => {
      time += 1;
      return new Date(time).toISOString();
    },
    log: {
      warn: (message) => world.warnings.push(message),
      error: (message) => world.warnings.push(message),
    },
  };

  world.dependencies = dependencies;
  world.cancel = {
    getJob,
    requestStop: call('requestStop', (_company: string, jobId: string, by: string) => {
      const job = world.jobs.get(jobId);
      if (job?.status !== 'running') return false;
      world.jobs.set(jobId, { ...job, status: 'stopping', stoppedBy: by });
      return true;
    }),
    finishFiles: async (_company, jobId, states, logEntryOf) => {
      for (const file of [...world.files.values()]) {
        if (file.jobId !== jobId) continue;
        await world.interfere('finishFiles', 'before');
        const current = world.files.get(fileKey(jobId, file.file));
        if (current && states.includes(current.state)) settle(current, current.state, logEntryOf(current));
      }
    },
    endIfComplete,
    sendNotification,
    markEndProcessed,
    cancelPublishJob: async () => {
      throw new Error('There are no publish jobs here');
    },
    now: dependencies.now,
  };
  world.addJob = (id, names, options = {}) => {
    const job: UploadJob = {
      kind: 'upload',
      company,
      id,
      givenName: 'Upload',
      name: 'Upload 2026-11-24 09:00:00',
      status: 'running',
      counts: { ...noCounts, total: names.length },
      submitted: '2026-11-24T09:00:00.000Z',
      submittedBy: 'ann',
      started: '2026-11-24T09:00:00.000Z',
      folder: '/',
      publishAfterUploading: true,
      ...options,
    };
    world.jobs.set(id, job);
    for (const [index, name] of names.entries()) {
      const assetId = name.replace(/\.[^.]*$/, '');
      const file = { company, jobId: id, file: index + 1, name, assetId, bytes: 9, type: 'image/png' };
      world.files.set(fileKey(id, index + 1), { ...file, state: 'pending' });
    }
    return job;
  };
  world.arrive = (jobId, file, uploadedAt, content = `bytes of ${jobId}/${file}`) => {
    world.staged.set(stagedKey(company, jobId, file), { bytes: 9, uploadedAt, content });
  };
  return world as UploadWorld;
}
