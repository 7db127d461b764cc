import type { PublishKind } from '../jobs/job.ts';
import type { JobOptions } from '../jobs/new-publish-job.ts';
import type { ScheduleRule } from './schedule-rule.ts';

/** What a schedule's jobs are to do: as of a publish job, but that servers not given are all the company has by then. */
export interface ScheduledJob extends JobOptions {
  readonly publish: PublishKind;
}

/** A job that a schedule started. */
export interface ScheduleRun {
  readonly jobId: string;
  /** The time that was due, or of a run that somebody asked for, when they did: ISO 8601, UTC. */
  readonly due: string;
}

/** A run that was due and did not take place. */
export interface SkippedRun {
  /** ISO 8601, UTC. */
  readonly due: string;
  /** In words to be shown. */
  readonly because: string;
}

/** What makes publish jobs, each at its time. Deleting it leaves its jobs. */
export interface Schedule {
  readonly company: string;
  /** A ULID: sorts by the time of its making. */
  readonly id: string;
  readonly name: string;
  /** Canonical, as checkRule gives it. */
  readonly rule: ScheduleRule;
  /** IANA name: the rule's times are told there. */
  readonly timeZone: string;
  /** Off while it is paused, and once it has no run to come. */
  readonly active: boolean;
  readonly job: ScheduledJob;
  /** Subject of its owner, whose rights its jobs have. */
  readonly submittedBy: string;
  readonly created: string;
  readonly modified: string;
  readonly modifiedBy: string;
  /** Another one after every change that its users see, but not after a run: its ETag. */
  readonly version: number;
  /** Another one after every change of when it runs: starts that bear an earlier one came too late. */
  readonly revision: number;
  /** `pending`: EventBridge Scheduler may not know yet what the record says. */
  readonly sync: 'pending' | 'done';
  /** How many schedules of EventBridge Scheduler it may have: `<id>-1` to `<id>-<slots>`. */
  readonly slots: number;
  /** Of the token in its trigger URL. */
  readonly triggerTokenHash?: string;
  readonly lastRun?: ScheduleRun;
  /** The last run that was due and did not take place. */
  readonly skipped?: SkippedRun;
  /** When it had its last run: none is to come. */
  readonly completed?: string;
  /** Why it was paused by itself, or has no run: to be shown. */
  readonly warning?: string;
}

/** Schedules of a company. */
export const maxSchedules = 500;
