import type { ActiveJobStore } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { FailedExecutionEvents } from '../../adapters/eventbridge/failed-execution-events.ts';
import type { ExecutionControl } from '../../adapters/stepfunctions/execution-control.ts';
import {
  givePermits,
  restartJob,
  type StartWaitingDependencies,
  staleLocks,
  startWaitingJobs,
  withoutStale,
} from '../../application/jobs/start-waiting-jobs.ts';
import { type CloseOverdueDependencies, closeOverdue } from '../../application/uploads/close-overdue.ts';
import { endUpload } from '../../application/uploads/end-upload.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';
import { executionName, isTerminal, type Job, type PublishJob } from '../../domain/jobs/job.ts';
import { permitOf } from '../../domain/jobs/permits.ts';
import { blockerOf } from '../../domain/jobs/queue.ts';
import { type JobCondition, reconcileActionFor } from '../../domain/jobs/reconcile-action.ts';

export type ReconcileDependencies = ActiveJobStore &
  Pick<QueueStore, 'freeLocks'> &
  Pick<PermitStore, 'freePermit'> &
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

/** Counts of a run. All except `looked` are 0 as long as no event and no process is lost. */
export interface ReconcileReport {
  /** Jobs that have not ended and were checked. */
  readonly looked: number;
  /** Queued jobs and companies that were started because nothing blocked them, or given permits that were free. */
  readonly started: number;
  /** Jobs whose executions were dead, for which finish-job is called by an event. */
  readonly ended: number;
  /** Jobs that had ended, perhaps without their notification. */
  readonly notified: number;
  /** Locks and permits of ended jobs that were freed. */
  readonly freed: number;
  /** Uploads that were closed because their files never arrived. */
  readonly closed: number;
  /** Jobs and companies that could not be reconciled; the next run tries again. */
  readonly failed: number;
}

/** Companies that are processed in parallel. AWS allows 15 DescribeExecution a second, so more would not be faster. */
const atATime = 4;

/** Milliseconds. The next run, five minutes later, checks the jobs that are left. */
const reserve = 10_000;

/**
 * "Reconcile Jobs", every five minutes: repairs jobs after a lost event or a dead process, so that no job is stuck for ever.
 *   - A queued job that nothing blocks gets a new execution.
 *   - A job whose execution is dead gets a new failure event, and finish-job ends it.
 *   - A job that has ended, perhaps without its notification, gets the same event; an upload is notified directly.
 *   - Locks and permits of ended jobs are freed, and free permits are given to the companies that wait.
 *   - An upload whose files never arrived is closed.
 * A job that cannot be reconciled is an error in the log and does not affect the others; the function succeeds.
 *
 * Costs: a query of the index, one of the permits, one of the companies that wait; for each permit 1 read unit; for each active job 1 read unit, for each publish job a DescribeExecution, for each company
 * with active jobs two queries. Without active jobs about $0.02 a month.
 */
export async function reconcileJobs(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const report = { looked: 0, started: 0, ended: 0, notified: 0, freed: 0, closed: 0, failed: 0 };
  await isolated({}, freeStalePermits);
  await isolated({}, async () => {
    const given = await givePermits(dependencies);
    report.started += given.length;
    if (given.length > 0) logRepair('Gave free permits to jobs that waited for one', { started: given });
  });
  const [held, waiting] = [await dependencies.readPermits(), await dependencies.readWaiting()];
  const waits = new Set(waiting.map(({ company }) => company));
  const byCompany = new Map<string, string[]>();
  for await (const { company, jobId } of dependencies.listActive()) {
    byCompany.set(company, [...(byCompany.get(company) ?? []), jobId]);
  }
  await inParallel([...byCompany], atATime, async ([company, jobIds]) => {
    const toStart: string[] = [];
    for (const jobId of jobIds) {
      if (dependencies.timeLeft() < reserve) return;
      await isolated({ company, jobId }, () => reconcileJob(company, jobId, toStart));
    }
    await isolated({ company }, () => freeStale(company));
    if (toStart.length > 0) await isolated({ company }, () => start(company, toStart));
  });
  return report;

  /** Logs and counts an error, so that it does not affect other jobs. */
  async function isolated(facts: Record<string, unknown>, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      report.failed += 1;
      dependencies.log.error('Could not be reconciled', { ...facts, error });
    }
  }

  async function reconcileJob(company: string, jobId: string, toStart: string[]): Promise<void> {
    const job = await dependencies.getJob(company, jobId);
    if (!job) return;
    if (isTerminal(job.status)) return notifyEnd(job);
    report.looked += 1;
    if (job.kind === 'upload') {
      if ((await closeOverdue(job, dependencies)) === job) return;
      report.closed += 1;
      logRepair('Closed an upload whose files never arrived', { company, jobId });
      return;
    }
    const name = job.execution ?? executionName(jobId, job.executionNumber);
    const execution = await dependencies.describeExecution(name);
    switch (reconcileActionFor(await conditionOf(job, execution), dependencies.now())) {
      case 'nothing':
        return;
      case 'start':
        if (permitOf(held, company, jobId) === undefined) toStart.push(jobId);
        else await restart(company, jobId);
        return;
      case 'end':
        await dependencies.emitExecutionFailed(name, { company, jobId }, execution);
        report.ended += 1;
        logRepair('Called finish-job for a job whose execution is dead', { company, jobId, execution: name });
    }
  }

  /** Skips a job that ended a moment ago: its notification is under way, or the index is a little behind. */
  async function notifyEnd(job: Job): Promise<void> {
    const { company, id, status } = job;
    const now = dependencies.now();
    const since = job.ended ?? job.submitted;
    if (reconcileActionFor({ status, since, isBlocked: false, execution: undefined }, now) === 'nothing')
      return;
    if (job.kind === 'upload') await endUpload(company, id, now, dependencies);
    else {
      const name = job.execution ?? executionName(id, job.executionNumber);
      const execution = await dependencies.describeExecution(name);
      if (execution && isRunning(execution)) return;
      await dependencies.emitExecutionFailed(name, { company, jobId: id }, execution);
    }
    report.notified += 1;
    logRepair('Notified the end of a job again', { company, jobId: id });
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
    const current = withoutStale(locks, await staleLocks(company, locks, dependencies));
    if (blockerOf({ jobId: id, servers: wanted }, queue, current) !== undefined) return true;
    return permitOf(held, company, id) === undefined && waits.has(company);
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

  async function restart(company: string, jobId: string): Promise<void> {
    if (!(await restartJob(company, jobId, dependencies))) return;
    report.started += 1;
    logRepair('Started a queued job that holds a permit', { company, jobId });
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
    logRepair('Freed a lock of a job that has ended', { company, jobId, server });
  }

  async function start(company: string, jobIds: readonly string[]): Promise<void> {
    const started = await startWaitingJobs(company, dependencies);
    report.started += 1;
    logRepair('Started queued jobs that nothing blocked', { company, jobIds, started });
  }

  /** A warning for each repair. Operators count them with `filter message like /repaired/`. */
  function logRepair(what: string, facts: Record<string, unknown>): void {
    dependencies.log.warn(`${what} (repaired)`, facts);
  }
}

function isRunning({ status }: ExecutionState): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}
