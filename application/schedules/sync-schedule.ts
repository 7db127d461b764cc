import type { ScheduleRecords } from '../../adapters/dynamodb/schedules/schedule-records.ts';
import type { Schedules } from '../../adapters/scheduler/schedules.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import { slotName, wantedSchedules } from '../../domain/schedules/wanted-schedules.ts';

export type SyncScheduleDependencies = Pick<ScheduleRecords, 'getSchedule' | 'recordSynced'> &
  Pick<Schedules, 'put' | 'remove'> & { readonly now: () => string };

/** A schedule can be changed by others this often while it is being set. */
const mostAttempts = 5;

/**
 * Makes EventBridge Scheduler have what the record of a schedule says: the record is written first, and is `pending`
 * until this is done, so that a death in between is seen and mended. Whoever finds the record changed does it again
 * for what it says now: so the last one to write to Scheduler has written the last record. One call for each slot that
 * the schedule has or had (two for a new one), at most 10, and one write.
 * @returns the schedule as it is now; undefined if it is gone
 */
export async function syncSchedule(
  schedule: Schedule,
  dependencies: SyncScheduleDependencies,
): Promise<Schedule | undefined> {
  const { company, id } = schedule;
  let current = schedule;
  let { slots } = schedule;
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const wanted = wantedSchedules(current, dependencies.now());
    await Promise.all(wanted.map((slot) => dependencies.put(slot)));
    await deleteSlots(id, wanted.length + 1, slots, dependencies);
    if (await dependencies.recordSynced(company, id, current.revision, wanted.length))
      return { ...current, sync: 'done', slots: wanted.length };
    const changed = await dependencies.getSchedule(company, id);
    slots = Math.max(slots, wanted.length, changed?.slots ?? 0);
    if (!changed) {
      await deleteSlots(id, 1, slots, dependencies);
      return undefined;
    }
    current = changed;
  }
  throw new Error(`The schedule ${id} keeps changing`);
}

/** Deletes the slots from one number to another. */
export async function deleteSlots(
  id: string,
  from: number,
  to: number,
  { remove }: Pick<Schedules, 'remove'>,
): Promise<void> {
  const numbers = Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => from + index);
  await Promise.all(numbers.map((slot) => remove(slotName(id, slot))));
}
