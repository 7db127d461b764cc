import type { PlanToStore } from '../../../application/jobs/store-plan.ts';
import { Failure } from '../../../domain/failure.ts';
import { planExpiry, type StoredPlan } from '../../../domain/jobs/stored-plan.ts';
import type { Dependencies } from '../dependencies.ts';

/** @throws Failure `plan.not-found` if there is none, or if it has expired */
export async function findPlan(
  company: string,
  planId: string,
  { plans, now }: Dependencies,
): Promise<PlanToStore> {
  const plan = await plans.findPlan(company, planId);
  if (!plan) throw new Failure('plan.not-found', `There is no plan ${planId}. Plans are kept for 7 days`);
  const expires = planExpiry(plan.at);
  if (expires > now()) return plan;
  throw new Failure('plan.not-found', `The plan ${planId} expired at ${expires}. Make a new one`);
}

/** @throws Failure `plan.not-ready` */
export function checkReady({ id, position }: Pick<StoredPlan, 'id' | 'position'>): void {
  if (position === undefined) return;
  throw new Failure('plan.not-ready', `The plan ${id} is not complete yet: read it again until it is ready`);
}
