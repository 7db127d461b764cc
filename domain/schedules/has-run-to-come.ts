import { runsAfter } from './next-runs.ts';
import type { Schedule } from './schedule.ts';

/**
 * Whether a schedule is to start a job again. One that is paused is not.
 * @param after ISO 8601; a run at this very instant does not count
 */
export function hasRunToCome(
  { active, rule, timeZone }: Pick<Schedule, 'active' | 'rule' | 'timeZone'>,
  after: string,
): boolean {
  return active && runsAfter(rule, timeZone, Date.parse(after)).next().done !== true;
}
