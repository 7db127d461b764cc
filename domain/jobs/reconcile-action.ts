/** How reconcile-jobs repairs publish jobs whose execution is missing or dead. */
import type { JobStatus } from './job.ts';

/** The state of a publish job and its last execution. */
export interface JobCondition {
  readonly status: JobStatus;
  /** When the job last made progress: submitted, begun, in finish-job, or finished. ISO 8601, UTC. */
  readonly since: string;
  /** The job is queued, and another one has to finish or start before it. */
  readonly isBlocked: boolean;
  /** Undefined if there is no execution of that name. */
  readonly execution: { readonly isRunning: boolean; readonly stopped?: string | undefined } | undefined;
}

/**
 * `start`: start a new execution. `end`: call finish-job, because the execution is dead, or because the job has finished
 * and finish-job died before it had sent the notification.
 */
export type ReconcileAction = 'nothing' | 'start' | 'end';

/**
 * Milliseconds before a job is repaired: submissions are started within one second, and the event of a failed execution
 * arrives within seconds.
 */
const grace = 60_000;

/**
 * The repair of a job that has not finished, or whose end was not processed.
 * @param now ISO 8601
 */
export function reconcileActionFor(
  { status, since, isBlocked, execution }: JobCondition,
  now: string,
): ReconcileAction {
  if (execution?.isRunning) return 'nothing';
  const last = Math.max(Date.parse(since), Date.parse(execution?.stopped ?? since));
  if (Date.parse(now) - last < grace) return 'nothing';
  if (status !== 'queued') return 'end';
  return isBlocked ? 'nothing' : 'start';
}
