import { hourlyInUtc } from './hourly-in-utc.ts';
import { hasFutureRun } from './next-runs.ts';
import { printCustomRule } from './print-custom-rule.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduleRule } from './schedule-rule.ts';
import { schedulerExpressions } from './scheduler-expressions.ts';
import { toCustomRule } from './to-custom-rule.ts';

/** A slot that EventBridge Scheduler should have for a schedule. */
export interface DesiredSlot {
  /** `<id>-<n>`, n from 1. */
  readonly name: string;
  /** `cron(…)` or `at(…)`. */
  readonly expression: string;
  /** IANA name: that of the schedule, or UTC for a rule of every hour. */
  readonly timeZone: string;
  readonly enabled: true;
  /** The input of start-job. Scheduler replaces the placeholder with the scheduled time. */
  readonly input: {
    readonly company: string;
    readonly scheduleId: string;
    readonly revision: number;
    readonly due: '<aws.scheduler.scheduled-time>';
  };
  /** Scheduler deletes the slot after its only run. */
  readonly deleteWhenDone: boolean;
}

/** The name of a schedule's n-th slot, from 1. Schedule ids are unique across companies. */
export function slotName(scheduleId: string, slot: number): string {
  return `${slotPrefix(scheduleId)}${slot}`;
}

/** The beginning of the names of a schedule's slots. */
export const slotPrefix = (scheduleId: string) => `${scheduleId}-`;

/** The id of the schedule that a slot belongs to. @returns undefined for a name that no slot has */
export function scheduleIdOf(name: string): string | undefined {
  return /^([0-9A-HJKMNP-TV-Z]{26})-\d+$/.exec(name)?.[1];
}

/**
 * All slots that EventBridge Scheduler should have for a schedule: none if it is paused or has no future run.
 * @param now ISO 8601
 */
export function desiredSlots(schedule: Schedule, now: string): DesiredSlot[] {
  if (!hasFutureRun(schedule, now)) return [];
  const { company, id, rule, timeZone, revision } = schedule;
  const inUtc = rule.repeat === 'once' ? undefined : hourlyInUtc(toCustomRule(rule), timeZone);
  const slotRule: ScheduleRule = inUtc ? { repeat: 'custom', text: printCustomRule(inUtc) } : rule;
  return schedulerExpressions(slotRule).map((expression, index) => ({
    name: slotName(id, index + 1),
    expression,
    timeZone: inUtc ? 'UTC' : timeZone,
    enabled: true,
    input: { company, scheduleId: id, revision, due: '<aws.scheduler.scheduled-time>' },
    deleteWhenDone: rule.repeat === 'once',
  }));
}
