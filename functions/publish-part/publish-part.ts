import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { BatchedChanges } from '../../adapters/dynamodb/table/batched-changes.ts';
import { isTransient } from '../../adapters/runtime/transient-error.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import {
  type PublishDependencies,
  publishAsset,
  reconcileOrigin,
} from '../../application/assets/publish-asset.ts';
import { type Asset, isSetType } from '../../domain/assets/asset.ts';
import { whyNotLive } from '../../domain/assets/publish-state.ts';
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
import { type PublishPartOutput, publishPartInput } from '../../statemachines/publish-job.contract.ts';
import { type AdaptiveConcurrencyDependencies, adaptiveConcurrency } from './adaptive-concurrency.ts';
import { applyServerToggle } from './apply-server-toggle.ts';
import { type FinishPartDependencies, finishPart } from './finish-part.ts';

export type PublishPartDependencies = Pick<JobStore, 'getJob' | 'addCounts'> &
  Pick<AssetStore, 'getAssets'> &
  Pick<SettingsStore, 'getSettings'> &
  PublishDependencies &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<JobFiles, 'readPart'> &
  FinishPartDependencies &
  AdaptiveConcurrencyDependencies &
  Pick<BatchedChanges, 'runBatched'> & {
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

/**
 * Milliseconds between live counts of a chunk that takes long, as large files and a slow pace make it: nobody sees a
 * number older than two seconds. A chunk of small files takes half of one, and is counted once.
 */
const flushAfter = 1_000;

const stopped = 'The job was stopped before it came to this';

/**
 * "Publish Part": publishes the assets of one part, a chunk (`copiesAtATime`) at a time. Before each chunk, and between
 * two assets of one that takes long, the job is asked whether it goes on. Where S3 or DynamoDB are busy it slows down
 * and tries again (pacing.ts), until its time runs short. Running it again, after it died anywhere or beside itself,
 * changes nothing and counts the same (finish-part.ts).
 *
 * Calls for 100 assets on one server: 100 COPY, 100 × 1 read unit, 100 × 3 write units (record, pending index, history),
 * and for the part one GET and one PUT in S3, 2 read units, 4 + 1 write units (live counts: one for 25 assets, $0.025 a
 * million). Records and history are written 25 in a call. For a set besides: a GET of its record, and 1 read unit for each
 * asset that it shows.
 * @throws Failure `storage.busy` where its time ran short; whatever else keeps it from reading or recording. What fails
 * for one asset alone is a line of the log
 */
export async function publishPart(
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
  const linesOf = new Map<PlanEntry, readonly LogEntry[]>();
  let uncounted: LogEntry[] = [];
  let flushed = dependencies.clock();
  let flushing = false;

  let open: readonly PlanEntry[] = entries;
  while (open.length > 0 && settings && isRunning(status)) {
    const chunk = open.slice(0, dependencies.copiesAtATime);
    const left = await publishChunk(chunk, job, settings);
    // What was refused again and again comes after the others.
    open = [...open.slice(chunk.length), ...left];
    await refreshStatus();
  }
  await logNotReached(
    entries.filter((entry) => !linesOf.has(entry)),
    job,
  );

  const lines = entries.flatMap((entry) => linesOf.get(entry) ?? []);
  const counts = await finishPart(place, lines, job, retryTransient, dependencies);
  return { company, jobId, level, part, counts };

  /** @returns what the storage was too busy for */
  async function publishChunk(
    chunk: readonly PlanEntry[],
    publishJob: PublishJob,
    companySettings: CompanySettings,
  ): Promise<PlanEntry[]> {
    const read = () =>
      dependencies.getAssets(
        company,
        chunk.map(({ id }) => id),
        { consistent: true },
      );
    let assets = await retryTransient(read);
    return processAll(
      chunk,
      async (entry) => {
        if (!isRunning(status)) return;
        const { lines: made, again } = await dependencies.runBatched(() =>
          publishEntry(entry, assets.get(entry.id), publishJob, companySettings, dependencies),
        );
        linesOf.set(entry, made);
        // What an earlier run put live it has counted, but for what it died in: live counts are rather too small until
        // the job ends than too large.
        if (!again) uncounted.push(...made);
        if (dependencies.clock() - flushed >= flushAfter && !flushing) await refreshStatus();
      },
      async () => {
        await refreshStatus();
        assets = await retryTransient(read);
      },
    );
  }

  /**
   * What this run did not come to. An earlier one may have published some of it before it died: once for the whole part
   * its records are read, at 1 read unit for each asset.
   */
  async function logNotReached(left: readonly PlanEntry[], publishJob: PublishJob): Promise<void> {
    if (left.length === 0) return;
    const ids = left.map(({ id }) => id);
    const assets = await retryTransient(() => dependencies.getAssets(company, ids, { consistent: true }));
    for (const entry of left) {
      const asset = assets.get(entry.id);
      const done = entry.servers.filter((server) => isDone(entry, server, asset, publishJob));
      if (asset && done.length > 0) await retryTransient(() => dependencies.confirmHistory(asset, done));
      linesOf.set(entry, unprocessedLogEntries(entry, asset, publishJob, dependencies.now(), stopped));
    }
  }

  /** Tells what is new, and learns with it whether the job goes on: where nothing is, by a read. */
  async function refreshStatus(): Promise<void> {
    flushing = true;
    const made = uncounted;
    uncounted = [];
    const { total, notReached, ...news } = sumOfLogEntries(made);
    const byServer = publishJobHasServers() ? sumByServer(made) : {};
    status = isEmptyChange(news)
      ? (await retryTransient(() => dependencies.getJob(company, jobId)))?.status
      : await retryTransient(() => dependencies.addCounts(company, jobId, news, byServer));
    flushed = dependencies.clock();
    flushing = false;
  }

  /** A job that was begun by an older release has no counts by server to add to: it gets them at its end. */
  function publishJobHasServers(): boolean {
    return job?.kind === 'publish' && job.perServer !== undefined;
  }
}

async function publishEntry(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: PublishJob,
  settings: CompanySettings,
  dependencies: PublishPartDependencies,
): Promise<{ lines: LogEntry[]; again: boolean }> {
  const { id, servers } = entry;
  if (isServerToggle(job)) {
    const toggle = { by: job.submittedBy, at: dependencies.now(), settings };
    return applyServerToggle(entry, asset, job, toggle, dependencies);
  }
  const decisions = servers.map((server) => decideEntry(entry, server, asset, job));
  const due = servers.filter((_, index) => decisions[index] === 'publish');
  const missingByServer =
    asset && due.length > 0 ? await findMissingMembers(asset, due, settings, dependencies) : undefined;
  const serversToPublish = due.filter((server) => !missingByServer?.has(server));
  const byThisJob = servers.filter((_, index) => decisions[index] === 'published-by-this-job');
  // The run that published it may have died before its history was written.
  if (asset && byThisJob.length > 0) await dependencies.confirmHistory(asset, byThisJob);

  const at = dependencies.now();
  // An earlier run may have died between its copy and putting that right: what is withdrawn must not lie there.
  if (asset && isWithdrawn(asset)) {
    for (const server of servers) {
      if (asset.publications[server] !== undefined || due.includes(server)) continue;
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
  const lines = servers.map((server) => {
    const failed = result?.failed.find((failure) => failure.server === server);
    if (failed)
      return planEntryLogEntry(entry, server, 'error', at, `The copy failed: ${textOf(failed.error)}`);
    const missingMember = missingByServer?.get(server);
    if (missingMember !== undefined) return planEntryLogEntry(entry, server, 'error', at, missingMember);
    const decision = decideEntry(entry, server, result ? result.asset : asset, job);
    if (decision === 'published-by-this-job') {
      const time = (result?.asset ?? asset)?.publications[server]?.at ?? at;
      const line = doneLogEntry(entry, server, job, time);
      // Of what an earlier run published it is not known any more whether there was something before.
      const isReplaced = byThisJob.includes(server) || asset?.publications[server] !== undefined;
      return job.invalidate && isReplaced ? { ...line, replaced: true as const } : line;
    }
    const why =
      decision === 'publish' ? 'It changed while it was published; the next job takes it' : decision.skip;
    return planEntryLogEntry(entry, server, 'skipped', at, why);
  });
  return { lines, again: byThisJob.length === servers.length };
}

function isWithdrawn({ intent, trashed }: Asset): boolean {
  return intent === 'held' || trashed !== undefined;
}

/** Servers on which a set may not go live, each with the member that is not live, and why. */
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

/** Whether the same copy may succeed later: also where nothing but the network could have failed it. */
function mayBeTransient(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode;
  return status === undefined || isTransient(error);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}, ${error.message}`;
}
