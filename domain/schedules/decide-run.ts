import { isAtLeast, type Role } from '../companies/role.ts';
import { isTerminal, type Job } from '../jobs/job.ts';
import type { Schedule } from './schedule.ts';

/** Minutes. Runs that start later count as missed and are not caught up (docs/schedules.md). */
const maxStartDelay = 60;

/** A start event of EventBridge Scheduler. */
export interface DueRun {
  /** The scheduled time: ISO 8601, UTC. */
  readonly due: string;
  /** Revision of the schedule for which the slot was made. */
  readonly revision: number;
}

/** What start-job does with a run that is due. */
export type RunDecision =
  | { readonly to: 'start' }
  /** The run was started before. Repeat the start, which does what the first one left undone. */
  | { readonly to: 'start-again' }
  | { readonly to: 'skip'; readonly because: string }
  | { readonly to: 'nothing'; readonly because: string };

/**
 * Decides about a run that is due.
 * @param jobId id of the run's job
 * @param previous the last job of the schedule; undefined if there is none, or if it is no longer kept
 * @param now ISO 8601
 * @returns with reasons that are clauses without a full stop
 */
export function decideRun(
  schedule: Schedule,
  { due, revision }: DueRun,
  jobId: string,
  previous: Pick<Job, 'status'> | undefined,
  now: string,
): RunDecision {
  const { lastRun, skipped } = schedule;
  // Checked first: the start of a schedule's last run makes the schedule inactive.
  if (lastRun?.jobId === jobId) return { to: 'start-again' };
  if (!schedule.active) return { to: 'nothing', because: 'the schedule is not active' };
  if (schedule.revision !== revision) return { to: 'nothing', because: 'the schedule has changed since' };
  if (skipped?.due === due) return { to: 'nothing', because: 'the run was already skipped' };
  if (Date.parse(now) - Date.parse(due) > maxStartDelay * 60_000)
    return { to: 'skip', because: `It was more than ${maxStartDelay} minutes late` };
  if (lastRun && previous && !isTerminal(previous.status))
    return { to: 'skip', because: `Its job ${lastRun.jobId} was still ${previous.status}` };
  return { to: 'start' };
}

/** The current roles of the members whose rights a schedule's jobs need; undefined for former members. */
export interface RunRoles {
  readonly owner: Role | undefined;
  /** Role of the member that the jobs run as, if it is not the owner. */
  readonly runAs: Role | undefined;
}

/** Why a schedule may no longer start jobs: public text. @returns undefined if it may */
export function lostRights(
  { submittedBy, job: { runAs: other, invalidate } }: Pick<Schedule, 'submittedBy' | 'job'>,
  { owner, runAs }: RunRoles,
): string | undefined {
  if (owner === undefined) return `Its owner ${submittedBy} is not a member of the company.`;
  if (!isAtLeast(owner, 'user'))
    return `Its owner ${submittedBy} is a ${owner} and must be a user or an admin.`;
  if (invalidate && owner !== 'admin')
    return `Only admins may let jobs invalidate the CDN, and ${submittedBy} is not an admin.`;
  if (other === undefined || other === submittedBy) return undefined;
  if (owner !== 'admin')
    return `Only admins may let jobs run as another member, and ${submittedBy} is not an admin.`;
  if (runAs === undefined) return `Its jobs run as ${other}, and ${other} is not a member of the company.`;
  if (!isAtLeast(runAs, 'user'))
    return `Its jobs run as ${other}, and ${other} is a ${runAs} and must be a user or an admin.`;
  return undefined;
}
