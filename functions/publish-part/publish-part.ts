import type { AssetRecords } from '../../adapters/dynamodb/asset-records.ts';
import type { JobRecords } from '../../adapters/dynamodb/job-records.ts';
import type { SettingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import { type PublishDependencies, publishAsset } from '../../adapters/publication/publish-asset.ts';
import { inParallel } from '../../adapters/runtime/in-parallel.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import { type Asset, isSetType } from '../../domain/asset/asset.ts';
import { whyNotLive } from '../../domain/asset/publish-state.ts';
import type { CompanySettings } from '../../domain/company/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { type CountsChange, isNothing, sumOfLines } from '../../domain/job/counts.ts';
import { isTurn, type JobStatus, type LogLine, type PublishJob } from '../../domain/job/job.ts';
import { goesOn } from '../../domain/job/lifecycle.ts';
import type { PlanEntry } from '../../domain/job/part.ts';
import { entryLine, judge, notReachedLines } from '../../domain/job/part-lines.ts';
import { assetsOfSet } from '../../domain/set/set-record.ts';
import { type PublishPartOutput, publishPartInput } from '../../statemachines/publish-job.contract.ts';
import { turnEntry } from './turn-entry.ts';

export type PublishPartDependencies = Pick<
  JobRecords,
  'getJob' | 'addCounts' | 'putPart' | 'correctClosedPart'
> &
  Pick<AssetRecords, 'getAssets'> &
  Pick<SettingsRecords, 'getSettings'> &
  PublishDependencies &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<JobFiles, 'readPart' | 'writePartLog'> & {
    readonly now: () => string;
    readonly wait: (milliseconds: number) => Promise<void>;
    readonly warn: (message: string, facts: Record<string, unknown>) => void;
  };

/**
 * Assets that are worked on at a time, and the distance between two safe points: a job is asked whether it goes on
 * before each chunk. 25 copies side by side of some 100 ms each make a chunk last half a second, so that a cancelled
 * job stops within one; live counts cost a write for 25 assets ($0.025 a million).
 */
const chunkSize = 25;

/** A worker that comes after its job was ended waits this often, a second each, for the job's counts to be final. */
const mostWaits = 60;

const stopped = 'The job was stopped before it came to this';

/**
 * "Publish Part": publishes the assets of one part. Running it again, after it died anywhere or beside itself, changes
 * nothing and counts the same.
 *
 * Calls for 100 assets on one server: 100 COPY, 100 × 1 read unit, 100 × 3 write units (record, pending index, history),
 * and for the part one GET and one PUT in S3, 2 read units, 4 + 1 write units. For a set besides: a GET of its record,
 * and 1 read unit for each asset that it shows.
 * @throws whatever keeps it from reading or recording; what fails for one asset alone is a line of the log
 */
export async function publishPart(
  event: unknown,
  dependencies: PublishPartDependencies,
): Promise<PublishPartOutput> {
  const { key, ...place } = publishPartInput.parse(event);
  const { company, jobId, level, part } = place;
  const entries = await dependencies.readPart(key);
  const job = await dependencies.getJob(company, jobId);
  if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);

  const lines: LogLine[] = [];
  let status: JobStatus | undefined = job.status;
  const settings = goesOn(status) ? await dependencies.getSettings(company) : undefined;
  for (let start = 0; start < entries.length; start += chunkSize) {
    const chunk = entries.slice(start, start + chunkSize);
    if (!settings || !goesOn(status)) {
      lines.push(...chunk.flatMap((entry) => notReachedLines(entry, dependencies.now(), stopped)));
      continue;
    }
    const { chunkLines, news } = await publishChunk(chunk, job, settings, dependencies);
    lines.push(...chunkLines);
    // The write of the live counts brings the status: what the next chunk wants to know.
    status = isNothing(news)
      ? (await dependencies.getJob(company, jobId))?.status
      : await dependencies.addCounts(company, jobId, news);
  }

  const counts = sumOfLines(lines);
  const record = { level, part, counts, closed: false, at: dependencies.now() };
  // The log first: a part that is counted has its lines.
  await dependencies.writePartLog(place, lines);
  if (!(await dependencies.putPart(company, jobId, record))) {
    await comeLate();
    await dependencies.writePartLog(place, lines);
  }
  return { company, jobId, level, part, counts };

  /** The job was ended without this worker, which went on meanwhile: its counts are put right. */
  async function comeLate(): Promise<void> {
    for (let waits = 0; waits < mostWaits; waits += 1) {
      if (await dependencies.correctClosedPart(company, jobId, record)) return;
      await dependencies.wait(1_000);
    }
    throw new Failure('storage.busy', `The counts of the job ${jobId} were not final within a minute`);
  }
}

/** Lines of a chunk, and what of them an earlier run has not counted. */
async function publishChunk(
  chunk: readonly PlanEntry[],
  job: PublishJob,
  settings: CompanySettings,
  dependencies: PublishPartDependencies,
): Promise<{ chunkLines: LogLine[]; news: CountsChange }> {
  const assets = await dependencies.getAssets(
    job.company,
    chunk.map(({ id }) => id),
    { consistent: true },
  );
  const worked = await inParallel(chunk, chunkSize, (entry) =>
    publishEntry(entry, assets.get(entry.id), job, settings, dependencies),
  );
  // What an earlier run put live it has counted, but for the chunk it died in: live counts are rather too small
  // until the job ends than too large.
  const { total, notReached, ...news } = sumOfLines(
    worked.flatMap(({ lines, again }) => (again ? [] : lines)),
  );
  return { chunkLines: worked.flatMap(({ lines }) => lines), news };
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
  const publishing = { by: job.submittedBy, at, jobId: job.id, settings, force: job.force ?? false };
  const result =
    asset && wanted.length > 0 ? await publishAsset(asset, wanted, publishing, dependencies) : undefined;
  for (const { server, error } of result?.failed ?? []) {
    dependencies.warn('A copy failed', { id, server, error });
    if (isPassing(error)) throw new Failure('storage.busy', 'The storage is busy', { cause: error });
  }
  const lines = servers.map((server) => {
    const failed = result?.failed.find((failure) => failure.server === server);
    if (failed) return entryLine(entry, server, 'error', at, `The copy failed: ${textOf(failed.error)}`);
    const hole = holes?.get(server);
    if (hole !== undefined) return entryLine(entry, server, 'error', at, hole);
    const verdict = judge(entry, server, result ? result.asset : asset, job);
    if (verdict === 'published-by-this-job') {
      const time = (result?.asset ?? asset)?.publications[server]?.at ?? at;
      const line = entryLine(entry, server, 'published', time, `Version ${entry.version} is live`);
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

/** Whether the same copy may succeed later: throttling, faults of S3 and of the network, but nothing that S3 refuses. */
function isPassing(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode;
  return status === undefined || status === 429 || status >= 500;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}, ${error.message}`;
}
