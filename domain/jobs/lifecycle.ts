/**
 * A job's life: `queued` → `running` → (`stopping` →) one of `succeeded`, `completed-with-errors`, `stopped`,
 * `failed` (DOMAIN.md, "Publish jobs"). Every change of a job's status is decided here, and refused here with a
 * reason; records then bind the change to the status it was decided for.
 */
import type { FailureCode } from '../failure.ts';
import { isTerminal, type Job, type JobCounts, type JobStatus, type terminalStatuses } from './job.ts';
import { blockerOf, type Locks, type QueuedJob } from './queue.ts';

export type TerminalStatus = (typeof terminalStatuses)[number];

/** What an execution that wants to begin a job has to do. */
export type BeginDecision =
  | { readonly decision: 'run' }
  /** Another job is before it; when that ends, a new execution is started for this one. */
  | { readonly decision: 'wait'; readonly for: string }
  /** Somebody else has begun or ended it. */
  | { readonly decision: 'ignore'; readonly because: string };

/**
 * Only the execution that was started last may begin a job: one that was started before may be dead already, and what
 * it set running would run for ever.
 * @param job with the name of the execution that runs it, where one does, and of the last one that was started for it
 * @param execution the one that asks
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
  // The call that began it may have died before it could say so: the same execution goes on, even if the job was
  // cancelled since, and brings it to its end.
  const isUnderWay = job.status === 'running' || job.status === 'stopping';
  if (isUnderWay && job.execution === execution) return { decision: 'run' };
  if (job.status !== 'queued') return { decision: 'ignore', because: `it is ${job.status} already` };
  if (job.lastExecution !== execution) return { decision: 'ignore', because: 'it was started anew' };
  const blocker = blockerOf(job, queue, locks);
  return blocker === undefined ? { decision: 'run' } : { decision: 'wait', for: blocker };
}

export type CancelDecision =
  | { readonly to: 'stopped' | 'stopping' }
  /** Somebody cancelled it before: nothing more is to be done. */
  | { readonly to: 'unchanged' }
  | { readonly refused: FailureCode; readonly because: string };

/** Cancelling twice changes nothing; what has ended cannot be cancelled. */
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
        because: `The job "${job.name}" has ended: it is ${job.status}`,
      };
  }
}

/** Minutes that a job is given to come to its next safe point, before its execution may be ended by force. */
const forceAfterMinutes = 5;

export type ForceDecision =
  /** Its execution is to be ended. */
  | { readonly to: 'ended-by-force' }
  /** It is not stopping yet, or not a job that has an execution: it is cancelled as without force. */
  | { readonly to: 'cancelled' }
  /** @param from when it may be: ISO 8601, UTC */
  | { readonly to: 'refused'; readonly from: string };

/** Whether a job may be cancelled by force: a publish job that has been stopping for five minutes. */
export function decideForce(
  { kind, status, stopRequested }: Pick<Job, 'kind' | 'status' | 'stopRequested'>,
  now: string,
): ForceDecision {
  if (kind !== 'publish' || status !== 'stopping') return { to: 'cancelled' };
  // Without a time it was asked before times were kept.
  const from = stopRequested === undefined ? 0 : Date.parse(stopRequested) + forceAfterMinutes * 60_000;
  return Date.parse(now) >= from
    ? { to: 'ended-by-force' }
    : { to: 'refused', from: new Date(from).toISOString() };
}

/** How the work of a job came to its end. */
export interface WorkEnd {
  readonly counts: Pick<JobCounts, 'errors' | 'notReached'>;
  /** The reason, in words, where the machinery failed rather than single assets. */
  readonly failure?: string | undefined;
}

export type FinishDecision =
  | { readonly to: TerminalStatus; readonly reason?: string }
  | { readonly to: 'unchanged' };

/** Terminal states are final. A job that was asked to stop is `stopped`, also when it had done all by then. */
export function decideFinish(job: Pick<Job, 'status'>, { counts, failure }: WorkEnd): FinishDecision {
  if (isTerminal(job.status)) return { to: 'unchanged' };
  if (job.status === 'stopping') return { to: 'stopped' };
  if (failure !== undefined) return { to: 'failed', reason: failure };
  if (job.status === 'queued') return { to: 'unchanged' };
  return { to: counts.errors + counts.notReached > 0 ? 'completed-with-errors' : 'succeeded' };
}

/** Whether the work of a job goes on. */
export function isRunning(status: JobStatus | undefined): boolean {
  return status === 'running';
}
