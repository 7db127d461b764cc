import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { BatchedChanges } from '../../adapters/dynamodb/table/batched-changes.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import {
  type PublishDependencies,
  publishAsset,
  reconcileOrigin,
} from '../../application/assets/publish-asset.ts';
import { type Asset, isSetType } from '../../domain/assets/asset.ts';
import { isCurrentOn, whyNotAllowed, whyNotLive } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { isEmptyChange, sumByServer, sumOfLogEntries } from '../../domain/jobs/counts.ts';
import { isServerToggle, type JobStatus, type LogEntry, type PublishJob } from '../../domain/jobs/job.ts';
import { isRunning } from '../../domain/jobs/lifecycle.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import {
  decideEntry,
  doneLogEntry,
  isDone,
  planEntryLogEntry,
  unprocessedLogEntries,
} from '../../domain/jobs/part-log-entries.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { type PublishPartOutput, publishPartInput } from '../../statemachines/publish-job.contract.ts';
import { type AdaptiveConcurrencyDependencies, adaptiveConcurrency } from './adaptive-concurrency.ts';
import { applyServerToggle, type EntryResult } from './apply-server-toggle.ts';
import { confirmPublished } from './confirm-published.ts';
import { type FinishPartDependencies, finishPart } from './finish-part.ts';
import { mayBeTransient } from './may-be-transient.ts';
import { type UndoEntryDependencies, undoEntry } from './undo-entry.ts';

export type PublishPartDependencies = Pick<JobStore, 'getJob' | 'addCounts'> &
  Pick<AssetStore, 'getAssets'> &
  Pick<SettingsStore, 'getSettings'> &
  UndoEntryDependencies &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<PlanFiles, 'readPart'> &
  Pick<EventBus, 'emitPublished'> &
  FinishPartDependencies &
  AdaptiveConcurrencyDependencies &
  Pick<BatchedChanges, 'runBatched'> & {
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    /** Does work again and again until it is stopped (repeatedly.ts). */
    readonly repeatedly: (milliseconds: number, work: () => Promise<void>) => () => Promise<void>;
  };

/**
 * Milliseconds between two looks at the job's status, which also write the live counts: no user sees a number older than
 * two seconds. A part of small files takes less and is counted at its end.
 */
const countAfter = 1_000;

/** Records that are read in a call, shortly before they are needed. An older copy of a record is more often out of date. */
const readAtATime = 25;

const stopped = 'The job was stopped before it reached this asset';

/**
 * "Publish Part": publishes the assets of one part, `copiesAtATime` copies at a time. Once a second it reads the job's
 * status. If S3 or DynamoDB are busy, it backs off and retries (adaptive-concurrency.ts) until its time runs short. A second
 * run, after a crash or in parallel, changes nothing and counts the same (finish-part.ts).
 *
 * Costs for 100 assets on one server: 100 COPY, 100 × 1 read unit, 100 × 3 write units (record, pending index, history).
 * For the part: one GET and one PUT in S3, 2 read units, 2 + 1 write units, and 1 for the live counts of each second. Records
 * and history are written 25 in a call. A set also costs a GET of its record, and 1 read unit for each asset that it shows.
 * @throws Failure `storage.busy` if time ran short; any error that keeps it from reading or recording. An error of one
 * asset alone becomes a log entry
 */
export async function publishPart(
  event: unknown,
  dependencies: PublishPartDependencies,
): Promise<PublishPartOutput> {
  try {
    return await publishOpenEntries(event, dependencies);
  } catch (error) {
    // Usually the part runs again and confirms its history. After an execution was aborted, nothing runs it again.
    await dependencies.flushHistory().catch(() => undefined);
    throw error;
  }
}

async function publishOpenEntries(
  event: unknown,
  dependencies: PublishPartDependencies,
): Promise<PublishPartOutput> {
  const { key, ...place } = publishPartInput.parse(event);
  const { company, jobId, level, part } = place;
  const { retryTransient, processAll } = adaptiveConcurrency(dependencies);
  const entries = await retryTransient(() => dependencies.readPart(key));
  const job = await retryTransient(() => dependencies.getJob(company, jobId));
  if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);

  let status: JobStatus | undefined = job.status;
  const settings = isRunning(status)
    ? await retryTransient(() => dependencies.getSettings(company))
    : undefined;
  const logOf = new Map<PlanEntry, readonly LogEntry[]>();
  let uncounted: LogEntry[] = [];
  let looked = dependencies.clock();
  let looking: Promise<void> | undefined;

  // Between two assets it looks anyway. While a large file is copied, none ends.
  const stopCounting = dependencies.repeatedly(countAfter, async () => {
    if (uncounted.length > 0) await look();
  });
  try {
    let open: readonly PlanEntry[] = entries;
    while (open.length > 0 && settings && isRunning(status)) {
      open = await publishEntries(open, job, settings);
      if (open.length > 0) await look();
    }
    // A look that is under way may not have counted the last ones.
    while (uncounted.length > 0) await look();
  } finally {
    await stopCounting();
  }
  await logNotReached(
    entries.filter((entry) => !logOf.has(entry)),
    job,
  );

  const logEntries = entries.flatMap((entry) => logOf.get(entry) ?? []);
  const counts = await finishPart(place, logEntries, job, retryTransient, dependencies);
  return { company, jobId, level, part, counts };

  /** @returns entries for which the storage was too busy */
  async function publishEntries(
    given: readonly PlanEntry[],
    publishJob: PublishJob,
    companySettings: CompanySettings,
  ): Promise<PlanEntry[]> {
    let assetOf = recordsOf(given);
    return processAll(
      given,
      async (entry, index, copied) => {
        if (isOld()) await look();
        if (!isRunning(status)) return;
        const recording = {
          ...dependencies,
          recordPublication(...change: Parameters<PublishDependencies['recordPublication']>) {
            copied();
            return dependencies.recordPublication(...change);
          },
        };
        const { logEntries: made, isRepeat } = await dependencies
          .runBatched(async () =>
            publishEntry(entry, await assetOf(index), publishJob, companySettings, recording),
          )
          .catch((error: unknown) => refusedEntry(entry, error, dependencies));
        logOf.set(entry, made);
        // An earlier run has counted what it published, except for the second in which it died. Until the job ends, live
        // counts may be too small but never too large.
        if (!isRepeat) uncounted.push(...made);
        if (isOld() && !looking) await look();
      },
      async (left) => {
        await look();
        assetOf = recordsOf(left);
      },
    );
  }

  /** @returns the record of the entry with an index; the records around it are read in the same call */
  function recordsOf(list: readonly PlanEntry[]): (index: number) => Promise<Asset | undefined> {
    const reads = new Map<number, Promise<ReadonlyMap<string, Asset>>>();
    return async (index) => {
      const from = index - (index % readAtATime);
      const ids = list.slice(from, from + readAtATime).map(({ id }) => id);
      const read =
        reads.get(from) ?? retryTransient(() => dependencies.getAssets(company, ids, { consistent: true }));
      reads.set(from, read);
      return (await read).get(list[index]?.id ?? '');
    };
  }

  /**
   * Logs the entries that this run did not reach. An earlier run may have published some of them before it died, so their
   * records are read once, at 1 read unit for each asset.
   */
  async function logNotReached(left: readonly PlanEntry[], publishJob: PublishJob): Promise<void> {
    if (left.length === 0) return;
    const ids = left.map(({ id }) => id);
    const assets = await retryTransient(() => dependencies.getAssets(company, ids, { consistent: true }));
    for (const entry of left) {
      const asset = assets.get(entry.id);
      const done = entry.servers.filter((server) => isDone(entry, server, asset, publishJob));
      if (asset && done.length > 0) await retryTransient(() => confirmPublished(asset, done, dependencies));
      logOf.set(entry, unprocessedLogEntries(entry, asset, publishJob, dependencies.now(), stopped));
    }
  }

  /** Whether the job may have been cancelled a while ago. */
  function isOld(): boolean {
    return dependencies.clock() - looked >= countAfter;
  }

  /** Looks at the job's status. All who ask meanwhile wait for the same look. */
  function look(): Promise<void> {
    looking ??= countAndRead().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  /** Adds the new counts to the job and gets its status with the response. Without new counts it reads the job. */
  async function countAndRead(): Promise<void> {
    const made = uncounted;
    uncounted = [];
    const { total, notReached, ...change } = sumOfLogEntries(made);
    const byServer = hasCountsByServer() ? sumByServer(made) : {};
    status = isEmptyChange(change)
      ? (await retryTransient(() => dependencies.getJob(company, jobId)))?.status
      : await retryTransient(() => dependencies.addCounts(company, jobId, change, byServer));
    looked = dependencies.clock();
  }

  /** A job that an older release began has no counts by server to add to; finish-job writes them at the end. */
  function hasCountsByServer(): boolean {
    return job?.kind === 'publish' && job.perServer !== undefined;
  }
}

async function publishEntry(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: PublishJob,
  settings: CompanySettings,
  dependencies: PublishPartDependencies,
): Promise<EntryResult> {
  const { id, servers } = entry;
  const notAllowed = asset && whyNotAllowed(asset, settings, dependencies.now());
  const decide = (server: Server, now: Asset | undefined) => {
    const decision = decideEntry(entry, server, now, job);
    if (decision !== 'publish') return decision;
    // A stored plan may be older than the settings.
    if (!settings.servers.includes(server)) return { skip: `${server} was disabled after the plan was made` };
    return notAllowed === undefined ? decision : { skip: notAllowed };
  };
  if (isServerToggle(job)) {
    const toggle = { by: job.submittedBy, at: dependencies.now(), settings };
    return applyServerToggle(entry, asset, job, toggle, dependencies);
  }
  if (job.publish === 'undo') return undoEntry(entry, asset, job, settings, dependencies);
  const decisions = servers.map((server) => decide(server, asset));
  const decided = servers.filter((_, index) => decisions[index] === 'publish');
  const missingByServer =
    asset && decided.length > 0
      ? await findMissingMembers(asset, decided, settings, dependencies)
      : undefined;
  const serversToPublish = decided.filter((server) => !missingByServer?.has(server));
  const byThisJob = servers.filter((_, index) => decisions[index] === 'published-by-this-job');
  if (asset && byThisJob.length > 0) await confirmPublished(asset, byThisJob, dependencies);

  const at = dependencies.now();
  // An earlier run may have died between its copy and the reconciliation: a withdrawn asset must have no object, and one
  // whose publication was undone must have that of the earlier version.
  if (asset && isWithdrawn(asset)) {
    for (const server of servers) {
      if (isCurrentOn(asset, server) || decided.includes(server)) continue;
      await reconcileOrigin(asset, { server, key: originKey(server, asset) }, { at, settings }, dependencies);
    }
  }
  const publishing = { by: job.submittedBy, at, jobId: job.id, settings, force: job.force ?? false };
  const result =
    asset && serversToPublish.length > 0
      ? await publishAsset(asset, serversToPublish, publishing, dependencies)
      : undefined;
  for (const { server, error } of result?.failed ?? []) {
    dependencies.warn('A copy failed', { id, server, error });
    if (mayBeTransient(error)) throw new Failure('storage.busy', 'The storage is busy', { cause: error });
  }
  const logEntries = servers.map((server) => {
    const failed = result?.failed.find((failure) => failure.server === server);
    if (failed)
      return planEntryLogEntry(
        entry,
        server,
        'error',
        at,
        `The copy failed: ${storageRefusal(failed.error) ?? 'something failed on our side'}`,
      );
    const missingMember = missingByServer?.get(server);
    if (missingMember !== undefined) return planEntryLogEntry(entry, server, 'error', at, missingMember);
    const decision = decide(server, result ? result.asset : asset);
    if (decision === 'published-by-this-job') {
      const time = (result?.asset ?? asset)?.publications[server]?.at ?? at;
      const done = doneLogEntry(entry, server, job, time);
      // If an earlier run published the asset, nothing shows any more whether it replaced an older copy.
      const isReplaced = byThisJob.includes(server) || asset?.publications[server] !== undefined;
      return job.invalidate && isReplaced ? { ...done, replaced: true as const } : done;
    }
    const why =
      decision === 'publish'
        ? 'The asset changed while it was published; the next job publishes it'
        : decision.skip;
    return planEntryLogEntry(entry, server, 'skipped', at, why);
  });
  return { logEntries, isRepeat: byThisJob.length === servers.length };
}

/** An entry that the storage refuses for good is an error of this entry alone: the part goes on. */
function refusedEntry(
  entry: PlanEntry,
  error: unknown,
  { now, warn }: Pick<PublishPartDependencies, 'now' | 'warn'>,
): EntryResult {
  const why = storageRefusal(error);
  if (why === undefined) throw error;
  warn('The storage refused an entry', { id: entry.id, error });
  const logEntries = entry.servers.map((server) =>
    planEntryLogEntry(entry, server, 'error', now(), `The asset could not be processed: ${why}`),
  );
  return { logEntries, isRepeat: false };
}

function isWithdrawn({ intent, trashed }: Asset): boolean {
  return intent === 'held' || trashed !== undefined;
}

/** Servers on which a set may not go live, each with the reason: the first member that is not live. */
async function findMissingMembers(
  asset: Asset,
  servers: readonly Server[],
  settings: CompanySettings,
  { readSetRecord, getAssets }: Pick<PublishPartDependencies, 'readSetRecord' | 'getAssets'>,
): Promise<ReadonlyMap<Server, string>> {
  const missingByServer = new Map<Server, string>();
  if (!isSetType(asset.type)) return missingByServer;
  const ids = assetsOfSet(await readSetRecord(asset));
  const members = await getAssets(asset.company, ids, { consistent: true });
  for (const server of servers) {
    for (const id of ids) {
      const why = whyNotLive(members.get(id), server, settings);
      if (why === undefined) continue;
      missingByServer.set(server, `Member ${id} is not live: ${why}`);
      break;
    }
  }
  return missingByServer;
}
