/** What is to be done for a publish job that nothing happens with any more. */
import type { JobStatus } from './job.ts';

/** How a publish job and its last execution stand. */
export interface JobCondition {
  readonly status: JobStatus;
  /** When it last showed a sign of life: submitted, begun, its end being worked on, or ended. ISO 8601, UTC. */
  readonly since: string;
  /** It is queued, and another has to end or start before it. */
  readonly isBlocked: boolean;
  /** Undefined if there is none of that name. */
  readonly execution: { readonly isRunning: boolean; readonly stopped?: string | undefined } | undefined;
}

/**
 * `start`: it needs a new execution. `end`: finish-job has to be told of it, as its execution is dead; or, where it has
 * ended, as who ended it died before telling so.
 */
export type ReconcileAction = 'nothing' | 'start' | 'end';

/**
 * Milliseconds that whoever should do it is given first: a submission is started within one, the event of an execution
 * that broke comes within seconds.
 */
const grace = 60_000;

/** For a job that has not ended, or whose end was not told. */
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
