import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { Executions } from '../../adapters/stepfunctions/executions.ts';
import { executionName, isTerminal } from '../../domain/jobs/job.ts';
import { type Locks, startable } from '../../domain/jobs/queue.ts';

export type StartWaitingDependencies = Pick<JobStore, 'getJob'> &
  Pick<QueueStore, 'readQueue' | 'readLocks' | 'countExecution'> &
  Executions;

/**
 * Starts every queued job of a company that could run now. Called by finish-job and cancelPublishJob when a job has ended or
 * left the queue, and by reconcile-jobs. A job may be started twice; the second execution finds it running and ends.
 *
 * Costs: a query if the queue is empty. Otherwise two queries, a read for each lock, and for each started job two reads, 1
 * write unit and a StartExecution.
 * @returns the ids of the started jobs
 */
export async function startWaitingJobs(
  company: string,
  dependencies: StartWaitingDependencies,
): Promise<string[]> {
  const queue = await dependencies.readQueue(company);
  if (queue.length === 0) return [];
  const locks = await dependencies.readLocks(company);
  const stale = await staleLocks(company, locks, dependencies);
  const started: string[] = [];
  for (const { jobId } of startable(queue, withoutStale(locks, stale))) {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind !== 'publish') continue;
    // If another call counted the execution, or this call's response was lost, starting the same one again is harmless.
    const executionNumber =
      (await dependencies.countExecution(job)) ?? (await queuedExecutionNumber(company, jobId, dependencies));
    if (executionNumber === undefined) continue;
    await dependencies.startExecution(executionName(jobId, executionNumber), { company, jobId });
    started.push(jobId);
  }
  return started;
}

async function queuedExecutionNumber(
  company: string,
  jobId: string,
  { getJob }: Pick<JobStore, 'getJob'>,
): Promise<number | undefined> {
  const job = await getJob(company, jobId);
  return job?.kind === 'publish' && job.status === 'queued' ? job.executionNumber : undefined;
}

/** Locks whose jobs have ended or no longer exist. Their holders died before freeing them, so any job may take them. */
export async function staleLocks(
  company: string,
  locks: Locks,
  { getJob }: Pick<JobStore, 'getJob'>,
): Promise<Locks> {
  const stale: Record<string, string> = {};
  for (const [server, jobId] of Object.entries(locks)) {
    const holder = await getJob(company, jobId);
    if (!holder || isTerminal(holder.status)) stale[server] = jobId;
  }
  return stale;
}

export function withoutStale(locks: Locks, stale: Locks): Locks {
  return Object.fromEntries(Object.entries(locks).filter(([server]) => !(server in stale)));
}
