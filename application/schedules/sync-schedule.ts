import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { Slots } from '../../adapters/scheduler/slots.ts';
import { desiredSlots, slotName } from '../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';

export type SyncScheduleDependencies = Pick<ScheduleStore, 'getSchedule' | 'recordSynced'> &
  Pick<Slots, 'put' | 'remove'> & { readonly now: () => string };

/** A schedule can be changed by others this often while it is being set. */
const maxAttempts = 5;

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
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const desired = desiredSlots(current, dependencies.now());
    await Promise.all(desired.map((slot) => dependencies.put(slot)));
    await deleteSlots(id, desired.length + 1, slots, dependencies);
    if (await dependencies.recordSynced(company, id, current.revision, desired.length))
      return { ...current, sync: 'done', slots: desired.length };
    const changed = await dependencies.getSchedule(company, id);
    slots = Math.max(slots, desired.length, changed?.slots ?? 0);
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
  { remove }: Pick<Slots, 'remove'>,
): Promise<void> {
  const numbers = Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => from + index);
  await Promise.all(numbers.map((slot) => remove(slotName(id, slot))));
}
