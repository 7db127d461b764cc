import { isTerminal } from '../../domain/jobs/job.ts';
import { finishJob } from '../../functions/finish-job/finish-job.ts';
import { reconcileJobs } from '../../functions/reconcile-jobs/reconcile-jobs.ts';
import type { World } from '../functions/publish-world.ts';
import { brokeEvent, runPublishJob } from './run-publish-job.ts';

/** Executions of the world that have not been run. */
function waiting(world: World): string[] {
  return world.started.filter((name) => world.executions.get(name)?.status === 'RUNNING');
}

/**
 * Lets reconcile-jobs work every five minutes, and everything that it sets going, until no job is left that has not
 * ended, or whose end is untold. Calls that fail are made again by the next round, as on AWS.
 * @throws Error where that does not come to an end
 */
export async function runUntilIdle(world: World): Promise<void> {
  const isOpen = () =>
    world.unnotified.size > 0 || [...world.jobs.values()].some(({ status }) => !isTerminal(status));
  for (let round = 1; isOpen(); round += 1) {
    if (round > 40) throw new Error('A job is stuck');
    world.time += 5 * 60_000;
    world.timeLeft = 900_000;
    await reconcileJobs(world.dependencies).catch(() => undefined);
    for (const { execution, state } of world.failedExecutionEvents.splice(0)) {
      const status = state?.status === 'ABORTED' || state?.status === 'TIMED_OUT' ? state.status : 'FAILED';
      await finishJob(brokeEvent(execution, status, state?.error), world.dependencies).catch(() => undefined);
    }
    for (const execution of waiting(world)) await runPublishJob(world, execution).catch(() => undefined);
  }
}
