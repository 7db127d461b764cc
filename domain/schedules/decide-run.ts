import { isAtLeast, type Role } from '../companies/role.ts';
import { isTerminal, type Job } from '../jobs/job.ts';
import type { Schedule } from './schedule.ts';

/** Minutes. A start that comes later is a run that was missed: it is not caught up (DOMAIN.md, "Schedules"). */
const latestStart = 60;

/** What EventBridge Scheduler says when a schedule is due. */
export interface DueRun {
  /** ISO 8601, UTC. */
  readonly due: string;
  /** Of the schedule, as it was when Scheduler was told of it. */
  readonly revision: number;
}

export type RunDecision =
  | { readonly to: 'start' }
  /** It was started before: what that first time left undone is done again. */
  | { readonly to: 'start-again' }
  | { readonly to: 'skip'; readonly because: string }
  | { readonly to: 'nothing'; readonly because: string };

/**
 * What becomes of a run that is due.
 * @param jobId that the run's job has
 * @param previous the job that the schedule started last
 * @param now ISO 8601
 */
export function decideRun(
  schedule: Schedule,
  { due, revision }: DueRun,
  jobId: string,
  previous: Pick<Job, 'status'> | undefined,
  now: string,
): RunDecision {
  const { lastRun, skipped } = schedule;
  // Before the others: the last run of a schedule has set it to rest itself.
  if (lastRun?.jobId === jobId) return { to: 'start-again' };
  if (!schedule.active) return { to: 'nothing', because: 'it is not active' };
  if (schedule.revision !== revision) return { to: 'nothing', because: 'it was changed since' };
  if (skipped?.due === due) return { to: 'nothing', because: 'this run was skipped' };
  if (Date.parse(now) - Date.parse(due) > latestStart * 60_000)
    return { to: 'skip', because: `It came more than ${latestStart} minutes late` };
  if (lastRun && previous && !isTerminal(previous.status))
    return { to: 'skip', because: `Its job ${lastRun.jobId} was still ${previous.status}` };
  return { to: 'start' };
}

/** The roles, now, of those in whose name a schedule's jobs run; undefined for who is no member any more. */
export interface RunRoles {
  readonly owner: Role | undefined;
  /** Of the one that the job runs as, where that is another. */
  readonly runAs: Role | undefined;
}

/** Why a schedule may not start jobs any more, to be shown. Undefined if it may. */
export function lostRights(
  { submittedBy, job: { runAs: other, invalidate } }: Pick<Schedule, 'submittedBy' | 'job'>,
  { owner, runAs }: RunRoles,
): string | undefined {
  if (owner === undefined) return `Its owner ${submittedBy} is not a member of the company any more.`;
  if (!isAtLeast(owner, 'user')) return `Its owner ${submittedBy} is a ${owner} now.`;
  if (invalidate && owner !== 'admin')
    return `Only admins have jobs flush the CDN, and ${submittedBy} is none.`;
  if (other === undefined || other === submittedBy) return undefined;
  if (owner !== 'admin') return `Only admins name who a job runs as, and ${submittedBy} is none.`;
  if (runAs === undefined) return `${other}, whom its jobs run as, is not a member of the company any more.`;
  if (!isAtLeast(runAs, 'user')) return `${other}, whom its jobs run as, is a ${runAs} now.`;
  return undefined;
}
