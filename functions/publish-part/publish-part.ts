import type { AssetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../adapters/dynamodb/companies/settings-records.ts';
import type { JobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import type { GatheredChanges } from '../../adapters/dynamodb/table/gathered-changes.ts';
import { isPassing } from '../../adapters/runtime/passing-error.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import { type PublishDependencies, publishAsset, putRight } from '../../application/assets/publish-asset.ts';
import { type Asset, isSetType } from '../../domain/assets/asset.ts';
import { whyNotLive } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { isNothing, sumByServer, sumOfLines } from '../../domain/jobs/counts.ts';
import { isTurn, type JobStatus, type LogLine, type PublishJob } from '../../domain/jobs/job.ts';
import { goesOn } from '../../domain/jobs/lifecycle.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { doneLine, entryLine, isDone, judge, leftLines } from '../../domain/jobs/part-lines.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';
import { type PublishPartOutput, publishPartInput } from '../../statemachines/publish-job.contract.ts';
import { type PacingDependencies, pacing } from './pacing.ts';
import { type SettlePartDependencies, settlePart } from './settle-part.ts';
import { turnEntry } from './turn-entry.ts';

export type PublishPartDependencies = Pick<JobRecords, 'getJob' | 'addCounts'> &
  Pick<AssetRecords, 'getAssets'> &
  Pick<SettingsRecords, 'getSettings'> &
  PublishDependencies &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<JobFiles, 'readPart'> &
  SettlePartDependencies &
  PacingDependencies &
  Pick<GatheredChanges, 'together'> & {
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
 * changes nothing and counts the same (settle-part.ts).
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
  const { calmly, workThrough } = pacing(dependencies);
  const entries = await calmly(() => dependencies.readPart(key));
  const job = await calmly(() => dependencies.getJob(company, jobId));
  if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);

  let status: JobStatus | undefined = job.status;
  const settings = goesOn(status) ? await calmly(() => dependencies.getSettings(company)) : undefined;
  const linesOf = new Map<PlanEntry, readonly LogLine[]>();
  let uncounted: LogLine[] = [];
  let flushed = dependencies.clock();
  let flushing = false;

  let open: readonly PlanEntry[] = entries;
  while (open.length > 0 && settings && goesOn(status)) {
    const chunk = open.slice(0, dependencies.copiesAtATime);
    const left = await publishChunk(chunk, job, settings);
    // What was refused again and again comes after the others.
    open = [...open.slice(chunk.length), ...left];
    await look();
  }
  await leave(
    entries.filter((entry) => !linesOf.has(entry)),
    job,
  );

  const lines = entries.flatMap((entry) => linesOf.get(entry) ?? []);
  const counts = await settlePart(place, lines, job, calmly, dependencies);
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
    let assets = await calmly(read);
    return workThrough(
      chunk,
      async (entry) => {
        if (!goesOn(status)) return;
        const { lines: made, again } = await dependencies.together(() =>
          publishEntry(entry, assets.get(entry.id), publishJob, companySettings, dependencies),
        );
        linesOf.set(entry, made);
        // What an earlier run put live it has counted, but for what it died in: live counts are rather too small until
        // the job ends than too large.
        if (!again) uncounted.push(...made);
        if (dependencies.clock() - flushed >= flushAfter && !flushing) await look();
      },
      async () => {
        await look();
        assets = await calmly(read);
      },
    );
  }

  /**
   * What this run did not come to. An earlier one may have published some of it before it died: once for the whole part
   * its records are read, at 1 read unit for each asset.
   */
  async function leave(left: readonly PlanEntry[], publishJob: PublishJob): Promise<void> {
    if (left.length === 0) return;
    const ids = left.map(({ id }) => id);
    const assets = await calmly(() => dependencies.getAssets(company, ids, { consistent: true }));
    for (const entry of left) {
      const asset = assets.get(entry.id);
      const done = entry.servers.filter((server) => isDone(entry, server, asset, publishJob));
      if (asset && done.length > 0) await calmly(() => dependencies.confirmHistory(asset, done));
      linesOf.set(entry, leftLines(entry, asset, publishJob, dependencies.now(), stopped));
    }
  }

  /** Tells what is new, and learns with it whether the job goes on: where nothing is, by a read. */
  async function look(): Promise<void> {
    flushing = true;
    const made = uncounted;
    uncounted = [];
    const { total, notReached, ...news } = sumOfLines(made);
    const byServer = publishJobHasServers() ? sumByServer(made) : {};
    status = isNothing(news)
      ? (await calmly(() => dependencies.getJob(company, jobId)))?.status
      : await calmly(() => dependencies.addCounts(company, jobId, news, byServer));
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
): Promise<{ lines: LogLine[]; again: boolean }> {
  const { id, servers } = entry;
  if (isTurn(job)) {
    const turning = { by: job.submittedBy, at: dependencies.now(), settings };
    return turnEntry(entry, asset, job, turning, dependencies);
  }
  const verdicts = servers.map((server) => judge(entry, server, asset, job));
  const due = servers.filter((_, index) => verdicts[index] === 'publish');
  const holes = asset && due.length > 0 ? await holesOf(asset, due, settings, dependencies) : undefined;
  const wanted = due.filter((server) => !holes?.has(server));
  const byThisJob = servers.filter((_, index) => verdicts[index] === 'published-by-this-job');
  // The run that published it may have died before its history was written.
  if (asset && byThisJob.length > 0) await dependencies.confirmHistory(asset, byThisJob);

  const at = dependencies.now();
  // An earlier run may have died between its copy and putting that right: what is withdrawn must not lie there.
  if (asset && isWithdrawn(asset)) {
    for (const server of servers) {
      if (asset.publications[server] !== undefined || due.includes(server)) continue;
      await putRight(asset, { server, key: originKey(server, asset) }, { at, settings }, dependencies);
    }
  }
  const publishing = { by: job.submittedBy, at, jobId: job.id, settings, force: job.force ?? false };
  const result =
    asset && wanted.length > 0 ? await publishAsset(asset, wanted, publishing, dependencies) : undefined;
  for (const { server, error } of result?.failed ?? []) {
    dependencies.warn('A copy failed', { id, server, error });
    if (mayPass(error)) throw new Failure('storage.busy', 'The storage is busy', { cause: error });
  }
  const lines = servers.map((server) => {
    const failed = result?.failed.find((failure) => failure.server === server);
    if (failed) return entryLine(entry, server, 'error', at, `The copy failed: ${textOf(failed.error)}`);
    const hole = holes?.get(server);
    if (hole !== undefined) return entryLine(entry, server, 'error', at, hole);
    const verdict = judge(entry, server, result ? result.asset : asset, job);
    if (verdict === 'published-by-this-job') {
      const time = (result?.asset ?? asset)?.publications[server]?.at ?? at;
      const line = doneLine(entry, server, job, time);
      // Of what an earlier run published it is not known any more whether there was something before.
      const isReplaced = byThisJob.includes(server) || asset?.publications[server] !== undefined;
      return job.invalidate && isReplaced ? { ...line, replaced: true as const } : line;
    }
    const why =
      verdict === 'publish' ? 'It changed while it was published; the next job takes it' : verdict.skip;
    return entryLine(entry, server, 'skipped', at, why);
  });
  return { lines, again: byThisJob.length === servers.length };
}

function isWithdrawn({ intent, trashed }: Asset): boolean {
  return intent === 'held' || trashed !== undefined;
}

/** Servers on which a set may not go live, each with the member that is not live, and why. */
async function holesOf(
  asset: Asset,
  servers: readonly Server[],
  settings: CompanySettings,
  { readSetRecord, getAssets }: Pick<PublishPartDependencies, 'readSetRecord' | 'getAssets'>,
): Promise<ReadonlyMap<Server, string>> {
  const holes = new Map<Server, string>();
  if (!isSetType(asset.type)) return holes;
  const ids = assetsOfSet(await readSetRecord(asset));
  const members = await getAssets(asset.company, ids, { consistent: true });
  for (const server of servers) {
    for (const id of ids) {
      const why = whyNotLive(members.get(id), server, settings);
      if (why === undefined) continue;
      holes.set(server, `Member ${id} is not live: ${why}`);
      break;
    }
  }
  return holes;
}

/** Whether the same copy may succeed later: also where nothing but the network could have failed it. */
function mayPass(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode;
  return status === undefined || isPassing(error);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}, ${error.message}`;
}
