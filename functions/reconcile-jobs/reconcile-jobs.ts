import type { ProgressStore } from '../../adapters/dynamodb/companies/progress-store.ts';
import type { ActiveJobStore } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { FailedExecutionEvents } from '../../adapters/eventbridge/failed-execution-events.ts';
import type { FetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import type { ExecutionControl } from '../../adapters/stepfunctions/execution-control.ts';
import {
  restartJob,
  type StartWaitingDependencies,
  staleLocks,
  startWaitingJobs,
  withoutStale,
} from '../../application/jobs/start-waiting-jobs.ts';
import { type CloseOverdueDependencies, closeOverdue } from '../../application/uploads/close-overdue.ts';
import { endUpload } from '../../application/uploads/end-upload.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';
import {
  type ActionJob,
  executionName,
  isTerminal,
  type Job,
  type PublishJob,
  type UploadJob,
} from '../../domain/jobs/job.ts';
import { permitOf } from '../../domain/jobs/permits.ts';
import { blockerOf } from '../../domain/jobs/queue.ts';
import { type JobCondition, reconcileActionFor } from '../../domain/jobs/reconcile-action.ts';
import { isListed } from '../../domain/uploads/upload-end.ts';

export type ReconcileDependencies = Pick<ActiveJobStore, 'listActiveJobs'> &
  FetchQueue &
  ProgressStore &
  Pick<QueueStore, 'freeLocks'> &
  StartWaitingDependencies &
  CloseOverdueDependencies &
  Pick<ExecutionControl, 'describeExecution'> &
  FailedExecutionEvents & {
    /** Has run-action work on a job. */
    readonly requestAction: (job: { readonly company: string; readonly jobId: string }) => Promise<void>;
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
  /** Jobs that could not be reconciled; the next round tries again. */
  readonly failed: number;
}

/** Milliseconds. The next call, five minutes after this one, checks the jobs that are left. */
const reserve = 10_000;

/** Milliseconds after which an upload whose source was not listed is listed again. fetch-files takes up to 15 minutes. */
const listPatience = 20 * 60_000;

/** Milliseconds without progress after which an action job is put into its queue again. */
const actionPatience = 20 * 60_000;

/**
 * "Reconcile Jobs", for one company: repairs jobs after a lost event or a dead process, so that no job is stuck for ever.
 *   - A queued job that nothing blocks gets a new execution.
 *   - A job whose execution is dead gets a new failure event, and finish-job ends it.
 *   - A job that has ended, perhaps without its notification, gets the same event; an upload is notified directly.
 *   - Locks of ended jobs are freed. Permits: see reconcilePermits.
 *   - An upload whose files never arrived is closed.
 *   - An action job without progress is put into the queue of run-action again.
 * A job that cannot be reconciled is an error in the log and does not affect the others; the function succeeds. When its time
 * is up, it records where it stopped, and the next call for this company goes on there.
 *
 * Costs: a query of the index, one of the permits, one of the companies that wait; for each active job 1 read unit, for each
 * publish job a DescribeExecution; two queries and two writes for the company.
 */
export async function reconcileJobs(
  company: string,
  dependencies: ReconcileDependencies,
): Promise<ReconcileReport> {
  const report = { looked: 0, started: 0, ended: 0, notified: 0, freed: 0, closed: 0, failed: 0 };
  const begun = await dependencies.readProgress(company);
  const [held, waiting] = [await dependencies.readPermits(), await dependencies.readWaiting()];
  const waits = new Set(waiting.map((one) => one.company));
  const toStart: string[] = [];
  let last = begun?.after === undefined ? undefined : String(begun.after);
  let isWhole = true;
  for await (const jobId of dependencies.listActiveJobs(company, last)) {
    if (dependencies.timeLeft() < reserve) {
      isWhole = false;
      break;
    }
    await isolated({ company, jobId }, () => reconcileJob(jobId));
    last = jobId;
  }
  await isolated({ company }, freeStale);
  if (toStart.length > 0) await isolated({ company }, start);
  if (!isWhole && last !== undefined) await dependencies.writeProgress(company, { after: last });
  else if (begun) await dependencies.deleteProgress(company);
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

  async function reconcileJob(jobId: string): Promise<void> {
    const job = await dependencies.getJob(company, jobId);
    if (!job) return;
    if (isTerminal(job.status)) return notifyEnd(job);
    report.looked += 1;
    if (job.kind === 'upload') {
      if ((await closeOverdue(job, dependencies)) === job) return requestList(job);
      report.closed += 1;
      logRepair('Closed an upload whose files never arrived', { company, jobId });
      return;
    }
    if (job.kind === 'action') return requestAction(job);
    const name = job.execution ?? executionName(jobId, job.executionNumber);
    const execution = await dependencies.describeExecution(name);
    switch (reconcileActionFor(await conditionOf(job, execution), dependencies.now())) {
      case 'nothing':
        return;
      case 'start':
        if (permitOf(held, company, jobId) === undefined) toStart.push(jobId);
        else await restart(jobId);
        return;
      case 'end':
        await dependencies.emitExecutionFailed(name, { company, jobId }, execution);
        report.ended += 1;
        logRepair('Called finish-job for a job whose execution is dead', { company, jobId, execution: name });
    }
  }

  /** A message that was never sent leaves an upload without files. One that is still worked on does no harm twice. */
  async function requestList({ id, submitted, ...job }: UploadJob): Promise<void> {
    if (isListed(job) || Date.parse(dependencies.now()) - Date.parse(submitted) < listPatience) return;
    await dependencies.requestFetch({ kind: 'list', company, jobId: id });
    logRepair('Requested the list of an upload again', { company, jobId: id });
  }

  /** Its message was lost, or became a dead letter. One that another call works on is left to that call. */
  async function requestAction({ id, progressAt }: ActionJob): Promise<void> {
    if (Date.parse(dependencies.now()) - Date.parse(progressAt) < actionPatience) return;
    await dependencies.requestAction({ company, jobId: id });
    report.started += 1;
    logRepair('Put an action job into its queue again', { company, jobId: id });
  }

  /** Skips a job that ended a moment ago: its notification is under way, or the index is a little behind. */
  async function notifyEnd(job: Job): Promise<void> {
    const { id, status } = job;
    const now = dependencies.now();
    const since = job.ended ?? job.submitted;
    if (reconcileActionFor({ status, since, isBlocked: false, execution: undefined }, now) === 'nothing')
      return;
    if (job.kind === 'upload') await endUpload(company, id, now, dependencies);
    else if (job.kind === 'action') await dependencies.requestAction({ company, jobId: id });
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

  async function isBlocked({ id, servers: wanted }: PublishJob): Promise<boolean> {
    const [queue, locks] = await Promise.all([
      dependencies.readQueue(company),
      dependencies.readLocks(company),
    ]);
    const current = withoutStale(locks, await staleLocks(company, locks, dependencies));
    if (blockerOf({ jobId: id, servers: wanted }, queue, current) !== undefined) return true;
    return permitOf(held, company, id) === undefined && waits.has(company);
  }

  async function restart(jobId: string): Promise<void> {
    if (!(await restartJob(company, jobId, dependencies))) return;
    report.started += 1;
    logRepair('Started a queued job that holds a permit', { company, jobId });
  }

  async function freeStale(): Promise<void> {
    const stale = await staleLocks(company, await dependencies.readLocks(company), dependencies);
    for (const server of servers) {
      const jobId = stale[server];
      if (jobId !== undefined) await free(jobId, server);
    }
  }

  async function free(jobId: string, server: Server): Promise<void> {
    await dependencies.freeLocks(company, jobId, [server]);
    report.freed += 1;
    logRepair('Freed a lock of a job that has ended', { company, jobId, server });
  }

  async function start(): Promise<void> {
    const started = await startWaitingJobs(company, dependencies);
    report.started += 1;
    logRepair('Started queued jobs that nothing blocked', { company, jobIds: toStart, started });
  }

  /** A warning for each repair. Operators count them with `filter message like /repaired/`. */
  function logRepair(what: string, facts: Record<string, unknown>): void {
    dependencies.log.warn(`${what} (repaired)`, facts);
  }
}

function isRunning({ status }: ExecutionState): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}
