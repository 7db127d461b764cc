import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { JobFiles, ManifestLine } from '../../adapters/s3/job-files.ts';
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
  Pick<JobFiles, 'writePart' | 'writeRound' | 'writeManifests'> & {
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    /** Entries of a part, at most. */
    readonly partEntries: number;
  };

/** Milliseconds. The last parts, the round and, at the end, the manifest of all rounds have to be written in it. */
const reserve = 60_000;

/**
 * Milliseconds between looks at the job's status: a cancelled job stops being planned within a second, and a small
 * plan costs no look but the last.
 */
const lookEvery = 1_000;

/** Sets and images with derived ones whose closures are looked at together: some 2 s, so that status and time are. */
const maxParents = 200;

/** Part files that are written side by side: 8 of some 20 ms each keep up with the index, at 1,000 parts in 3 s. */
const writesAtATime = 8;

/** Where a planner stood at the end of a round. */
interface RoundEnd {
  readonly position: CandidatePosition | undefined;
  readonly parts: number;
  readonly total: number;
}

/**
 * "Plan Job": selects what the job takes, with all that belongs to it, and writes it as part
 * files, while time is left. What is in a set is on a lower level than the set.
 * Called with the cursor it answered, it goes on there; called again with the same one, also beside itself, it goes on from
 * the round that was written first: a plan is one plan.
 * A job that is being stopped ends its plan: its workers then find it stopping and log what was not reached.
 *
 * An asset that is selected twice is planned once in a round; of several rounds, which only a job of millions takes,
 * a second one is a line more.
 *
 * Memory: a page of the index (1 MB), the open parts, 150 bytes for each part of the round, and what closures take
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
  let looked = dependencies.clock();
  let running = isRunning(job.status);
  const round: ManifestLine[] = [];
  const writes = new Set<Promise<unknown>>();
  let writeError: { error: unknown } | undefined;

  let position: CandidatePosition | undefined = cursor.position;
  // At least a page each time, however little time there is: it must not go round for ever.
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
    if (dependencies.clock() - looked >= lookEvery) running = await look();
  }
  // A planner that has seen all of the index knows what it did not bring.
  // One of a narrower scope never brings what lies outside of it.
  if ((!position && cursor.rounds === 0) || job.scope)
    for (const entry of planner.omitted()) await add(entry);
  for (const level of [...open.keys()]) await close(level);
  await Promise.all(writes);
  if (writeError) throw writeError.error;

  round.sort((a, b) => a.level - b.level || a.part - b.part);
  // Another planner may have made this round, perhaps of an index that was different then: the first one's counts.
  const end: RoundEnd = { position, parts, total };
  ({ position, parts, total } = await dependencies.writeRound(company, jobId, cursor.rounds, round, end));
  const rounds = cursor.rounds + 1;
  running = await look(!position);
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

  /** Tells the number of lines so far and whether they are all, and learns whether the job goes on. */
  async function look(whole = false): Promise<boolean> {
    looked = dependencies.clock();
    const inOpen = [...open.values()].reduce((sum, { entries }) => sum + logEntryCount(entries), 0);
    const plannedAt = whole ? new Date(looked).toISOString() : undefined;
    return isRunning(await dependencies.setTotal(company, jobId, total + inOpen, plannedAt));
  }

  /** Plans the parents that were found, and what belongs to them. */
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

  /** Writes the open part of a level, if there is something in it. */
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
