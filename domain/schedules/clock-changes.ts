import { runDates, runMinutes } from './custom-rule.ts';
import { hourlyInUtc } from './hourly-in-utc.ts';
import { printLocalTime } from './local-time.ts';
import type { ScheduleRule } from './schedule-rule.ts';
import { toCustomRule } from './to-custom-rule.ts';
import { zoneClock } from './zone-clock.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A time of a rule on a day on which clocks change. */
export interface ClockChange {
  /** `2027-03-28T02:30`, in the zone of the rule. */
  readonly local: string;
  /**
   * `left-out`: clocks skip the time, so there is no run. `first-pass`: it occurs twice, and the run takes place the first
   * time. `both-passes`: it occurs twice, and so does the run.
   */
  readonly effect: 'left-out' | 'first-pass' | 'both-passes';
}

/**
 * The times of a rule that clocks skip or show twice in a year from an instant on.
 * @param zone IANA name
 * @param after ISO 8601, exclusive
 * @param count maximum of the list
 * @throws RuleProblem for an invalid rule; RangeError for an unknown zone
 */
export function clockChanges(rule: ScheduleRule, zone: string, after: string, count: number): ClockChange[] {
  // A single time that clocks skip is refused, and one that occurs twice is shown with its offset.
  if (rule.repeat === 'once') return [];
  const custom = toCustomRule(rule);
  const isHourly = hourlyInUtc(custom, zone) !== undefined;
  const clock = zoneClock(zone);
  const from = clock.wallAt(Date.parse(after));
  const found: ClockChange[] = [];
  for (const date of runDates(custom, new Date(from).getUTCFullYear())) {
    const start = date * dayMs;
    if (start > from + 366 * dayMs) break;
    if (start + dayMs <= from || clock.isSameAllDay(start)) continue;
    for (const time of runMinutes(custom)) {
      const wall = start + time * minuteMs;
      if (wall <= from) continue;
      const instants = clock.instantsOf(wall).length;
      if (instants === 1 || (instants === 0 && isHourly)) continue;
      if (found.length >= count) return found;
      const effect = instants === 0 ? 'left-out' : isHourly ? 'both-passes' : 'first-pass';
      found.push({ local: printLocalTime(wall), effect });
    }
  }
  return found;
}
