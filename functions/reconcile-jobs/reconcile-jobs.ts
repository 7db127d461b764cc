import type { ActiveJobStore } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { FailedExecutionEvents } from '../../adapters/eventbridge/failed-execution-events.ts';
import type { ExecutionControl, ExecutionState } from '../../adapters/stepfunctions/execution-control.ts';
import {
  type StartWaitingDependencies,
  staleLocks,
  startWaitingJobs,
  withoutStale,
} from '../../application/jobs/start-waiting-jobs.ts';
import { type CloseOverdueDependencies, closeOverdue } from '../../application/uploads/close-overdue.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { executionName, isTerminal, type Job, type PublishJob } from '../../domain/jobs/job.ts';
import { blockerOf } from '../../domain/jobs/queue.ts';
import { type JobCondition, reconcileActionFor } from '../../domain/jobs/reconcile-action.ts';

export type ReconcileDependencies = ActiveJobStore &
  Pick<JobStore, 'freeLocks'> &
  StartWaitingDependencies &
  CloseOverdueDependencies &
  Pick<ExecutionControl, 'describeExecution'> &
  FailedExecutionEvents & {
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
    readonly log: {
      warn(message: string, facts: Record<string, unknown>): void;
      error(message: string, facts: Record<string, unknown>): void;
    };
  };

/** What a run found, and what it mended: all but `looked` are 0 where nothing is ever lost. */
export interface ReconcileReport {
  /** Jobs that have not ended. */
  readonly looked: number;
  /** Companies in which jobs that waited for nothing were started. */
  readonly started: number;
  /** Jobs whose executions were dead, of which finish-job was told. */
  readonly ended: number;
  /** Jobs that had ended, of whose end nobody may have been told: now it is. */
  readonly notified: number;
  /** Locks that had outlived their jobs. */
  readonly freed: number;
  /** Uploads whose files never came. */
  readonly closed: number;
  /** What could not be looked at or mended; the next run tries again. */
  readonly failed: number;
}

/** Each is a read and a DescribeExecution, of which AWS takes 15 a second for long: 4 at a time are not much faster. */
const atATime = 4;

/** Milliseconds. What is left then is looked at five minutes later. */
const reserve = 10_000;

/**
 * "Reconcile Jobs", every five minutes: mends what an event should have, had it not been lost, and a process, had it
 * not died. Nothing here is needed while all goes well; with it no job stays as it is for ever.
 *
 * A queued job that waits for nothing gets a new execution; a running one whose execution is dead is ended by finish-job,
 * which is told anew; so it is of one that has ended, but of whose end nobody may have been told; locks of ended jobs are
 * freed; an upload whose files never came is closed. Of one job that cannot be looked at the others know nothing: it is
 * an error line of the log, and the function succeeds.
 *
 * Calls: a query of the index, for each active job a read unit and for each publish job a DescribeExecution, for each
 * company with such jobs two queries. With nothing active some $0.02 a month.
 */
export async function reconcileJobs(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const report = { looked: 0, started: 0, ended: 0, notified: 0, freed: 0, closed: 0, failed: 0 };
  const byCompany = new Map<string, string[]>();
  for await (const { company, jobId } of dependencies.listActive()) {
    byCompany.set(company, [...(byCompany.get(company) ?? []), jobId]);
  }
  await inParallel([...byCompany], atATime, async ([company, jobIds]) => {
    const toStart: string[] = [];
    for (const jobId of jobIds) {
      if (dependencies.timeLeft() < reserve) return;
      await attempt({ company, jobId }, () => lookAt(company, jobId, toStart));
    }
    await attempt({ company }, () => freeStale(company));
    if (toStart.length > 0) await attempt({ company }, () => start(company, toStart));
  });
  return report;

  async function attempt(facts: Record<string, unknown>, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      report.failed += 1;
      dependencies.log.error('Could not be reconciled', { ...facts, error });
    }
  }

  async function lookAt(company: string, jobId: string, toStart: string[]): Promise<void> {
    const job = await dependencies.getJob(company, jobId);
    if (!job) return;
    if (isTerminal(job.status)) return notifyEnd(job);
    report.looked += 1;
    if (job.kind === 'upload') {
      if ((await closeOverdue(job, dependencies)) === job) return;
      report.closed += 1;
      logReconciled('An upload whose files never came was closed', { company, jobId });
      return;
    }
    const name = job.execution ?? executionName(jobId, job.executionNumber);
    const execution = await dependencies.describeExecution(name);
    switch (reconcileActionFor(await conditionOf(job, execution), dependencies.now())) {
      case 'nothing':
        return;
      case 'start':
        toStart.push(jobId);
        return;
      case 'end':
        await dependencies.emitExecutionFailed(name, { company, jobId }, execution);
        report.ended += 1;
        logReconciled('A job whose execution is dead is ended', { company, jobId, execution: name });
    }
  }

  /** What has ended a moment ago is being told, or has been: the index is a little behind. */
  async function notifyEnd(job: Job): Promise<void> {
    const { company, id, status } = job;
    const now = dependencies.now();
    const since = job.ended ?? job.submitted;
    if (reconcileActionFor({ status, since, isBlocked: false, execution: undefined }, now) === 'nothing')
      return;
    if (job.kind === 'upload') await dependencies.endIfComplete(company, id, now);
    else {
      const name = job.execution ?? executionName(id, job.executionNumber);
      const execution = await dependencies.describeExecution(name);
      if (execution && isRunning(execution)) return;
      await dependencies.emitExecutionFailed(name, { company, jobId: id }, execution);
    }
    report.notified += 1;
    logReconciled('The end of a job is told anew', { company, jobId: id });
  }

  async function conditionOf(job: PublishJob, execution: ExecutionState | undefined): Promise<JobCondition> {
    const { status, submitted, started, closing } = job;
    return {
      status,
      since: closing?.at ?? started ?? submitted,
      isBlocked: status === 'queued' && (await isBlocked(job)),
      execution: execution && { isRunning: isRunning(execution), stopped: execution.stopped },
    };
  }

  async function isBlocked({ company, id, servers: wanted }: PublishJob): Promise<boolean> {
    const [queue, locks] = await Promise.all([
      dependencies.readQueue(company),
      dependencies.readLocks(company),
    ]);
    const held = withoutStale(locks, await staleLocks(company, locks, dependencies));
    return blockerOf({ jobId: id, servers: wanted }, queue, held) !== undefined;
  }

  async function freeStale(company: string): Promise<void> {
    const stale = await staleLocks(company, await dependencies.readLocks(company), dependencies);
    for (const server of servers) {
      const jobId = stale[server];
      if (jobId !== undefined) await free(company, jobId, server);
    }
  }

  async function free(company: string, jobId: string, server: Server): Promise<void> {
    await dependencies.freeLocks(company, jobId, [server]);
    report.freed += 1;
    logReconciled('A lock that had outlived its job was freed', { company, jobId, server });
  }

  async function start(company: string, jobIds: readonly string[]): Promise<void> {
    const started = await startWaitingJobs(company, dependencies);
    report.started += 1;
    logReconciled('Jobs that waited for nothing were started', { company, jobIds, started });
  }

  /** A warning each, which operators can count: `filter message like /mended/`. */
  function logReconciled(what: string, facts: Record<string, unknown>): void {
    dependencies.log.warn(`${what} (mended)`, facts);
  }
}

function isRunning({ status }: ExecutionState): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}
