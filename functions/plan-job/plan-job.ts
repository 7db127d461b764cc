import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { ManifestLine, PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { ClosureDependencies } from '../../application/assets/closure-lookups.ts';
import {
  type CandidatePosition,
  firstPosition,
  type JobCandidatesDependencies,
  readCandidates,
} from '../../application/jobs/job-candidates.ts';
import { closurePlanner, isParent, type LevelledEntry } from '../../application/jobs/plan-closures.ts';
import { Failure } from '../../domain/failure.ts';
import { isServerToggle } from '../../domain/jobs/job.ts';
import { manifestKey, mapResultsPrefix } from '../../domain/jobs/job-file-names.ts';
import { isRunning } from '../../domain/jobs/lifecycle.ts';
import { emptyPart, fits, logEntryCount, type OpenPart, withEntry } from '../../domain/jobs/part.ts';
import { type Candidate, selectServers } from '../../domain/jobs/select-servers.ts';
import {
  type PlanCursor,
  type PlanJobOutput,
  planJobInput,
} from '../../statemachines/publish-job.contract.ts';

export type PlanJobDependencies = Pick<JobStore, 'getJob' | 'setTotal'> &
  JobCandidatesDependencies &
  Pick<SettingsStore, 'getSettings'> &
  ClosureDependencies &
  Pick<PlanFiles, 'writePart' | 'writeRound' | 'writeManifests'> & {
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    /** Maximum number of entries of a part. */
    readonly partEntries: number;
  };

/** Milliseconds in which the last parts, the round and the manifests of all rounds have to be written. */
const reserve = 60_000;

/**
 * Milliseconds between checks of the job's status: planning stops within a second of a cancellation, and a small plan costs
 * only the last check.
 */
const checkEvery = 1_000;

/** Sets and parents of derived images that are expanded between two checks of status and time: about 2 seconds. */
const maxParents = 200;

/** Part files that are written in parallel. 8 writes of about 20 ms keep up with the index: 1,000 parts in 3 seconds. */
const writesAtATime = 8;

/** The planner's state at the end of a round. */
interface RoundEnd {
  readonly position: CandidatePosition | undefined;
  readonly parts: number;
  readonly total: number;
}

/**
 * "Plan Job": selects the assets of a job with their closures, and writes them as part files while time is left. Members of
 * a set are on a lower level than the set.
 *
 * Called with the cursor that it returned, it continues there. A repeated call with the same cursor, also in parallel, uses
 * the round that was written first, so that a job has one plan. Planning ends when the job is being stopped; its workers
 * then log what was not reached.
 *
 * An asset that is selected twice is planned once in a round. Only jobs of millions of assets have several rounds; in those
 * an asset may get a second log entry.
 *
 * Costs: the reads of job-candidates.ts and plan-closures.ts, a PUT for each part, and 1 write unit a second.
 * Memory: a page of the index (1 MB), the open parts, 150 bytes for each part of the round, and the closures
 * (plan-closures.ts).
 * @throws Failure `job.not-found`
 */
export async function planJob(event: unknown, dependencies: PlanJobDependencies): Promise<PlanJobOutput> {
  const { company, jobId, cursor: given } = planJobInput.parse(event);
  const job = await dependencies.getJob(company, jobId);
  if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);
  const cursor: PlanCursor = given ?? { rounds: 0, position: firstPosition(job), parts: 0, total: 0 };
  const settings = await dependencies.getSettings(company);

  let { parts, total } = cursor;
  const open = new Map<number, OpenPart>();
  const planner = closurePlanner(job, settings, dependencies);
  let parents: Candidate[] = [];
  let checked = dependencies.clock();
  let running = isRunning(job.status);
  const round: ManifestLine[] = [];
  const writes = new Set<Promise<unknown>>();
  let writeError: { error: unknown } | undefined;

  let position: CandidatePosition | undefined = cursor.position;
  // At least one page in each call, even if little time is left, so that planning always ends.
  for (let pages = 0; position && running && (pages === 0 || dependencies.timeLeft() > reserve); pages += 1) {
    const page = await readCandidates(job, position, dependencies);
    for (const candidate of page.items) {
      const servers = selectServers(candidate, job, settings);
      if (servers.length === 0) continue;
      planner.take(candidate);
      const { id, type, version, bytes } = candidate;
      if (isParent(candidate) && !isServerToggle(job)) parents.push(candidate);
      else await add({ level: 0, entry: { id, type, version, servers, bytes } });
      if (parents.length >= maxParents) await expand();
    }
    await expand();
    position = page.next;
    if (dependencies.clock() - checked >= checkEvery) running = await checkStatus();
  }
  // Assets that the index omitted are known once all of it was read in this call. A narrower scope never reads the assets
  // outside of it.
  if ((!position && cursor.rounds === 0) || job.scope)
    for (const entry of planner.omitted()) await add(entry);
  for (const level of [...open.keys()]) await close(level);
  await Promise.all(writes);
  if (writeError) throw writeError.error;

  round.sort((a, b) => a.level - b.level || a.part - b.part);
  // Another planner may have written this round from an earlier state of the index: the first round counts.
  const end: RoundEnd = { position, parts, total };
  ({ position, parts, total } = await dependencies.writeRound(company, jobId, cursor.rounds, round, end));
  const rounds = cursor.rounds + 1;
  running = await checkStatus(!position);
  if (position && running) {
    return { company, jobId, done: false, cursor: { rounds, position, parts, total } };
  }
  const levels = await dependencies.writeManifests(company, jobId, rounds);
  return {
    company,
    jobId,
    done: true,
    levels: levels.map((level) => ({
      company,
      jobId,
      level,
      manifest: manifestKey(company, jobId, level),
      results: mapResultsPrefix(company, jobId, level),
    })),
  };

  /** Records the number of planned log entries so far. @returns whether the job is still running */
  async function checkStatus(isComplete = false): Promise<boolean> {
    checked = dependencies.clock();
    const inOpen = [...open.values()].reduce((sum, { entries }) => sum + logEntryCount(entries), 0);
    const plannedAt = isComplete ? new Date(checked).toISOString() : undefined;
    return isRunning(await dependencies.setTotal(company, jobId, total + inOpen, plannedAt));
  }

  /** Plans the parents that were found, with their closures. */
  async function expand(): Promise<void> {
    if (parents.length === 0) return;
    const found = parents;
    parents = [];
    for (const entry of await planner.expand(found)) await add(entry);
  }

  async function add({ level, entry }: LevelledEntry): Promise<void> {
    const { partEntries } = dependencies;
    if (!fits(open.get(level) ?? emptyPart, entry, partEntries)) await close(level);
    open.set(level, withEntry(open.get(level) ?? emptyPart, entry));
  }

  /** Writes the open part of a level, unless it is empty. */
  async function close(level: number): Promise<void> {
    const { entries } = open.get(level) ?? emptyPart;
    open.delete(level);
    if (entries.length === 0) return;
    total += logEntryCount(entries);
    const part = parts;
    parts += 1;
    if (writes.size >= writesAtATime) await Promise.race(writes);
    if (writeError) throw writeError.error;
    const write = dependencies
      .writePart({ company, jobId, level, part }, entries)
      .then((line) => {
        round.push(line);
      })
      .catch((error: unknown) => {
        writeError ??= { error };
      })
      .finally(() => writes.delete(write));
    writes.add(write);
  }
}
