import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import { type CandidatePosition, firstPosition } from '../../application/jobs/job-candidates.ts';
import { type PartWriterDependencies, partWriter } from '../../application/jobs/part-writer.ts';
import { type PlanRoundDependencies, planRound } from '../../application/jobs/plan-round.ts';
import { type PlanUndoDependencies, planUndo, type UndoPosition } from '../../application/jobs/plan-undo.ts';
import { Failure } from '../../domain/failure.ts';
import { undoneJobOf } from '../../domain/jobs/job.ts';
import { manifestKey, mapResultsPrefix } from '../../domain/jobs/job-file-names.ts';
import { isRunning } from '../../domain/jobs/lifecycle.ts';
import {
  type PlanCursor,
  type PlanJobOutput,
  planJobInput,
} from '../../statemachines/publish-job.contract.ts';
import { type TakeOverPlanDependencies, takeOverPlan } from './take-over-plan.ts';

export type PlanJobDependencies = Pick<JobStore, 'getJob' | 'setTotal'> &
  PlanRoundDependencies &
  PlanUndoDependencies &
  PartWriterDependencies &
  Pick<SettingsStore, 'getSettings'> &
  TakeOverPlanDependencies &
  Pick<PlanFiles, 'writeRound' | 'writeManifests'> & {
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

/** Milliseconds in which the last parts, the round and the manifests of all rounds have to be written. */
const reserve = 60_000;

/**
 * Milliseconds between checks of the job's status: planning stops within a second of a cancellation, and a small plan costs
 * only the last check.
 */
const checkEvery = 1_000;

/** The planner's state at the end of a round. */
interface RoundEnd {
  readonly position: CandidatePosition | UndoPosition | undefined;
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
 * A job of a stored plan takes over the parts of the plan (take-over-plan.ts). An undo is planned from the log of the undone
 * job (plan-undo.ts).
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
  let checked = dependencies.clock();
  if (job.scope?.kind === 'plan') {
    const { rounds, total } = await takeOverPlan(job, job.scope.planId, dependencies);
    await checkStatus(total, true);
    return planned(rounds);
  }
  const undone = undoneJobOf(job);
  const cursor: PlanCursor = given ?? {
    rounds: 0,
    position: undone === undefined ? firstPosition(job) : { source: 'undo' },
    parts: 0,
    total: 0,
  };
  const settings = await dependencies.getSettings(company);

  const writer = partWriter(job, cursor, dependencies);
  let running = isRunning(job.status);
  // At least one page in each call, even if little time is left, so that planning always ends.
  const mayReadPage = async (pages: number) => {
    if (dependencies.clock() - checked >= checkEvery) running = await checkStatus(writer.total());
    return running && (pages === 0 || dependencies.timeLeft() > reserve);
  };
  const { add } = writer;
  const begin = cursor.position;
  const reached =
    begin.source === 'undo'
      ? await planUndo(job, undone ?? '', begin, { add, mayReadGroup: mayReadPage }, dependencies)
      : await planRound(
          job,
          settings,
          { position: begin, isFirst: cursor.rounds === 0 },
          { add, mayReadPage },
          dependencies,
        );
  const { lines, ...counted } = await writer.finish();
  // Another planner may have written this round from an earlier state of the index: the first round counts.
  const end: RoundEnd = { position: reached === 'abandoned' ? undefined : reached, ...counted };
  const { position, parts, total } = await dependencies.writeRound(company, jobId, cursor.rounds, lines, end);
  const rounds = cursor.rounds + 1;
  running = await checkStatus(total, !position);
  if (position && running) {
    return { company, jobId, done: false, cursor: { rounds, position, parts, total } };
  }
  return planned(rounds);

  /** The output of a plan that is complete. */
  async function planned(rounds: number): Promise<PlanJobOutput> {
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
  }

  /** Records the number of planned log entries so far. @returns whether the job is still running */
  async function checkStatus(planned: number, isComplete = false): Promise<boolean> {
    checked = dependencies.clock();
    const plannedAt = isComplete ? new Date(checked).toISOString() : undefined;
    return isRunning(await dependencies.setTotal(company, jobId, planned, plannedAt));
  }
}
