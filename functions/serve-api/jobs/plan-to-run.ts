import type { PlanToStore } from '../../../application/jobs/store-plan.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';
import { checkReady, findPlan } from './find-plan.ts';

/** Log entries of a plan that is compared with the library before it runs: about 7 of 29 seconds with the CPU of 512 MB. */
const maxCompared = 20_000;

/** Differences that a refusal names: about 100 kB. */
const maxNamed = 1_000;

/**
 * The plan that a job is to run. A plan of more than 20,000 log entries is not compared in advance, nor one whose changed
 * assets are to be skipped: the job compares each asset when it reaches it, and logs those that it skips.
 * @throws Failure `plan.not-found`, `plan.not-ready`; `plan.outdated` with the assets that have changed
 */
export async function planToRun(
  company: string,
  planId: string,
  { settings, compares }: { readonly settings: CompanySettings; readonly compares: boolean },
  dependencies: Dependencies,
): Promise<PlanToStore> {
  const plan = await findPlan(company, planId, dependencies);
  checkReady(plan);
  if (!compares || plan.total > maxCompared) return plan;
  const differences = await dependencies.plans.compare(plan, settings);
  const [first] = differences;
  if (!first) return plan;
  const more = differences.length === 1 ? '' : `, and ${differences.length - 1} more`;
  throw new Failure(
    'plan.outdated',
    `${first.id}: ${first.message}${more}. Make a new plan, or give skipChanged to leave these assets out`,
    { details: differences.slice(0, maxNamed).map(({ id, message }) => ({ field: id, message })) },
  );
}
