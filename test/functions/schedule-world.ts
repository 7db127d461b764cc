/** Schedules, their jobs and EventBridge Scheduler in memory, for handlers of all that has to do with schedules. */
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { SlotDefinition } from '../../adapters/scheduler/slots.ts';
import type { Role } from '../../domain/companies/role.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import type { Job, PublishJob } from '../../domain/jobs/job.ts';
import { desiredSlots } from '../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';

export type ScheduleWorld = ReturnType<typeof createScheduleWorld>;

/** @param given schedules, each of which EventBridge Scheduler has as its record says */
export function createScheduleWorld(...given: Schedule[]) {
  const schedules = new Map(given.map((schedule) => [schedule.id, schedule]));
  const jobs = new Map<string, Job>();
  const slots = new Map<string, SlotDefinition>();
  const roles = new Map<string, Role>(
    (['viewer', 'user', 'admin'] as const).map((role) => [role, role] as const),
  );
  const logged: string[] = [];
  const world = {
    schedules,
    jobs,
    slots,
    roles,
    logged,
    time: '2026-11-24T08:30:00.000Z',
    /** Called before each of the calls, by its name; throws where the call shall fail. */
    fault: (_call: string): void => {},
    ids: 0,
  };
  for (const schedule of given)
    for (const slot of desiredSlots(schedule, world.time)) slots.set(slot.name, slot);

  const log = (message: string) => {
    logged.push(message);
  };
  const put = (schedule: Schedule) => {
    schedules.set(schedule.id, schedule);
    return schedule;
  };
  const isAsSeen = (seen: Schedule) => {
    const now = schedules.get(seen.id);
    return now?.version === seen.version && now.lastRun?.jobId === seen.lastRun?.jobId ? now : undefined;
  };
  const records: ScheduleStore = {
    createSchedule: async (schedule) => {
      world.fault('createSchedule');
      put(schedule);
      return true;
    },
    getSchedule: async (of, id) => {
      world.fault('getSchedule');
      const found = schedules.get(id);
      return found?.company === of ? found : undefined;
    },
    listSchedules: async function* (of, after = '') {
      for (const schedule of [...schedules.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
        if (schedule.company === of && schedule.id > after) yield schedule;
    },
    countSchedules: async () => schedules.size,
    listSchedulingCompanies: async function* () {
      yield* new Set([...schedules.values()].map((schedule) => schedule.company));
    },
    changeSchedule: async (_, id, version, change) => {
      world.fault('changeSchedule');
      const now = schedules.get(id);
      if (now?.version !== version) return undefined;
      const kept = Object.entries({ ...now, ...change }).filter(([, value]) => value !== undefined);
      return put(Object.fromEntries(kept) as unknown as Schedule);
    },
    recordRun: async (seen, run, completed) => {
      world.fault('recordRun');
      const now = isAsSeen(seen);
      if (!now) return false;
      const end = completed ? { completed: run.due, active: false, version: now.version + 1 } : {};
      put({ ...now, lastRun: run, ...end });
      return true;
    },
    recordSkipped: async (seen, skipped) => {
      const now = isAsSeen(seen);
      if (now) put({ ...now, skipped });
      return now !== undefined;
    },
    recordSynced: async (_, id, revision, count) => {
      world.fault('recordSynced');
      const now = schedules.get(id);
      if (now?.revision !== revision) return false;
      put({ ...now, sync: 'done', slots: count });
      return true;
    },
    deleteSchedule: async (_, id, version) => {
      world.fault('deleteSchedule');
      const now = schedules.get(id);
      if (now?.version !== version) return undefined;
      schedules.delete(id);
      return now;
    },
  };
  const dependencies = {
    ...records,
    put: async (definition: SlotDefinition) => {
      world.fault('put');
      slots.set(definition.name, definition);
    },
    remove: async (name: string) => {
      world.fault('remove');
      slots.delete(name);
    },
    list: async function* () {
      for (const { deleteWhenDone, ...listed } of [...slots.values()]) yield listed;
    },
    getSettings: async () => defaultSettings,
    findRole: async (_: string, subject: string) => roles.get(subject),
    getJob: async (_: string, id: string) => jobs.get(id),
    submit: async (job: PublishJob) => {
      world.fault('submit');
      if (!jobs.has(job.id)) jobs.set(job.id, job);
      return { job };
    },
    newId: () => {
      world.ids += 1;
      return `01M86900X103YN7W5QY1DZ${String(world.ids).padStart(4, '0')}`;
    },
    now: () => world.time,
    timeLeft: () => 900_000,
    log: { info: log, warn: log, error: log },
  };
  return Object.assign(world, { dependencies });
}
