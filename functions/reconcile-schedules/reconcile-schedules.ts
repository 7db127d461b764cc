import { isDeepStrictEqual } from 'node:util';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { ListedSlot, Slots } from '../../adapters/scheduler/slots.ts';
import { type SyncScheduleDependencies, syncSchedule } from '../../application/schedules/sync-schedule.ts';
import { type DesiredSlot, desiredSlots, scheduleIdOf } from '../../domain/schedules/desired-slots.ts';
import { hasFutureRun } from '../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';

/** Milliseconds. What is left when this little time is goes to the next day. */
const minTimeLeft = 60_000;

/** Milliseconds. Who changes a schedule is given this long to tell EventBridge Scheduler of it. */
const gracePeriod = 5 * 60_000;

/** Milliseconds. EventBridge Scheduler tries to start a run for an hour. */
const maxSchedulerDelay = 2 * 60 * 60_000;

export interface ReconcileDependencies
  extends Pick<ScheduleStore, 'listSchedulingCompanies' | 'listSchedules' | 'changeSchedule'>,
    SyncScheduleDependencies,
    Pick<Slots, 'list'> {
  /** Milliseconds that are left to the function. */
  readonly timeLeft: () => number;
  readonly log: {
    info(message: string): void;
    warn(message: string): void;
    error(message: string, error: Error): void;
  };
}

export interface Reconciled {
  readonly schedules: number;
  /** What was not as it should be, and is now. */
  readonly repaired: number;
  /** What could not be mended. */
  readonly failed: number;
  /** Whether the time was enough for all. */
  readonly complete: boolean;
}

/**
 * Compares every schedule's record with what EventBridge Scheduler has, and mends what differs: missing, different,
 * or stray. Records are the truth. The group is listed before the records are read: as a record is written before
 * anything of it is in Scheduler, what has no record is a stray for sure. One that fails does not stop the rest.
 * A read unit for each 8 kB of records, and two calls of Scheduler at most for each of its schedules.
 */
export async function reconcileSchedules(dependencies: ReconcileDependencies): Promise<Reconciled> {
  const { log, timeLeft } = dependencies;
  const slots = new Map<string, ListedSlot[]>();
  for await (const slot of dependencies.list()) {
    const id = scheduleIdOf(slot.name);
    if (id === undefined) log.warn(`${slot.name} in the schedule group is nobody's: it is left alone`);
    else slots.set(id, [...(slots.get(id) ?? []), slot]);
  }

  let [schedules, repaired, failed] = [0, 0, 0];
  const repair = async (work: () => Promise<string | undefined>, what: string) => {
    try {
      const difference = await work();
      if (difference === undefined) return;
      repaired += 1;
      log.warn(`${what} ${difference}; this is mended`);
    } catch (error) {
      failed += 1;
      log.error(`${what} could not be mended`, error instanceof Error ? error : new Error(String(error)));
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
  log.info(`${schedules} schedules were compared, ${repaired} mended, ${failed} could not be`);
  return { schedules, repaired, failed, complete: true };
}

/** @returns what was wrong, undefined if nothing */
async function repairSchedule(
  schedule: Schedule,
  found: readonly ListedSlot[],
  dependencies: ReconcileDependencies,
): Promise<string | undefined> {
  const now = dependencies.now();
  if (isWithin(gracePeriod, schedule.modified, now)) return undefined;
  if (schedule.active && !hasFutureRun(schedule, now)) {
    // Its last run may be under way just now.
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
  if (sync === 'pending') return 'was not set to the end';
  const stray = found.find(({ name }) => !desired.some((slot) => slot.name === name));
  if (stray) return `has ${stray.name} in EventBridge Scheduler, which it should not have`;
  for (const slot of desired) {
    const one = found.find(({ name }) => name === slot.name);
    if (!one) return `lacks ${slot.name} in EventBridge Scheduler`;
    const { deleteWhenDone, ...shown } = slot;
    if (!isDeepStrictEqual(one, shown)) return `has ${slot.name} in EventBridge Scheduler, but another one`;
  }
  return undefined;
}

/** A last run that came while nothing could start it: missed runs are not caught up, so the schedule is over. */
async function endMissed(
  { company, id, version, revision }: Schedule,
  now: string,
  { changeSchedule }: Pick<ReconcileDependencies, 'changeSchedule'>,
): Promise<string | undefined> {
  const ended = await changeSchedule(company, id, version, {
    active: false,
    completed: now,
    warning: 'Its last run was missed: nothing could start it at its time.',
    modified: now,
    version: version + 1,
    revision: revision + 1,
  });
  return ended && 'had its last time without a run';
}
