import { clockTime } from './clock-time.ts';
import { type CustomRule, runDates, runMinutes } from './custom-rule.ts';

/** Minimum minutes between two runs of a schedule. */
export const minMinutesBetween = 5;

/**
 * Finds two consecutive runs that are less than 5 minutes apart, also across midnight if the rule runs on two consecutive
 * days. On the day on which clocks go forward, two runs may be closer.
 * @returns their times as `HH:mm` and the minutes between them; undefined if there are none
 */
export function runsTooClose(
  rule: CustomRule,
): { readonly first: string; readonly second: string; readonly minutes: number } | undefined {
  const times = runMinutes(rule);
  for (const [index, time] of times.entries()) {
    const next = times[index + 1];
    if (next !== undefined && next - time < minMinutesBetween)
      return { first: clockTime(time), second: clockTime(next), minutes: next - time };
  }
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const overnight = 1440 - last + first;
  if (overnight >= minMinutesBetween || !runsOnNeighbours(rule)) return undefined;
  return { first: clockTime(last), second: clockTime(first), minutes: overnight };
}

function runsOnNeighbours(rule: CustomRule): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const date of runDates(rule)) {
    if (date === before + 1) return true;
    before = date;
  }
  return false;
}
