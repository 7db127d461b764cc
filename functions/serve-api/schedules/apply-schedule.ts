import { deleteSlots, syncSchedule } from '../../../application/schedules/sync-schedule.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * Sets the slots of a schedule whose record has just been written.
 * @param undo reverts the record if Scheduler refuses the rule
 * @throws Failure `schedule.not-set` if Scheduler does not respond; `request.invalid` if it refuses the rule
 */
export async function applySchedule(
  schedule: Schedule,
  undo: (error: Error) => Promise<void>,
  dependencies: Dependencies,
): Promise<Schedule> {
  let set: Schedule | undefined;
  try {
    set = await syncSchedule(schedule, {
      ...dependencies.schedules,
      ...dependencies.scheduler,
      now: dependencies.now,
    });
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    try {
      await undo(cause);
    } catch (undoing) {
      dependencies.log.warn(`Schedule ${schedule.id} is left for reconcile-schedules`, undoing as Error);
    }
    if (!isRefusal(cause))
      throw new Failure('schedule.not-set', 'EventBridge Scheduler does not respond. Try again in a minute', {
        cause,
      });
    // Its text names resources of the installation.
    dependencies.log.warn(`EventBridge Scheduler refused the rule of schedule ${schedule.id}`, cause);
    const message = `EventBridge Scheduler does not accept this rule in ${schedule.timeZone}: use another rule or time zone`;
    throw new Failure('request.invalid', `rule: ${message}`, {
      details: [{ field: 'rule', message }],
      cause,
    });
  }
  if (!set) throw new Failure('schedule.not-found', `The schedule ${schedule.id} has just been deleted`);
  return set;
}

/** Whether Scheduler refuses the rule for good, for example because it does not know the time zone yet. */
export function isRefusal(error: Error): boolean {
  return error.name === 'ValidationException';
}

/** Deletes the slots of a deleted schedule. Slots that remain start nothing, and reconcile-schedules deletes them. */
export async function removeSlots(
  { id, slots }: Pick<Schedule, 'id' | 'slots'>,
  dependencies: Dependencies,
): Promise<void> {
  try {
    await deleteSlots(id, 1, slots, dependencies.scheduler);
  } catch (error) {
    dependencies.log.warn(`The deleted schedule ${id} is left for reconcile-schedules`, error as Error);
  }
}
