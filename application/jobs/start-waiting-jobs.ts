import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { Executions } from '../../adapters/stepfunctions/executions.ts';
import { executionName, isTerminal } from '../../domain/jobs/job.ts';
import { type Locks, startable } from '../../domain/jobs/queue.ts';

export type StartWaitingDependencies = Pick<
  JobStore,
  'readQueue' | 'readLocks' | 'getJob' | 'countExecution'
> &
  Executions;

/**
 * Starts every job of a company that waits and could run: called when a job has ended or left the queue. A job may be
 * started twice by that; the second execution finds it running and ends.
 * @returns the ids of the jobs
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
    // Where somebody else has counted, or this call has and could not tell, starting the same one again does no harm.
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

/** Locks whose jobs have ended or are gone: whoever held them died before freeing them, and anybody may take them. */
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
