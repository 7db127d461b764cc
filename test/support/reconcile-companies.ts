import { findCompanies } from '../../functions/reconcile-jobs/find-companies.ts';
import {
  type ReconcileDependencies,
  type ReconcileReport,
  reconcileJobs,
} from '../../functions/reconcile-jobs/reconcile-jobs.ts';
import {
  type ReconcilePermitsDependencies,
  reconcilePermits,
} from '../../functions/reconcile-jobs/reconcile-permits.ts';
import type { PublishAdapters } from './publish-adapters.ts';

/** A round of reconcile-jobs without a queue: each company as soon as it is found. @returns the sum of the reports */
export async function reconcileCompanies(
  dependencies: ReconcileDependencies &
    ReconcilePermitsDependencies &
    Pick<PublishAdapters, 'listActiveCompanies'>,
): Promise<ReconcileReport> {
  const sum = {
    ...{ looked: 0, ended: 0, notified: 0, closed: 0 },
    ...(await reconcilePermits(dependencies)),
  };
  const companies: string[] = [];
  await findCompanies({
    ...dependencies,
    isQueueEmpty: async () => true,
    requestCompany: async ({ company }) => void companies.push(company),
  });
  for (const company of companies) {
    const report = await reconcileJobs(company, dependencies);
    for (const name of Object.keys(sum) as (keyof ReconcileReport)[]) sum[name] += report[name];
  }
  return sum;
}
