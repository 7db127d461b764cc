/**
 * Tables and buckets of the publish engine in memory, with the conditions of the true ones, so that its functions run
 * together in a test. Every call can be made to fail, before it has happened or after it.
 */

import type { AssetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import { type AssetStore, assetItem, type HistoryEvent } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { PendingStore } from '../../adapters/dynamodb/assets/pending-store.ts';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { ActiveJobStore } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PartRecord, PartStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { SubmissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { pendingIndexKey, pendingShardKey, pendingShards } from '../../adapters/dynamodb/keys.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { BatchedChanges } from '../../adapters/dynamodb/table/batched-changes.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { FailedExecutionEvents } from '../../adapters/eventbridge/failed-execution-events.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { ManifestLine, PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import type { ExecutionControl } from '../../adapters/stepfunctions/execution-control.ts';
import type { Executions } from '../../adapters/stepfunctions/executions.ts';
import type { Asset, SetType } from '../../domain/assets/asset.ts';
import { isPending } from '../../domain/assets/publish-state.ts';
import { type CompanySettings, defaultSettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { addByServer, addCounts, emptyByServer, haveSameCounts } from '../../domain/jobs/counts.ts';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';
import { isTerminal, type Job, type LogEntry, type PublishJob } from '../../domain/jobs/job.ts';
import { manifestKey, partFileKey } from '../../domain/jobs/job-file-names.ts';
import { mergeLogEntries } from '../../domain/jobs/merge-log-entries.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import type { QueuedJob } from '../../domain/jobs/queue.ts';
import type { NotificationMessage } from '../../domain/notifications/notification-message.ts';
import {
  occurrencesInSet,
  type SetMember,
  type SetRecord,
  setMimeType,
} from '../../domain/sets/set-record.ts';
import type { InvalidateReplacedDependencies } from '../../functions/finish-job/invalidate-replaced.ts';
import { anAsset, company } from '../support/builders.ts';

export type When = 'before' | 'after';

export interface World {
  readonly settings: CompanySettings;
  readonly assets: Map<string, Asset>;
  readonly history: Map<string, HistoryEvent>;
  readonly jobs: Map<string, Job>;
  readonly queue: Map<string, QueuedJob>;
  readonly locks: Map<string, string>;
  readonly parts: Map<string, PartRecord>;
  /** S3's jobs bucket. */
  readonly files: Map<string, string>;
  /** `<server>:<key>` → the version that lies there. */
  readonly origins: Map<string, number>;
  /** Ids that the CDN was failedExecutionEvents to forget, in order. */
  readonly invalidated: string[];
  /** Names of the executions that were started, in order. */
  readonly started: string[];
  /** How executions stand; one that is not here never was. */
  readonly executions: Map<string, ExecutionState>;
  /** What finish-job was failedExecutionEvents of anew, and has not been called with yet. */
  readonly failedExecutionEvents: {
    readonly execution: string;
    readonly state: ExecutionState | undefined;
  }[];
  /** What send-notification was failedExecutionEvents, in order, each with the seconds that it is held back. */
  readonly notified: { message: NotificationMessage; delay: number }[];
  /** Jobs that have ended without that anybody noted that this was failedExecutionEvents. */
  readonly unnotified: Set<string>;
  /** Jobs whose end the bus was failedExecutionEvents, in order. */
  readonly emittedEnds: Job[];
  /** Publications that were emitted, in order. */
  readonly emittedPublications: {
    readonly id: string;
    readonly version: number;
    readonly servers: readonly Server[];
    readonly by: string;
    readonly jobId?: string;
  }[];
  /** Statuses that were emitted, in order, without those of `emittedEnds`. */
  readonly emittedStatuses: { readonly job: Job; readonly at: string }[];
  /** Of sets, by `<master key>@<version>`. */
  readonly setRecords: Map<string, SetRecord>;
  /** Parent → ids of what is derived from it. */
  readonly derived: Map<string, string[]>;
  /** Every call by name, in order. */
  readonly calls: string[];
  /** Throws to make a call fail; may also change the world, as somebody else would meanwhile. */
  fault: (call: string, when: When, args: readonly unknown[]) => void;
  /** Milliseconds since 1970: goes on by one with every look. */
  time: number;
  timeLeft: number;
  readonly dependencies: Dependencies;
  log(jobId: string): LogEntry[];
  put(asset: Asset): void;
  /** Gives a job a plan of one round; without lines, none. */
  setPlan(jobId: string, lines?: readonly ManifestLine[]): void;
  /** Puts a set with its record. */
  putSet(asset: Partial<Asset> & { id: string }, members: readonly (string | SetMember)[]): void;
}

type Dependencies = AssetStore &
  Pick<RelationStore, 'derivedOf' | 'membershipsOf'> &
  Pick<SetFiles, 'readSetRecord'> &
  JobStore &
  PartStore &
  QueueStore &
  SubmissionStore &
  PendingStore &
  Pick<AssetListStore, 'listAssets'> &
  Pick<SettingsStore, 'getSettings'> &
  JobLogs &
  PlanFiles &
  OriginCopies &
  Pick<InvalidateReplacedDependencies, 'invalidateAssets' | 'invalidateCompany'> &
  NotificationQueue &
  Pick<EventBus, 'emitEnd' | 'emitPublished' | 'emitStatus'> &
  Executions &
  ExecutionControl &
  FailedExecutionEvents &
  Pick<BatchedChanges, 'runBatched'> &
  ActiveJobStore & {
    readonly copiesAtATime: number;
    readonly partEntries: number;
    readonly reserve: number;
    random(): number;
    readonly log: {
      warn(message: string, facts: Record<string, unknown>): void;
      error(message: string, facts: Record<string, unknown>): void;
    };
    flushHistory(): Promise<void>;
    finishFiles(): Promise<void>;
    endIfComplete(): Promise<boolean>;
    now(): string;
    clock(): number;
    timeLeft(): number;
    wait(milliseconds: number): Promise<void>;
    warn(message: string, facts: Record<string, unknown>): void;
  };

/** @param pageSize records of a page of the pending index */
export function createWorld(options: { settings?: Partial<CompanySettings>; pageSize?: number } = {}): World {
  const settings = { ...defaultSettings, ...options.settings };
  const pageSize = options.pageSize ?? 1_000;
  const assets = new Map<string, Asset>();
  const history = new Map<string, HistoryEvent>();
  const jobs = new Map<string, Job>();
  const queue = new Map<string, QueuedJob>();
  const locks = new Map<string, string>();
  const submissions = new Map<string, { jobId: string; request: string }>();
  const parts = new Map<string, PartRecord>();
  const files = new Map<string, string>();
  const origins = new Map<string, number>();
  const invalidated: string[] = [];
  const started: string[] = [];
  const executions = new Map<string, ExecutionState>();
  const failedExecutionEvents: World['failedExecutionEvents'][number][] = [];
  const notified: World['notified'] = [];
  const unnotified = new Set<string>();
  const emittedEnds: Job[] = [];
  const emittedPublications: World['emittedPublications'] = [];
  const emittedStatuses: World['emittedStatuses'] = [];
  const setRecords = new Map<string, SetRecord>();
  const derived = new Map<string, string[]>();
  const calls: string[] = [];

  const plain: Dependencies = {
    async getAsset(_, id) {
      return assets.get(id);
    },
    async getAssets(_, ids) {
      return new Map(
        ids.flatMap((id) => {
          const asset = assets.get(id);
          return asset ? [[id, asset]] : [];
        }),
      );
    },
    async recordPublication(before, after) {
      if (!isUnchanged(before)) return false;
      assets.set(after.id, changed(before.id, after));
      for (const [server, publication] of Object.entries(after.publications)) {
        const old = before.publications[server as keyof typeof before.publications];
        if (old?.version !== publication.version || old.at !== publication.at) {
          addHistory(after.id, 'PUBLISHED', server, publication);
        }
      }
      return true;
    },
    async recordWithdrawal(before, after, _, { at, by }) {
      if (!isUnchanged(before)) return false;
      assets.set(after.id, changed(before.id, after));
      for (const [server, { version }] of Object.entries(before.publications)) {
        if (server in after.publications) continue;
        addHistory(after.id, 'WITHDRAWN', server, { version, at, by });
      }
      return true;
    },
    async confirmHistory({ id, publications }, servers) {
      for (const server of servers) {
        const publication = publications[server];
        if (publication) addHistory(id, 'PUBLISHED', server, publication);
      }
    },
    async listHistory() {
      throw new Error('not needed here');
    },

    async derivedOf(_, parent) {
      return derived.get(parent) ?? [];
    },
    async membershipsOf(_, member) {
      return [...setRecords.entries()].flatMap(([key, record]) => {
        const set = [...assets.values()].find((found) => keyOfSet(found) === key);
        const places = occurrencesInSet(record).get(member);
        return set && places !== undefined ? [{ set: set.id, places }] : [];
      });
    },
    async readSetRecord(set) {
      const record = setRecords.get(keyOfSet(set));
      if (!record) throw new Error(`The world has no record ${keyOfSet(set)}`);
      return record;
    },

    async createPublishJob(job, submission) {
      if (jobs.has(job.id) || (submission && submissions.has(submission.key))) return false;
      if (submission) submissions.set(submission.key, { jobId: job.id, request: submission.request });
      jobs.set(job.id, job);
      queue.set(job.id, { jobId: job.id, servers: job.servers });
      return true;
    },
    async getJob(_, jobId) {
      return jobs.get(jobId);
    },
    async findSubmission(_, key) {
      return submissions.get(key);
    },
    async stopQueuedJob(_, jobId, { by, at }) {
      const job = jobs.get(jobId);
      if (job?.status !== 'queued') return false;
      jobs.set(jobId, { ...job, status: 'stopped', stoppedBy: by, ended: at });
      unnotified.add(jobId);
      queue.delete(jobId);
      return true;
    },
    async requestStop(_, jobId, by, at) {
      const job = jobs.get(jobId);
      if (job?.status !== 'running') return false;
      jobs.set(jobId, { ...job, status: 'stopping', stoppedBy: by, stopRequested: at });
      return true;
    },
    async readQueue() {
      return [...queue.values()];
    },
    async readLocks() {
      return Object.fromEntries(locks);
    },
    async takeLocksAndRun(job, { execution, name, started: at }, stale) {
      const now = jobs.get(job.id);
      const isFree = job.servers.every((server) =>
        [undefined, job.id, stale[server]].includes(locks.get(server)),
      );
      if (
        now?.kind !== 'publish' ||
        now.status !== 'queued' ||
        now.executionNumber !== job.executionNumber ||
        !isFree
      )
        return false;
      const perServer = emptyByServer(job.servers);
      jobs.set(job.id, { ...now, status: 'running', name, started: at, execution, perServer });
      for (const server of job.servers) locks.set(server, job.id);
      queue.delete(job.id);
      return true;
    },
    async freeLocks(_, jobId, servers) {
      for (const server of servers) if (locks.get(server) === jobId) locks.delete(server);
    },
    async countExecution({ id, executionNumber }) {
      const job = jobs.get(id);
      if (job?.kind !== 'publish' || job.status !== 'queued' || job.executionNumber !== executionNumber)
        return undefined;
      jobs.set(id, { ...job, executionNumber: executionNumber + 1 });
      return executionNumber + 1;
    },
    async addCounts(_, jobId, change, byServer = {}) {
      return changeActive(jobId, (job) => ({
        ...job,
        counts: addCounts(job.counts, change),
        ...(job.perServer ? { perServer: addByServer(job.perServer, byServer) } : {}),
      }));
    },
    async setTotal(_, jobId, total, plannedAt) {
      return changeActive(jobId, (job) => ({
        ...job,
        counts: { ...job.counts, total },
        ...(plannedAt === undefined ? {} : { plannedAt }),
      }));
    },
    async recordClosing(_, jobId, closing) {
      return changeActive(jobId, (job) => ({ ...job, closing }));
    },
    async putPart(_, jobId, part) {
      const name = partName(jobId, part);
      const old = parts.get(name);
      if (old && (old.closed || !haveSameCounts(old, part))) return false;
      parts.set(name, part);
      return true;
    },
    async getPart(_, jobId, place) {
      return parts.get(partName(jobId, place));
    },
    async closePart(_, jobId, part) {
      const name = partName(jobId, part);
      const old = parts.get(name);
      if (old) return old;
      parts.set(name, part);
      return part;
    },
    async replacePart(_, jobId, before, part, hasEnded) {
      const old = parts.get(partName(jobId, part));
      const job = jobs.get(jobId);
      if (!old || old.closed !== before.closed || old.at !== before.at) return false;
      if (!haveSameCounts(old, before) || !job || isTerminal(job.status) !== hasEnded) return false;
      if (!hasEnded) {
        parts.set(partName(jobId, part), part);
        const { corrections = 0 } = job as PublishJob;
        jobs.set(jobId, { ...job, corrections: corrections + 1 } as PublishJob);
        return true;
      }
      const less = Object.fromEntries(Object.entries(old.counts).map(([name, value]) => [name, -value]));
      const ended = { ...job, counts: addCounts(addCounts(job.counts, less), part.counts) };
      const others = [...parts].filter(
        ([name]) => name.startsWith(`${jobId}/`) && name !== partName(jobId, part),
      );
      const perServer = [...others.map(([, other]) => other), part].reduce(
        (sum, other) => addByServer(sum, other.perServer),
        job.kind === 'publish' ? emptyByServer(job.servers) : {},
      );
      jobs.set(
        jobId,
        job.kind === 'publish' ? ({ ...job, ...ended, kind: 'publish', perServer } as PublishJob) : ended,
      );
      parts.set(partName(jobId, part), part);
      return true;
    },
    async *listParts(_, jobId) {
      for (const [name, part] of parts) if (name.startsWith(`${jobId}/`)) yield part;
    },
    async endJob(_, jobId, from, { corrections, ...end }) {
      const job = jobs.get(jobId) as PublishJob | undefined;
      if (job?.status !== from || job.corrections !== corrections) return false;
      const { closing, corrections: __, ...rest } = job;
      jobs.set(jobId, { ...rest, ...end });
      unnotified.add(jobId);
      queue.delete(jobId);
      return true;
    },
    async markEndProcessed(_, jobId) {
      unnotified.delete(jobId);
    },

    async invalidateAssets(_, ids) {
      invalidated.push(...ids);
    },
    async invalidateCompany() {
      invalidated.push('*');
    },

    async readPending(company, { shard, after }) {
      const key = pendingShardKey(company, shard);
      const ids = [...assets.values()]
        .filter((asset) => isPending(asset, settings) && pendingIndexKey(company, asset.id) === key)
        .map(({ id }) => id)
        .sort()
        .filter((id) => after?.id === undefined || id > after.id);
      const page = ids.slice(0, pageSize);
      const last = page.at(-1);
      const items = page.map(asset);
      if (ids.length > page.length && last !== undefined)
        return { items, next: { shard, after: { id: last } } };
      return { items, ...(shard + 1 < pendingShards ? { next: { shard: shard + 1 } } : {}) };
    },
    async listAssets(_, { limit, after, folder, below = false }) {
      const within = (of: string) =>
        folder === undefined || of === folder || (below && of.startsWith(folder));
      const place = ({ folder: at, id }: { folder: string; id: string }) => `${at}\u0000${id}`;
      const found = [...assets.values()]
        .filter((candidate) => !candidate.trashed && within(candidate.folder))
        .filter((candidate) => after === undefined || place(candidate) > place(after))
        .sort((a, b) => (place(a) < place(b) ? -1 : 1));
      const items = found.slice(0, Math.min(limit, pageSize));
      const last = items.at(-1);
      return found.length > items.length && last
        ? { items, next: { folder: last.folder, id: last.id } }
        : { items };
    },
    async getSettings() {
      return settings;
    },

    async writeScope(_, jobId, ids) {
      files.set(`${jobId}/scope`, JSON.stringify(ids));
    },
    async readScope(_, jobId) {
      return JSON.parse(file(`${jobId}/scope`)) as string[];
    },
    async writePart(line, entries) {
      const { company: of, jobId, level, part } = line;
      const names = ['', '-2', '-3', '-4', '-5'].map((planner) =>
        partFileKey(of, jobId, level, part, planner),
      );
      const key = names.find((name) => !files.has(name)) ?? 'too many';
      files.set(key, JSON.stringify(entries));
      return { ...line, key };
    },
    async readPart(key) {
      return JSON.parse(file(key)) as PlanEntry[];
    },
    async writeRound(of, jobId, round, lines, end) {
      const key = `${of}/${jobId}/rounds/${round}`;
      if (!files.has(key)) files.set(key, JSON.stringify([...lines, end]));
      return (JSON.parse(file(key)) as unknown[]).at(-1) as typeof end;
    },
    async writeManifests(of, jobId, rounds) {
      const lines = planOf(of, jobId, rounds);
      const levels = [...new Set(lines.map(({ level }) => level))];
      for (const level of levels) {
        const here = lines.filter((line) => line.level === level);
        files.set(manifestKey(of, jobId, level), here.map((line) => `${JSON.stringify(line)}\n`).join(''));
      }
      return levels;
    },
    async *readPlan(of, jobId) {
      yield* planOf(of, jobId, 0);
    },
    async writeBegin(_, jobId, line) {
      files.set(`${jobId}/log/0`, JSON.stringify([line]));
    },
    async addPartLog({ jobId, level, part }, lines, { keepExisting } = { keepExisting: false }) {
      const key = `${jobId}/log/1/${level}/${String(part).padStart(7, '0')}`;
      const there = JSON.parse(files.get(key) ?? '[]') as LogEntry[];
      const merged = keepExisting ? mergeLogEntries(lines, there) : mergeLogEntries(there, lines);
      files.set(key, JSON.stringify(merged));
      return merged;
    },
    async writeEnd(_, jobId, line) {
      files.set(`${jobId}/log/2`, JSON.stringify([line]));
    },
    async readLogFile(company, jobId, name) {
      return files.get(`${company}/${jobId}/log/${name}`);
    },
    async writeNotice(_, jobId, name, line) {
      files.set(`${jobId}/log/3/${name}`, JSON.stringify([line]));
    },
    async readLog() {
      throw new Error('not needed here');
    },

    async copyToOrigin(asset, { server, key }) {
      origins.set(`${server}:${key}`, asset.version);
    },
    async deleteFromOrigin({ server, key }) {
      origins.delete(`${server}:${key}`);
    },
    async startExecution(name) {
      if (!started.includes(name)) {
        started.push(name);
        executions.set(name, { status: 'RUNNING' });
      }
    },
    async stopExecution(name) {
      const state = executions.get(name);
      if (state?.status === 'RUNNING')
        executions.set(name, { status: 'ABORTED', stopped: world.dependencies.now() });
    },
    async describeExecution(name) {
      return executions.get(name);
    },
    async emitExecutionFailed(execution, _, state) {
      failedExecutionEvents.push({ execution, state });
    },
    async *listActive() {
      for (const job of jobs.values())
        if (!isTerminal(job.status) || unnotified.has(job.id)) yield { company: job.company, jobId: job.id };
    },
    async finishFiles() {},
    async endIfComplete() {
      return false;
    },

    copiesAtATime: 25,
    runBatched: (work) => work(),
    partEntries: 100,
    reserve: 20_000,
    random: () => 0.5,
    log: { warn: () => {}, error: () => {} },
    async sendNotification(message, delay = 0) {
      notified.push({ message, delay });
    },
    emitPublished(asset, servers, { by, jobId }) {
      emittedPublications.push({
        id: asset.id,
        version: asset.version,
        servers,
        by,
        ...(jobId === undefined ? {} : { jobId }),
      });
    },
    emitStatus(job, at) {
      emittedStatuses.push({ job, at });
    },
    async flushHistory() {},
    async emitEnd(job) {
      emittedEnds.push(job);
    },

    now: () => new Date(world.time++).toISOString(),
    clock: () => world.time++,
    timeLeft: () => world.timeLeft,
    wait: async (milliseconds) => {
      world.time += milliseconds;
      world.timeLeft -= milliseconds;
      // Whoever waits lets all others go on.
      await new Promise(setImmediate);
    },
    warn: () => {},
  };

  const world: World = {
    settings,
    assets,
    history,
    jobs,
    queue,
    locks,
    parts,
    files,
    origins,
    invalidated,
    started,
    executions,
    notified,
    unnotified,
    emittedEnds,
    emittedPublications,
    emittedStatuses,
    failedExecutionEvents,
    setRecords,
    derived,
    calls,
    fault: () => {},
    time: Date.parse('2026-11-24T08:30:00.000Z'),
    timeLeft: 900_000,
    dependencies: faulty(plain),
    log: (jobId) =>
      [...files.keys()]
        .filter((key) => key.startsWith(`${jobId}/log/`))
        .sort()
        .flatMap((key) => JSON.parse(file(key)) as LogEntry[]),
    put: (added) => {
      // As the table takes it: also shows that the item can be made.
      assets.set(added.id, assetItem(added, settings) && added);
    },
    setPlan: (jobId, lines) => {
      const key = `${company}/${jobId}/rounds`;
      for (const name of [key, `${key}/0`]) files.delete(name);
      if (!lines) return;
      files.set(key, '1');
      files.set(`${key}/0`, JSON.stringify([...lines, {}]));
    },
    putSet: (added, members) => {
      const set = anAsset({
        type: 'image-set',
        mimeType: setMimeType,
        memberCount: members.length,
        ...added,
      });
      world.put(set);
      setRecords.set(keyOfSet(set), {
        type: set.type as SetType,
        members: members.map((member) => (typeof member === 'string' ? { id: member } : member)),
      });
    },
  };
  return world;

  function faulty(real: Dependencies): Dependencies {
    const untouched = [
      'now',
      'clock',
      'timeLeft',
      'wait',
      'warn',
      'random',
      'runBatched',
      'emitPublished',
      'emitStatus',
      'flushHistory',
      'listParts',
      'listActive',
      'readPlan',
    ];
    const entries = Object.entries(real).map(([name, call]) => {
      if (untouched.includes(name) || typeof call !== 'function') return [name, call];
      const wrapped = async (...args: never[]) => {
        calls.push(name);
        world.fault(name, 'before', args);
        const result: unknown = await (call as (...all: never[]) => Promise<unknown>)(...args);
        world.fault(name, 'after', args);
        return structuredClone(result);
      };
      return [name, wrapped];
    });
    return Object.fromEntries(entries) as Dependencies;
  }

  function changed(id: string, { intent, publications, stateAt, lastPublishedAt }: Asset): Asset {
    return {
      ...asset(id),
      intent,
      publications,
      ...(stateAt === undefined ? {} : { stateAt }),
      ...(lastPublishedAt === undefined ? {} : { lastPublishedAt }),
    };
  }

  function keyOfSet({ masterKey, masterVersionId }: Pick<Asset, 'masterKey' | 'masterVersionId'>): string {
    return `${masterKey}@${masterVersionId}`;
  }

  function asset(id: string): Asset {
    const found = assets.get(id);
    if (!found) throw new Error(`The world has no asset ${id}`);
    return found;
  }

  function file(key: string): string {
    const found = files.get(key);
    if (found === undefined) throw new Error(`The world has no file ${key}`);
    return found;
  }

  function planOf(of: string, jobId: string, rounds: number): ManifestLine[] {
    const key = `${of}/${jobId}/rounds`;
    if (!files.has(key)) files.set(key, String(rounds));
    const numbers = Array.from({ length: Number(file(key)) }, (_, round) => round);
    return numbers
      .flatMap((round) => (JSON.parse(file(`${key}/${round}`)) as ManifestLine[]).slice(0, -1))
      .sort((one, other) => one.level - other.level);
  }

  function isUnchanged(before: Asset): boolean {
    const now = assets.get(before.id);
    return (
      now?.version === before.version &&
      now.intent === before.intent &&
      now.stateAt === before.stateAt &&
      (now.trashed === undefined) === (before.trashed === undefined) &&
      JSON.stringify(now.publications) === JSON.stringify(before.publications)
    );
  }

  function changeActive(jobId: string, change: (job: PublishJob) => PublishJob) {
    const job = jobs.get(jobId);
    if (job?.kind !== 'publish' || (job.status !== 'running' && job.status !== 'stopping')) return undefined;
    jobs.set(jobId, change(job));
    return job.status;
  }

  function addHistory(
    id: string,
    event: 'PUBLISHED' | 'WITHDRAWN',
    server: string,
    { version, at, by, jobId }: { version: number; at: string; by: string; jobId?: string },
  ): void {
    const line = { event, at, server, version, by, ...(jobId === undefined ? {} : { jobId }) };
    history.set(`${id}#${event}#${at}#${server}`, line as HistoryEvent);
  }
}

function partName(jobId: string, { level, part }: { level: number; part: number }): string {
  return `${jobId}/${level}/${part}`;
}
