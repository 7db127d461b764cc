import { Failure } from '../failure.ts';
import type { Schedule } from './schedule.ts';

/** The ETag of a schedule: another one after every change of it, but not after a run that others follow. */
export function scheduleTag({ version }: Pick<Schedule, 'version'>): string {
  return `"${version}"`;
}

/**
 * Checks that a caller has seen the schedule as it is. Without a condition nothing is checked.
 * @param ifMatch the `If-Match` header: one or several entity tags, or `*`
 * @throws Failure `schedule.stale` with the current tag as the fact `etag`
 */
export function checkScheduleTag(
  schedule: Pick<Schedule, 'id' | 'version' | 'modified'>,
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const current = scheduleTag(schedule);
  if (ifMatch.split(',').some((tag) => tag.trim() === current)) return;
  throw new Failure(
    'schedule.stale',
    `The schedule ${schedule.id} was changed at ${schedule.modified}: its ETag is ${current} now, not ${ifMatch}`,
    { facts: { etag: current } },
  );
}
