import { isDeepStrictEqual } from 'node:util';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { ListedSlot, Slots } from '../../adapters/scheduler/slots.ts';
import { type SyncScheduleDependencies, syncSchedule } from '../../application/schedules/sync-schedule.ts';
import { type DesiredSlot, desiredSlots, scheduleIdOf } from '../../domain/schedules/desired-slots.ts';
import { hasFutureRun } from '../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';

/** Milliseconds. With less time left, the next day's run does the rest. */
const minTimeLeft = 60_000;

/** Milliseconds after a change of a schedule in which its slots may differ. */
const gracePeriod = 5 * 60_000;

/** Milliseconds. EventBridge Scheduler retries for one hour; twice that is safe. */
const maxSchedulerDelay = 2 * 60 * 60_000;

export interface ReconcileDependencies
  extends Pick<ScheduleStore, 'listSchedulingCompanies' | 'listSchedules' | 'changeSchedule'>,
    SyncScheduleDependencies,
    Pick<Slots, 'list'> {
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly log: {
    info(message: string): void;
    warn(message: string): void;
    error(message: string, error: Error): void;
  };
}

export interface Reconciled {
  readonly schedules: number;
  /** Differences that were repaired. */
  readonly repaired: number;
  /** Differences that could not be repaired. */
  readonly failed: number;
  /** Whether every schedule was compared before time ran out. */
  readonly complete: boolean;
}

/**
 * "Reconcile Schedules", once a day: compares the slots in EventBridge Scheduler with the records of the schedules, which are
 * the source of truth, and repairs slots that are missing, different or stray. The slots are listed before the records are
 * read: a record is written before its slots, so a slot without a record is stray. A failure does not stop the rest.
 *
 * Costs: 1 read unit for 8 kB of records, and at most two Scheduler calls for each slot that differs.
 */
export async function reconcileSchedules(dependencies: ReconcileDependencies): Promise<Reconciled> {
  const { log, timeLeft } = dependencies;
  const slots = new Map<string, ListedSlot[]>();
  for await (const slot of dependencies.list()) {
    const id = scheduleIdOf(slot.name);
    if (id === undefined)
      log.warn(`${slot.name} in the schedule group belongs to no schedule of this installation; it stays`);
    else slots.set(id, [...(slots.get(id) ?? []), slot]);
  }

  let [schedules, repaired, failed] = [0, 0, 0];
  const repair = async (work: () => Promise<string | undefined>, what: string) => {
    try {
      const difference = await work();
      if (difference === undefined) return;
      repaired += 1;
      log.warn(`${what} ${difference} (repaired)`);
    } catch (error) {
      failed += 1;
      log.error(`${what} could not be repaired`, error instanceof Error ? error : new Error(String(error)));
    }
  };

  for await (const company of dependencies.listSchedulingCompanies()) {
    for await (const schedule of dependencies.listSchedules(company)) {
      if (timeLeft() < minTimeLeft) return { schedules, repaired, failed, complete: false };
      schedules += 1;
      const found = slots.get(schedule.id) ?? [];
      slots.delete(schedule.id);
      await repair(
        () => repairSchedule(schedule, found, dependencies),
        `Schedule ${schedule.id} of ${company}`,
      );
    }
  }
  for (const { name } of [...slots.values()].flat()) {
    if (timeLeft() < minTimeLeft) return { schedules, repaired, failed, complete: false };
    await repair(async () => {
      await dependencies.remove(name);
      return 'belongs to no schedule';
    }, `${name} in the schedule group`);
  }
  log.info(`Compared ${schedules} schedules: ${repaired} repaired, ${failed} could not be repaired`);
  return { schedules, repaired, failed, complete: true };
}

/** @returns the difference; undefined if there is none */
async function repairSchedule(
  schedule: Schedule,
  found: readonly ListedSlot[],
  dependencies: ReconcileDependencies,
): Promise<string | undefined> {
  const now = dependencies.now();
  if (isWithin(gracePeriod, schedule.modified, now)) return undefined;
  if (schedule.active && !hasFutureRun(schedule, now)) {
    // The last run may be under way at this moment.
    const earlier = new Date(Date.parse(now) - maxSchedulerDelay).toISOString();
    return hasFutureRun(schedule, earlier) ? undefined : await endMissed(schedule, now, dependencies);
  }

  const difference = differenceOf(schedule, desiredSlots(schedule, now), found);
  if (difference === undefined) return undefined;
  const numbers = found.map(({ name }) => Number(name.slice(schedule.id.length + 1)));
  await syncSchedule({ ...schedule, slots: Math.max(schedule.slots, ...numbers) }, dependencies);
  return difference;
}

function isWithin(milliseconds: number, time: string, now: string): boolean {
  return Date.parse(now) - Date.parse(time) < milliseconds;
}

function differenceOf(
  { sync }: Schedule,
  desired: readonly DesiredSlot[],
  found: readonly ListedSlot[],
): string | undefined {
  if (sync === 'pending') return 'was not completely written to EventBridge Scheduler';
  const stray = found.find(({ name }) => !desired.some((slot) => slot.name === name));
  if (stray) return `has the stray slot ${stray.name} in EventBridge Scheduler`;
  for (const slot of desired) {
    const one = found.find(({ name }) => name === slot.name);
    if (!one) return `lacks the slot ${slot.name} in EventBridge Scheduler`;
    const { deleteWhenDone, ...shown } = slot;
    if (!isDeepStrictEqual(one, shown)) return `has a different slot ${slot.name} in EventBridge Scheduler`;
  }
  return undefined;
}

/** Completes a schedule whose last run was missed: missed runs are not caught up. */
async function endMissed(
  { company, id, version, revision }: Schedule,
  now: string,
  { changeSchedule }: Pick<ReconcileDependencies, 'changeSchedule'>,
): Promise<string | undefined> {
  const ended = await changeSchedule(company, id, version, {
    active: false,
    completed: now,
    warning: 'The last run was missed: it could not be started at its time.',
    modified: now,
    version: version + 1,
    revision: revision + 1,
  });
  return ended && 'missed its last run';
}
