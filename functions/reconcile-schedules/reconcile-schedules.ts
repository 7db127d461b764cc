import type { ScheduleRecords } from '../../adapters/dynamodb/schedule-records.ts';
import { type SyncScheduleDependencies, syncSchedule } from '../../adapters/scheduler/sync-schedule.ts';
import { hasRunToCome } from '../../domain/schedule/has-run-to-come.ts';
import type { Schedule } from '../../domain/schedule/schedule.ts';
import { scheduleIdOf, type WantedSchedule, wantedSchedules } from '../../domain/schedule/wanted-schedules.ts';

/** Milliseconds. What is left when this little time is goes to the next day. */
const leastTimeLeft = 60_000;

/** Milliseconds. Who changes a schedule is given this long to tell EventBridge Scheduler of it. */
const leftAloneFor = 5 * 60_000;

export interface ReconcileDependencies
  extends Pick<ScheduleRecords, 'listSchedulingCompanies' | 'listSchedules' | 'changeSchedule'>,
    SyncScheduleDependencies {
  /** The names of all schedules in the group, page after page. */
  readonly listSlots: () => AsyncIterable<string>;
  /** Whether EventBridge Scheduler has a schedule exactly as it is wanted. */
  readonly slotIsAsWanted: (wanted: WantedSchedule) => Promise<boolean>;
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
  readonly mended: number;
  /** What could not be mended. */
  readonly failed: number;
  /** Whether the time was enough for all. */
  readonly complete: boolean;
}

/**
 * Compares every schedule's record with what EventBridge Scheduler has, and mends what differs: missing, different,
 * or stray. Records are the truth. Names are listed before the records are read: as a record is written before
 * anything of it is in Scheduler, a name without a record is a stray for sure.
 * For each schedule one GetSchedule for each slot, for each 100 of the group one ListSchedules.
 */
export async function reconcileSchedules(dependencies: ReconcileDependencies): Promise<Reconciled> {
  const { log, timeLeft } = dependencies;
  const slots = new Map<string, Set<string>>();
  for await (const name of dependencies.listSlots()) {
    const id = scheduleIdOf(name);
    if (id === undefined) log.warn(`${name} in the schedule group is nobody's: it is left alone`);
    else slots.set(id, (slots.get(id) ?? new Set()).add(name));
  }

  let [schedules, mended, failed] = [0, 0, 0];
  const mend = async (work: () => Promise<string | undefined>, what: string) => {
    try {
      const difference = await work();
      if (difference === undefined) return;
      mended += 1;
      log.warn(`${what} ${difference}; this is mended`);
    } catch (error) {
      failed += 1;
      log.error(`${what} could not be mended`, error instanceof Error ? error : new Error(String(error)));
    }
  };

  for await (const company of dependencies.listSchedulingCompanies()) {
    for await (const schedule of dependencies.listSchedules(company)) {
      if (timeLeft() < leastTimeLeft) return { schedules, mended, failed, complete: false };
      schedules += 1;
      const found = slots.get(schedule.id) ?? new Set<string>();
      slots.delete(schedule.id);
      await mend(() => mendSchedule(schedule, found, dependencies), `Schedule ${schedule.id} of ${company}`);
    }
  }
  for (const name of [...slots.values()].flatMap((names) => [...names])) {
    if (timeLeft() < leastTimeLeft) return { schedules, mended, failed, complete: false };
    await mend(async () => {
      await dependencies.deleteSlot(name);
      return 'belongs to no schedule';
    }, `${name} in the schedule group`);
  }
  log.info(`${schedules} schedules were compared, ${mended} mended, ${failed} could not be`);
  return { schedules, mended, failed, complete: true };
}

/** @returns what was wrong, undefined if nothing */
async function mendSchedule(
  schedule: Schedule,
  found: ReadonlySet<string>,
  dependencies: ReconcileDependencies,
): Promise<string | undefined> {
  const now = dependencies.now();
  if (Date.parse(now) - Date.parse(schedule.modified) < leftAloneFor) return undefined;
  if (schedule.active && !hasRunToCome(schedule, now)) return await endMissed(schedule, now, dependencies);

  const difference = await differenceOf(schedule, wantedSchedules(schedule, now), found, dependencies);
  if (difference === undefined) return undefined;
  const numbers = [...found].map((name) => Number(name.slice(schedule.id.length + 1)));
  const slots = Math.max(schedule.slots, ...numbers);
  await syncSchedule({ ...schedule, slots }, dependencies);
  return difference;
}

async function differenceOf(
  schedule: Schedule,
  wanted: readonly WantedSchedule[],
  found: ReadonlySet<string>,
  { slotIsAsWanted }: Pick<ReconcileDependencies, 'slotIsAsWanted'>,
): Promise<string | undefined> {
  if (schedule.sync === 'pending') return 'was not set to the end';
  const names = new Set(wanted.map(({ name }) => name));
  const missing = wanted.find(({ name }) => !found.has(name));
  if (missing) return `lacks ${missing.name} in EventBridge Scheduler`;
  const stray = [...found].find((name) => !names.has(name));
  if (stray !== undefined) return `has ${stray} in EventBridge Scheduler, which it should not have`;
  for (const slot of wanted)
    if (!(await slotIsAsWanted(slot))) return `has ${slot.name} in EventBridge Scheduler otherwise than it should`;
  return undefined;
}

/** A last run that came while nothing could start it: missed runs are not caught up, so the schedule is over. */
async function endMissed(
  { company, id, version, revision }: Schedule,
  now: string,
  { changeSchedule }: Pick<ReconcileDependencies, 'changeSchedule'>,
): Promise<string> {
  await changeSchedule(company, id, version, {
    active: false,
    completed: now,
    warning: 'Its last run was missed: nothing could start it at its time.',
    modified: now,
    version: version + 1,
    revision: revision + 1,
  });
  return 'had its last time without a run';
}
