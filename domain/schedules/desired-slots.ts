import { hasRunToCome } from './has-run-to-come.ts';
import type { Schedule } from './schedule.ts';
import { schedulerExpressions } from './scheduler-expressions.ts';

/** A schedule of EventBridge Scheduler, as a record wants it. */
export interface DesiredSlot {
  /** `<id>-<n>`, n from 1. */
  readonly name: string;
  /** `cron(…)` or `at(…)`. */
  readonly expression: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly enabled: true;
  /** What start-job is called with; Scheduler puts the time that is due. */
  readonly input: {
    readonly company: string;
    readonly scheduleId: string;
    readonly revision: number;
    readonly due: '<aws.scheduler.scheduled-time>';
  };
  /** It runs once, and goes when it has. */
  readonly deleteWhenDone: boolean;
}

/** The name of one of the schedules that a record has in EventBridge Scheduler: ids are unique across companies. */
export function slotName(scheduleId: string, slot: number): string {
  return `${scheduleId}-${slot}`;
}

/** The id of the schedule whose slot bears a name; undefined for a name that no schedule gives. */
export function scheduleIdOf(name: string): string | undefined {
  return /^([0-9A-HJKMNP-TV-Z]{26})-\d+$/.exec(name)?.[1];
}

/**
 * All that EventBridge Scheduler shall have of a schedule: nothing where it is paused or has no run to come.
 * @param now ISO 8601
 */
export function desiredSlots(schedule: Schedule, now: string): DesiredSlot[] {
  if (!hasRunToCome(schedule, now)) return [];
  const { company, id, rule, timeZone, revision } = schedule;
  return schedulerExpressions(rule).map((expression, index) => ({
    name: slotName(id, index + 1),
    expression,
    timeZone,
    enabled: true,
    input: { company, scheduleId: id, revision, due: '<aws.scheduler.scheduled-time>' },
    deleteWhenDone: rule.repeat === 'once',
  }));
}
