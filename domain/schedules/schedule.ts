import { Failure } from '../failure.ts';
import { ifMatchHolds } from '../if-match.ts';
import type { PublishKind, UploadOptions } from '../jobs/job.ts';
import type { JobOptions } from '../jobs/new-publish-job.ts';
import type { UploadSource } from '../uploads/upload-source.ts';
import type { ScheduleRule } from './schedule-rule.ts';

/** The options of a schedule's publish jobs. Without `servers`, each publishes to all servers enabled when it starts. */
export interface ScheduledPublish extends JobOptions {
  readonly publish: PublishKind;
  readonly from?: never;
}

/** The options of a schedule's upload jobs. They run as the owner of the schedule. */
export interface ScheduledUpload extends UploadOptions {
  readonly from: UploadSource;
  readonly runAs?: never;
  readonly invalidate?: never;
}

export type ScheduledJob = ScheduledPublish | ScheduledUpload;

export const scheduleKinds = ['publish', 'upload'] as const;

/** The kind of a schedule's jobs. */
export function kindOfSchedule({ job }: Pick<Schedule, 'job'>): (typeof scheduleKinds)[number] {
  return job.from === undefined ? 'publish' : 'upload';
}

/** A job that a schedule started. */
export interface ScheduleRun {
  readonly jobId: string;
  /** The scheduled time, or for a run that a member started by hand, the time of that call: ISO 8601, UTC. */
  readonly due: string;
}

/** A scheduled run that did not take place. */
export interface SkippedRun {
  /** ISO 8601, UTC. */
  readonly due: string;
  /** A text for the member. */
  readonly because: string;
}

/** A rule that makes publish jobs or upload jobs. Deleting a schedule keeps its jobs. */
export interface Schedule {
  readonly company: string;
  /** A ULID: sorts by creation time. */
  readonly id: string;
  readonly name: string;
  /** Canonical, as checkRule returns it. */
  readonly rule: ScheduleRule;
  /** IANA name of the zone of the rule's times. */
  readonly timeZone: string;
  /** False while the schedule is paused, and once it has no future run. */
  readonly active: boolean;
  readonly job: ScheduledJob;
  /** Subject of the owner, whose rights its jobs have. */
  readonly submittedBy: string;
  readonly created: string;
  readonly modified: string;
  readonly modifiedBy: string;
  /** Changes with every edit that members see, but not with a run. The ETag is made from it. */
  readonly version: number;
  /** Changes with every edit of the run times. Starts with an earlier revision are ignored. */
  readonly revision: number;
  /** `pending`: the slots in EventBridge Scheduler may differ from this record. */
  readonly sync: 'pending' | 'done';
  /** Number of slots that may exist in EventBridge Scheduler: `<id>-1` to `<id>-<slots>`. */
  readonly slots: number;
  /** Hash of the token in the trigger URL. */
  readonly triggerTokenHash?: string;
  readonly lastRun?: ScheduleRun;
  /** The last scheduled run that did not take place. */
  readonly skipped?: SkippedRun;
  /** Runs before `skipped` that did not take place, newest first. */
  readonly earlierSkipped?: readonly SkippedRun[];
  /** When the schedule had its last run: ISO 8601, UTC. There is no future run. */
  readonly completed?: string;
  /** Why the system paused the schedule, or why it has no run: a text for the member. */
  readonly warning?: string;
}

/** Runs that `earlierSkipped` keeps: with `skipped` about a kilobyte of the record. */
const maxEarlierSkipped = 9;

/** What the record of a schedule has about skipped runs after one more. */
export function afterSkipping(
  { skipped: before, earlierSkipped = [] }: Pick<Schedule, 'skipped' | 'earlierSkipped'>,
  skipped: SkippedRun,
): Pick<Schedule, 'skipped' | 'earlierSkipped'> {
  if (!before) return { skipped };
  return { skipped, earlierSkipped: [before, ...earlierSkipped].slice(0, maxEarlierSkipped) };
}

/** Number of schedules that a company can have. */
export const maxSchedules = 500;

/** The ETag of a schedule. It changes with every edit, but not with a run. */
export function scheduleTag({ version }: Pick<Schedule, 'version'>): string {
  return `"${version}"`;
}

/**
 * Checks that a caller has seen the current state of the schedule.
 * @param ifMatch the `If-Match` header: one or several entity tags, or `*`; without it nothing is checked
 * @throws Failure `schedule.stale` with the current tag as the fact `etag`
 */
export function checkScheduleTag(
  schedule: Pick<Schedule, 'id' | 'version' | 'modified'>,
  ifMatch: string | undefined,
): void {
  const current = scheduleTag(schedule);
  if (ifMatchHolds(ifMatch, current)) return;
  throw new Failure(
    'schedule.stale',
    `The schedule ${schedule.id} was changed at ${schedule.modified}: its ETag is now ${current}, not ${ifMatch}. Read it again and repeat the change`,
    { facts: { etag: current } },
  );
}
