import { isDeepStrictEqual } from 'node:util';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { ListedSlot, Slots } from '../../adapters/scheduler/slots.ts';
import { type SyncScheduleDependencies, syncSchedule } from '../../application/schedules/sync-schedule.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import {
  type DesiredSlot,
  desiredSlots,
  scheduleIdOf,
  slotPrefix,
} from '../../domain/schedules/desired-slots.ts';
import { hasFutureRun } from '../../domain/schedules/next-runs.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import type { SchedulesToReconcile } from './reconcile-schedules.contract.ts';

/** Milliseconds. With less time left, the rest is passed on to another call. */
const minTimeLeft = 60_000;

/** Messages that are sent, and records that are read, in parallel. */
const atATime = 10;

/** Milliseconds after a change of a schedule in which its slots may differ. */
const gracePeriod = 5 * 60_000;

/** Milliseconds. EventBridge Scheduler retries for one hour; twice that is safe. */
const maxSchedulerDelay = 2 * 60 * 60_000;

export interface ReconcileDependencies
  extends Pick<ScheduleStore, 'listSchedulingCompanies' | 'listSchedules' | 'changeSchedule'>,
    SyncScheduleDependencies,
    Pick<Slots, 'list' | 'listPage'> {
  /** Sends a message to this function. */
  readonly request: (work: SchedulesToReconcile) => Promise<void>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly log: {
    info(message: string): void;
    warn(message: string): void;
    error(message: string, error: Error): void;
  };
}

export interface Reconciled {
  /** Schedules that were compared. */
  readonly schedules: number;
  /** Differences that were repaired. */
  readonly repaired: number;
  /** Differences that could not be repaired. */
  readonly failed: number;
}

/**
 * "Reconcile Schedules", once a day: compares the slots in EventBridge Scheduler with the records of the schedules, which are
 * the source of truth, and repairs slots that are missing, different or stray. Each company has a message of its own, so that
 * none waits for another; the stray slots have one too. A call whose time is up passes the rest on. A failure does not stop
 * the rest.
 *
 * Costs: for each schedule 1 read unit and a ListSchedules, for each slot two GetSchedule, and at most two calls for each
 * slot that differs. For each company an SQS message.
 */
export async function reconcileSchedules(
  work: SchedulesToReconcile,
  dependencies: ReconcileDependencies,
): Promise<Reconciled> {
  const report = { schedules: 0, repaired: 0, failed: 0 };
  const { log, timeLeft, request } = dependencies;
  const isTimeShort = () => timeLeft() < minTimeLeft;
  if ('company' in work) await reconcileCompany(work);
  else if (work.all === 'companies') await findCompanies(work.after);
  else await removeStraySlots(work.after);
  return report;

  async function findCompanies(from: string | undefined): Promise<void> {
    let last = from;
    let found: string[] = [];
    const send = async () => {
      await inParallel(found, atATime, (company) => request({ company }));
      last = found.at(-1) ?? last;
      found = [];
    };
    for await (const company of dependencies.listSchedulingCompanies(from)) {
      found.push(company);
      if (found.length < atATime) continue;
      await send();
      if (isTimeShort()) return request({ all: 'companies', ...after(last) });
    }
    await send();
  }

  async function reconcileCompany({ company, after: from }: { company: string; after?: string | undefined }) {
    let last = from;
    for await (const { id } of dependencies.listSchedules(company, from)) {
      if (isTimeShort()) return request({ company, ...after(last) });
      last = id;
      await repair(async () => {
        const found: ListedSlot[] = [];
        for await (const slot of dependencies.list(slotPrefix(id))) found.push(slot);
        // After its slots, which are written later: a slot without a record is stray.
        const schedule = await dependencies.getSchedule(company, id);
        if (!schedule) return undefined;
        report.schedules += 1;
        return repairSchedule(schedule, found, dependencies);
      }, `Schedule ${id} of ${company}`);
    }
    if (report.repaired + report.failed > 0) log.info(`Compared ${report.schedules} schedules of ${company}`);
  }

  async function removeStraySlots(from: string | undefined): Promise<void> {
    let next = from;
    do {
      if (isTimeShort()) return request({ all: 'slots', ...after(next) });
      const page = await dependencies.listPage(next);
      await inParallel(page.slots, atATime, removeIfStray);
      next = page.next;
    } while (next !== undefined);
  }

  async function removeIfStray({ name, input }: ListedSlot): Promise<void> {
    const id = scheduleIdOf(name);
    const { company } = (input ?? {}) as { readonly company?: unknown };
    if (id === undefined || typeof company !== 'string') {
      if (id === undefined)
        log.warn(`${name} in the schedule group belongs to no schedule of this installation; it stays`);
      // A slot of a schedule with a wrong input is repaired with the schedules of its company.
      return;
    }
    await repair(async () => {
      if (await dependencies.getSchedule(company, id)) return undefined;
      await dependencies.remove(name);
      return 'belongs to no schedule';
    }, `${name} in the schedule group`);
  }

  async function repair(attempt: () => Promise<string | undefined>, what: string): Promise<void> {
    try {
      const difference = await attempt();
      if (difference === undefined) return;
      report.repaired += 1;
      log.warn(`${what} ${difference} (repaired)`);
    } catch (error) {
      report.failed += 1;
      log.error(`${what} could not be repaired`, error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** Where work goes on; nothing at its beginning. */
function after(last: string | undefined): { after?: string } {
  return last === undefined ? {} : { after: last };
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
