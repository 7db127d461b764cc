import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { JobFiles } from '../../adapters/s3/job-files.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import type { ExecutionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { Failure } from '../../domain/failure.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { endLogEntry } from '../../domain/jobs/job-log-entries.ts';
import { decideCancel, decideForce } from '../../domain/jobs/lifecycle.ts';
import { type StartWaitingDependencies, startWaitingJobs } from './start-waiting-jobs.ts';

export type CancelDependencies = Pick<
  JobStore,
  'getJob' | 'stopQueuedJob' | 'requestStop' | 'markEndProcessed'
> &
  Pick<JobFiles, 'writeEnd'> &
  Pick<ExecutionControl, 'stopExecution'> &
  Pick<NotificationQueue, 'sendNotification'> &
  Pick<EventBus, 'emitEnd'> &
  StartWaitingDependencies;

/** A job can change its status between the read and the write this often before the caller is told to try again. */
const maxAttempts = 5;

/**
 * Cancels a publish job: one that waits is stopped at once, and who waited behind it started; a running one stops at
 * its next safe point. Cancelling twice changes nothing. With `force` the execution of a job that has been stopping for
 * five minutes is ended; its event then ends the job, or reconcile-jobs where there is none.
 * @returns the job after it
 * @throws Failure `job.already-ended`, `job.not-found`, `job.too-early-for-force`
 */
export async function cancelPublishJob(
  company: string,
  jobId: string,
  { by, at, force = false }: { readonly by: string; readonly at: string; readonly force?: boolean },
  dependencies: CancelDependencies,
): Promise<PublishJob> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);
    const forced = force ? decideForce(job, at) : { to: 'cancelled' as const };
    if (forced.to === 'refused') {
      const { from } = forced;
      const message = `The job "${job.name}" is stopping; it may be ended by force from ${from} on`;
      throw new Failure('job.too-early-for-force', message, { facts: { from } });
    }
    if (forced.to === 'ended-by-force' && job.execution !== undefined) {
      await dependencies.stopExecution(job.execution, `Cancelled by force by ${by}`);
      return job;
    }
    const decision = decideCancel(job);
    if ('refused' in decision) throw new Failure(decision.refused, decision.because);
    if (decision.to === 'unchanged') return job;
    if (decision.to === 'stopping') {
      if (await dependencies.requestStop(company, jobId, by, at)) {
        return { ...job, status: 'stopping', stoppedBy: by, stopRequested: at };
      }
      continue;
    }
    if (!(await dependencies.stopQueuedJob(company, jobId, { by, at }))) continue;
    const stopped: PublishJob = { ...job, status: 'stopped', stoppedBy: by, ended: at };
    // Of a call that dies from here on reconcile-jobs has finish-job do the rest.
    await dependencies.writeEnd(company, jobId, endLogEntry(stopped, at));
    await dependencies.sendNotification({ kind: 'ended', company, jobId });
    await startWaitingJobs(company, dependencies);
    await dependencies.emitEnd(stopped);
    await dependencies.markEndProcessed(company, jobId);
    return stopped;
  }
  throw new Failure('storage.busy', `The job ${jobId} keeps changing; try again`);
}
