import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import { givePermits, type StartWaitingDependencies } from '../../application/jobs/start-waiting-jobs.ts';
import { isTerminal } from '../../domain/jobs/job.ts';
import type { ReconcileDependencies, ReconcileReport } from './reconcile-jobs.ts';

export type ReconcilePermitsDependencies = Pick<PermitStore, 'freePermit'> &
  StartWaitingDependencies &
  Pick<ReconcileDependencies, 'log'>;

/**
 * "Reconcile Jobs", for the permits of the installation: frees those of jobs that have ended, and gives free permits to the
 * companies that wait. A failure is an error in the log; the next round tries again.
 *
 * Costs: two queries, and for each permit 1 read unit.
 */
export async function reconcilePermits(
  dependencies: ReconcilePermitsDependencies,
): Promise<Pick<ReconcileReport, 'started' | 'freed' | 'failed'>> {
  const report = { started: 0, freed: 0, failed: 0 };
  await isolated(freeStalePermits);
  await isolated(async () => {
    const given = await givePermits(dependencies);
    report.started += given.length;
    if (given.length > 0) logRepair('Gave free permits to jobs that waited for one', { started: given });
  });
  return report;

  async function isolated(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      report.failed += 1;
      dependencies.log.error('Could not be reconciled', { error });
    }
  }

  async function freeStalePermits(): Promise<void> {
    for (const { company, jobId } of await dependencies.readPermits()) {
      const holder = await dependencies.getJob(company, jobId);
      if (holder && !isTerminal(holder.status)) continue;
      await dependencies.freePermit(company, jobId);
      report.freed += 1;
      logRepair('Freed the permit of a job that has ended', { company, jobId });
    }
  }

  function logRepair(what: string, facts: Record<string, unknown>): void {
    dependencies.log.warn(`${what} (repaired)`, facts);
  }
}
