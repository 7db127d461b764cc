/**
 * The lifecycle of a job: `queued` → `running` → (`stopping` →) one of `succeeded`, `completed-with-errors`, `stopped`,
 * `failed` (docs/jobs.md). Every change of a job's status is decided here, or refused with a reason. Stores then write it
 * on condition that the job still has the status that the decision was made for.
 */
import type { FailureCode } from '../failure.ts';
import { isTerminal, type Job, type JobCounts, type JobStatus, type terminalStatuses } from './job.ts';
import { blockerOf, type Locks, type QueuedJob } from './queue.ts';

export type TerminalStatus = (typeof terminalStatuses)[number];

/** What an execution does with the job that it was started for. */
export type BeginDecision =
  | { readonly decision: 'run' }
  /** Wait for another job. When that finishes, a new execution is started for this one. */
  | { readonly decision: 'wait'; readonly for: string }
  /** Another execution has begun or finished the job. */
  | { readonly decision: 'ignore'; readonly because: string };

/**
 * Decides whether an execution may begin a job. Only the execution that was started last may: an earlier one may already
 * be dead, and the job that it began would stay `running` for ever.
 * @param job with the name of the execution that runs it, if any, and of the last one that was started for it
 * @param execution the name of the execution that wants to begin
 */
export function decideBegin(
  job: QueuedJob & {
    readonly status: JobStatus;
    readonly execution?: string | undefined;
    readonly lastExecution: string;
  },
  execution: string,
  queue: readonly QueuedJob[],
  locks: Locks,
): BeginDecision {
  // begin-job may be repeated after it wrote the status. The same execution then continues and finishes the job, also if
  // the job was cancelled meanwhile.
  const isUnderWay = job.status === 'running' || job.status === 'stopping';
  if (isUnderWay && job.execution === execution) return { decision: 'run' };
  if (job.status !== 'queued') return { decision: 'ignore', because: `it is ${job.status} already` };
  if (job.lastExecution !== execution)
    return { decision: 'ignore', because: 'a newer execution was started' };
  const blocker = blockerOf(job, queue, locks);
  return blocker === undefined ? { decision: 'run' } : { decision: 'wait', for: blocker };
}

/** The status after a cancellation, or why it is refused (public text). */
export type CancelDecision =
  | { readonly to: 'stopped' | 'stopping' }
  /** The job is already being cancelled. */
  | { readonly to: 'unchanged' }
  | { readonly refused: FailureCode; readonly because: string };

/** Decides a cancellation. Cancelling twice changes nothing; a finished job cannot be cancelled. */
export function decideCancel(job: Pick<Job, 'status' | 'name'>): CancelDecision {
  switch (job.status) {
    case 'queued':
      return { to: 'stopped' };
    case 'running':
      return { to: 'stopping' };
    case 'stopping':
      return { to: 'unchanged' };
    default:
      return {
        refused: 'job.already-ended',
        because: `The job "${job.name}" cannot be cancelled: it has finished with the status ${job.status}`,
      };
  }
}

/** Minutes that a job has to reach its next safe point before its execution may be ended by force. */
const forceAfterMinutes = 5;

/** What a cancellation by force does. */
export type ForceDecision =
  /** End the execution. */
  | { readonly to: 'ended-by-force' }
  /** Cancel without force: the job is not stopping yet, or is an upload job, which has no execution. */
  | { readonly to: 'cancelled' }
  /** `from`: when force is allowed. ISO 8601, UTC. */
  | { readonly to: 'refused'; readonly from: string };

/** Decides a cancellation by force. It is allowed for a publish job that has been `stopping` for five minutes. */
export function decideForce(
  { kind, status, stopRequested }: Pick<Job, 'kind' | 'status' | 'stopRequested'>,
  now: string,
): ForceDecision {
  if (kind !== 'publish' || status !== 'stopping') return { to: 'cancelled' };
  // Jobs that were cancelled before this time was recorded have none.
  const from = stopRequested === undefined ? 0 : Date.parse(stopRequested) + forceAfterMinutes * 60_000;
  return Date.parse(now) >= from
    ? { to: 'ended-by-force' }
    : { to: 'refused', from: new Date(from).toISOString() };
}

/** The result of a job's work. */
export interface WorkEnd {
  readonly counts: Pick<JobCounts, 'errors' | 'notReached'>;
  /** Public reason, if the execution failed and not single assets. */
  readonly failure?: string | undefined;
}

/** The terminal status of a job, with the public reason of a failure. */
export type FinishDecision =
  | { readonly to: TerminalStatus; readonly reason?: string }
  | { readonly to: 'unchanged' };

/** Decides the terminal status of a job. A job that was asked to stop is `stopped`, also if it had done everything. */
export function decideFinish(job: Pick<Job, 'status'>, { counts, failure }: WorkEnd): FinishDecision {
  if (isTerminal(job.status)) return { to: 'unchanged' };
  if (job.status === 'stopping') return { to: 'stopped' };
  if (failure !== undefined) return { to: 'failed', reason: failure };
  if (job.status === 'queued') return { to: 'unchanged' };
  return { to: counts.errors + counts.notReached > 0 ? 'completed-with-errors' : 'succeeded' };
}

/** Whether workers of the job may continue. */
export function isRunning(status: JobStatus | undefined): boolean {
  return status === 'running';
}
