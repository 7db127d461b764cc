import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import type { ExecutionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { Failure } from '../../domain/failure.ts';
import { isTerminal, type PublishJob } from '../../domain/jobs/job.ts';
import { endLogEntry } from '../../domain/jobs/job-log-entries.ts';
import { decideCancel, decideForce } from '../../domain/jobs/lifecycle.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { type StartWaitingDependencies, startWaitingJobs } from './start-waiting-jobs.ts';

export type CancelDependencies = Pick<
  JobStore,
  'getJob' | 'stopQueuedJob' | 'requestStop' | 'markEndProcessed'
> &
  Pick<PermitStore, 'freePermit'> &
  Pick<JobLogs, 'writeEnd'> &
  Pick<ExecutionControl, 'stopExecution'> &
  Pick<NotificationQueue, 'sendNotification'> &
  Pick<EventBus, 'emitStatus' | 'emitEnd'> &
  StartWaitingDependencies;

interface Cancel {
  /** Subject of the user. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly force?: boolean;
}

/**
 * Cancels a publish job. A queued job stops at once, and the jobs that waited for it start; a running job stops at its
 * next safe point. Cancelling twice changes nothing. With `force`, a job that has been stopping for five minutes has its
 * execution stopped; the event of the execution then ends the job, or reconcile-jobs does if the event is lost. Called by
 * serve-api.
 *
 * Costs: one read and one conditional write. A queued job also costs a PUT, an SQS request, an event and the reads of
 * startWaitingJobs.
 * @returns the job as it is now
 * @throws Failure `job.already-ended`, `job.not-found`, `job.too-early-for-force`, `storage.busy`
 */
export async function cancelPublishJob(
  company: string,
  jobId: string,
  cancel: Cancel,
  dependencies: CancelDependencies,
): Promise<PublishJob> {
  const cancelled = await untilUnchanged(
    async () => {
      const job = await dependencies.getJob(company, jobId);
      if (job?.kind !== 'publish') throw new Failure('job.not-found', `There is no publish job ${jobId}`);
      return cancelOnce(job, cancel, dependencies);
    },
    () => new Failure('storage.busy', `Job ${jobId} keeps changing; try again`),
  );
  // Also for a job that was stopping before: the call that stopped it may have died before its event.
  if (!isTerminal(cancelled.status)) dependencies.emitStatus(cancelled, cancel.at);
  return cancelled;
}

async function cancelOnce(
  job: PublishJob,
  { by, at, force = false }: Cancel,
  dependencies: CancelDependencies,
): Promise<PublishJob | typeof changedMeanwhile> {
  const { company, id } = job;
  const forced = force ? decideForce(job, at) : { to: 'cancelled' as const };
  if (forced.to === 'refused') {
    const { from } = forced;
    const message = `Job "${job.name}" is stopping; it can be ended by force from ${from} on`;
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
    if (!(await dependencies.requestStop(company, id, by, at))) return changedMeanwhile;
    return { ...job, status: 'stopping', stoppedBy: by, stopRequested: at };
  }
  if (!(await dependencies.stopQueuedJob(company, id, { by, at }))) return changedMeanwhile;
  const stopped: PublishJob = { ...job, status: 'stopped', stoppedBy: by, ended: at };
  // If this call dies from here on, reconcile-jobs calls finish-job, which does the rest.
  await dependencies.freePermit(company, id);
  await dependencies.writeEnd(company, id, endLogEntry(stopped, at));
  await dependencies.sendNotification({ kind: 'ended', company, jobId: id });
  await startWaitingJobs(company, dependencies);
  await dependencies.emitEnd(stopped);
  await dependencies.markEndProcessed(company, id);
  return stopped;
}
