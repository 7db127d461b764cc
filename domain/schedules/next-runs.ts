import { clockTime } from './clock-time.ts';
import { type CustomRule, lastYear, runDates, runMinutes } from './custom-rule.ts';
import { hourlyInUtc } from './hourly-in-utc.ts';
import { printLocalTime, readLocalTime } from './local-time.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduleRule } from './schedule-rule.ts';
import { toCustomRule } from './to-custom-rule.ts';
import { type ZoneClock, zoneClock } from './zone-clock.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A future run. */
export interface ScheduledRun {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Local time in the schedule's zone, with its offset: `2027-03-15T14:10-04:00`. */
  readonly local: string;
}

/**
 * The next runs of a rule after an instant. Fewer than `count` if the rule ends earlier; no rule runs after 2099.
 * @param zone IANA name
 * @param after ISO 8601, exclusive
 * @throws RuleProblem for an invalid rule; RangeError for an unknown zone
 */
export function nextRuns(rule: ScheduleRule, zone: string, after: string, count: number): ScheduledRun[] {
  const clock = zoneClock(zone);
  const runs: ScheduledRun[] = [];
  if (count < 1) return runs;
  for (const instant of runsAfter(rule, zone, Date.parse(after))) {
    const wall = clock.wallAt(instant);
    runs.push({
      at: new Date(instant).toISOString(),
      local: printLocalTime(wall) + printOffset(wall - instant),
    });
    if (runs.length >= count) break;
  }
  return runs;
}

/**
 * All runs of a rule after an instant, in order.
 * @param zone IANA name
 * @param after milliseconds since 1970, exclusive
 * @returns milliseconds since 1970, UTC
 * @throws RuleProblem for an invalid rule; RangeError for an unknown zone
 */
export function* runsAfter(rule: ScheduleRule, zone: string, after: number): Generator<number> {
  const clock = zoneClock(zone);
  if (rule.repeat === 'once') {
    const instant = clock.instantOf(readLocalTime(rule.at));
    if (instant !== undefined && instant > after) yield instant;
    return;
  }
  const custom = toCustomRule(rule);
  const inUtc = hourlyInUtc(custom, zone);
  yield* inUtc ? runsOf(inUtc, zoneClock('UTC'), after) : runsOf(custom, clock, after);
}

function* runsOf(custom: CustomRule, clock: ZoneClock, after: number): Generator<number> {
  const times = runMinutes(custom);
  const from = clock.wallAt(after);
  const fromYear = new Date(from).getUTCFullYear();
  if (fromYear > lastYear) return;
  for (const date of runDates(custom, fromYear)) {
    if ((date + 1) * dayMs <= from) continue;
    for (const time of times) {
      const wall = date * dayMs + time * minuteMs;
      if (wall < from) continue;
      const instant = clock.instantOf(wall);
      // When clocks go back, the second pass of the hour has the wall times of runs that are already past.
      if (instant !== undefined && instant > after) yield instant;
    }
  }
}

/**
 * Whether an active schedule has a run after an instant.
 * @param after ISO 8601, exclusive
 * @throws RuleProblem for an invalid rule; RangeError for an unknown zone
 */
export function hasFutureRun(
  { active, rule, timeZone }: Pick<Schedule, 'active' | 'rule' | 'timeZone'>,
  after: string,
): boolean {
  return active && runsAfter(rule, timeZone, Date.parse(after)).next().done !== true;
}

function printOffset(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / minuteMs);
  return `${offset < 0 ? '-' : '+'}${clockTime(minutes)}`;
}
