import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { Executions } from '../../adapters/stepfunctions/executions.ts';
import { executionName, isTerminal, type PublishJob } from '../../domain/jobs/job.ts';
import { freePermits, inWaitingOrder, permitOf } from '../../domain/jobs/permits.ts';
import { type Locks, startable } from '../../domain/jobs/queue.ts';

export type StartWaitingDependencies = Pick<JobStore, 'getJob'> &
  Pick<QueueStore, 'readQueue' | 'readLocks' | 'countExecution'> &
  Pick<PermitStore, 'readPermits' | 'givePermit' | 'readWaiting' | 'addWaiting' | 'removeWaiting'> &
  Executions & {
    /** Publish jobs that run at once in the whole installation. */
    readonly maxRunningJobs: number;
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/** Attempts in a row that other calls were faster. As each of them gives permits too, nothing is lost by ending. */
const maxConflicts = 10;

/**
 * Lets the queued jobs of a company wait for permits if they wait for nothing else, and gives the free permits of the
 * installation to the companies that wait. Called by finish-job and cancelPublishJob when a job has ended or left the
 * queue, or has to wait, and by reconcile-jobs. A job may be started twice; the second execution finds it running and ends.
 *
 * The company is written down before the permits are read, and a job that ends frees its permit before it reads which
 * companies wait: one of the two sees the other.
 *
 * Costs: three queries if no job waits. Otherwise a query and a read for each lock, 1 write unit, and for each started job
 * three reads, two queries, 6 write units and a StartExecution.
 * @returns the ids of the started jobs, of any company
 */
export async function startWaitingJobs(
  company: string,
  dependencies: StartWaitingDependencies,
): Promise<string[]> {
  const ready = await readyJobs(company, dependencies);
  if (ready.length > 0) await dependencies.addWaiting(company, dependencies.now());
  return givePermits(dependencies);
}

/** Gives the free permits to the companies that wait, one after the other, and starts their jobs. */
export async function givePermits(dependencies: StartWaitingDependencies): Promise<string[]> {
  const { readPermits, readWaiting, removeWaiting, maxRunningJobs, now } = dependencies;
  const freeNow = async () => freePermits(await readPermits(), maxRunningJobs);
  const started: string[] = [];
  for (let conflicts = 0; conflicts < maxConflicts && (await freeNow()).length > 0; ) {
    const [next] = inWaitingOrder(await readWaiting());
    if (next === undefined) break;
    const { company } = next;
    const ready = await readyJobs(company, dependencies);
    // After the jobs: if another call gives one of them a permit later than this, givePermit fails.
    const held = await readPermits();
    const [job, ...others] = ready.filter(({ id }) => permitOf(held, company, id) === undefined);
    const [permit] = freePermits(held, maxRunningJobs);
    if (permit === undefined) break;
    if (job === undefined) {
      await removeWaiting(next);
      continue;
    }
    const grant = { permit, at: now(), waitsAgain: others.length > 0 };
    const executionNumber = await dependencies.givePermit(job, next, grant);
    if (executionNumber === undefined) {
      conflicts += 1;
      continue;
    }
    await dependencies.startExecution(executionName(job.id, executionNumber), { company, jobId: job.id });
    started.push(job.id);
  }
  return started;
}

/**
 * Starts a further execution of a queued job that holds a permit. Called by reconcile-jobs for one whose execution was
 * never started or is dead.
 * @returns false if the job is no longer queued
 */
export async function restartJob(
  company: string,
  jobId: string,
  dependencies: Pick<StartWaitingDependencies, 'getJob' | 'countExecution' | 'startExecution'>,
): Promise<boolean> {
  const job = await dependencies.getJob(company, jobId);
  if (job?.kind !== 'publish') return false;
  // If another call counted the execution, or this call's response was lost, starting the same one again is harmless.
  const executionNumber =
    (await dependencies.countExecution(job)) ?? (await queuedExecutionNumber(company, jobId, dependencies));
  if (executionNumber === undefined) return false;
  await dependencies.startExecution(executionName(jobId, executionNumber), { company, jobId });
  return true;
}

async function queuedExecutionNumber(
  company: string,
  jobId: string,
  { getJob }: Pick<JobStore, 'getJob'>,
): Promise<number | undefined> {
  const job = await getJob(company, jobId);
  return job?.kind === 'publish' && job.status === 'queued' ? job.executionNumber : undefined;
}

/** The queued jobs of a company that wait for nothing but a permit, in the order of submission: one for each server at most. */
async function readyJobs(
  company: string,
  dependencies: Pick<StartWaitingDependencies, 'getJob' | 'readQueue' | 'readLocks'>,
): Promise<PublishJob[]> {
  const queue = await dependencies.readQueue(company);
  if (queue.length === 0) return [];
  const locks = await dependencies.readLocks(company);
  const stale = await staleLocks(company, locks, dependencies);
  const jobs: PublishJob[] = [];
  for (const { jobId } of startable(queue, withoutStale(locks, stale))) {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind === 'publish' && job.status === 'queued') jobs.push(job);
  }
  return jobs;
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
