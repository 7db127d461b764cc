import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { Slots } from '../../adapters/scheduler/slots.ts';
import { Failure } from '../../domain/failure.ts';
import { desiredSlots, slotName } from '../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';

export type SyncScheduleDependencies = Pick<ScheduleStore, 'getSchedule' | 'recordSynced'> &
  Pick<Slots, 'put' | 'remove'> & { readonly now: () => string };

/**
 * Makes the slots in EventBridge Scheduler agree with a schedule's record. Called by serve-api after every change of a
 * schedule, and by reconcile-schedules. The record is written first and has `sync: 'pending'` until this is done, so that
 * reconcile-schedules finds an interrupted call. If the record changed meanwhile, the call starts again with the new
 * record: the last call to write to Scheduler has written the last record.
 *
 * Costs: one call for each slot that the schedule has or had (two for a new slot), at most 10, and 1 write unit.
 * @returns the schedule as it is now; undefined if it no longer exists
 * @throws Failure `schedule.changed-meanwhile`
 */
export async function syncSchedule(
  schedule: Schedule,
  dependencies: SyncScheduleDependencies,
): Promise<Schedule | undefined> {
  const { company, id } = schedule;
  let current = schedule;
  let { slots } = schedule;
  return untilUnchanged(
    async () => {
      const desired = desiredSlots(current, dependencies.now());
      await Promise.all(desired.map((slot) => dependencies.put(slot)));
      await deleteSlots(id, desired.length + 1, slots, dependencies);
      if (await dependencies.recordSynced(company, id, current.revision, desired.length))
        return { ...current, sync: 'done' as const, slots: desired.length };
      const changed = await dependencies.getSchedule(company, id);
      slots = Math.max(slots, desired.length, changed?.slots ?? 0);
      if (!changed) {
        await deleteSlots(id, 1, slots, dependencies);
        return undefined;
      }
      current = changed;
      return changedMeanwhile;
    },
    () => new Failure('schedule.changed-meanwhile', `Schedule ${id} keeps changing; try again`),
  );
}

/** Deletes the slots with the numbers `from` to `to`. */
export async function deleteSlots(
  id: string,
  from: number,
  to: number,
  { remove }: Pick<Slots, 'remove'>,
): Promise<void> {
  const numbers = Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => from + index);
  await Promise.all(numbers.map((slot) => remove(slotName(id, slot))));
}
