import type { SQSEvent } from 'aws-lambda';
import type { StoredPlans } from '../../adapters/s3/stored-plans.ts';
import type { CandidatePosition } from '../../application/jobs/job-candidates.ts';
import { type StorePlanDependencies, storePlanRound } from '../../application/jobs/store-plan.ts';
import { planRequest } from './store-plan.contract.ts';

export interface StoreQueuedPlanDependencies extends StorePlanDependencies, Pick<StoredPlans, 'findPlan'> {
  /** Puts a plan back into the queue. */
  readonly requestPlan: (plan: { readonly company: string; readonly planId: string }) => Promise<void>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
}

/** Milliseconds reserved for writing the last files of a round. */
const reserve = 60_000;

/**
 * "Store Plan": continues stored plans that are too large for a call of the API. It plans one round, stores it, and puts
 * the plan back into the queue while something is left. A repeated or parallel call stores the same.
 *
 * Costs: as storePlanRound, and an SQS request for each further round.
 * @throws any error of S3 or DynamoDB. SQS then delivers the message again
 */
export async function storePlan(event: SQSEvent, dependencies: StoreQueuedPlanDependencies): Promise<void> {
  for (const { body } of event.Records) {
    const { company, planId } = planRequest.parse(JSON.parse(body));
    const plan = await dependencies.findPlan<CandidatePosition>(company, planId);
    if (plan?.position === undefined) continue;
    // At least one page, even if little time is left, so that planning always ends.
    const readPage = (pages: number) => pages === 0 || dependencies.timeLeft() > reserve;
    const after = await storePlanRound({ ...plan, position: plan.position }, { readPage }, dependencies);
    if (after?.position !== undefined) await dependencies.requestPlan({ company, planId });
  }
}
