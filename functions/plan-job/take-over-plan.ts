import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { StoredPlans } from '../../adapters/s3/stored-plans.ts';
import { Failure } from '../../domain/failure.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';

export type TakeOverPlanDependencies = Pick<PlanFiles, 'readRound' | 'writeRound'> &
  Pick<StoredPlans, 'findPlan'>;

/**
 * Makes the parts of a stored plan those of a job. The parts themselves are not copied: the files of a plan are kept for
 * three weeks after the last job of it can begin. Repeating it changes nothing.
 *
 * Costs: a GET for the plan, and a GET and a PUT for each round, of which ten million assets have a few.
 * @returns the number of rounds, and of log entries
 * @throws Failure `plan.not-found`
 */
export async function takeOverPlan(
  { company, id: jobId }: Pick<PublishJob, 'company' | 'id'>,
  planId: string,
  dependencies: TakeOverPlanDependencies,
): Promise<{ readonly rounds: number; readonly total: number }> {
  const plan = await dependencies.findPlan(company, planId);
  if (!plan) throw new Failure('plan.not-found', `There is no plan ${planId}`);
  const { parts, total } = plan;
  for (const round of plan.lists.keys()) {
    const lines = await dependencies.readRound(company, planId, round);
    const own = lines.map((line) => ({ ...line, jobId }));
    await dependencies.writeRound(company, jobId, round, own, { position: undefined, parts, total });
  }
  return { rounds: plan.lists.length, total };
}
