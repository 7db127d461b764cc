import { isTerminal } from '../../domain/jobs/job.ts';
import { finishJob } from '../../functions/finish-job/finish-job.ts';
import type { PublishCloud } from '../support/publish-cloud.ts';
import { reconcileCompanies } from '../support/reconcile-companies.ts';
import { brokeEvent, runPublishJob } from './run-publish-job.ts';

/** Executions that have not been run. */
function waiting(cloud: PublishCloud): string[] {
  return cloud.started.filter((name) => cloud.executions.get(name)?.status === 'RUNNING');
}

/**
 * Lets reconcile-jobs work every five minutes, and everything that it sets going, until no job is left that has not
 * ended, or whose end is untold. Calls that fail are made again by the next round, as on AWS.
 * @throws Error where that does not come to an end
 */
export async function runUntilIdle(cloud: PublishCloud): Promise<void> {
  const isOpen = () =>
    cloud.unprocessed.length > 0 || [...cloud.jobs.values()].some(({ status }) => !isTerminal(status));
  for (let round = 1; isOpen(); round += 1) {
    if (round > 40) throw new Error('A job is stuck');
    cloud.time += 5 * 60_000;
    cloud.timeLeft = 900_000;
    await reconcileCompanies(cloud.dependencies).catch(() => undefined);
    for (const { execution, state } of cloud.failedExecutionEvents.splice(0)) {
      const status = state?.status === 'ABORTED' || state?.status === 'TIMED_OUT' ? state.status : 'FAILED';
      await finishJob(brokeEvent(execution, status, state?.error), cloud.dependencies).catch(() => undefined);
    }
    for (const execution of waiting(cloud)) await runPublishJob(cloud, execution).catch(() => undefined);
  }
}
