import { isDeepStrictEqual } from 'node:util';
import type { Clock } from './clock.ts';
import { type DeliveryDependencies, deliverRun } from './deliver-run.ts';
import { nextTime } from './next-time.ts';
import { parseExpression } from './schedule-expression.ts';
import { type Group, keyOf, type Origin, openScheduleJournal, type Schedule } from './schedule-journal.ts';
import type { ScheduleSettings } from './schedule-settings.ts';
import { SchedulerError } from './scheduler-error.ts';

/**
 * A run that is later than this is missed: Scheduler starts its runs within the minute ("Schedule types"). It happens
 * only if the machine slept.
 */
const maxDelayMs = 60_000;

/** Time for which a client token is stored; AWS does not document it. */
const tokenLifeMs = 8 * 3_600_000;

const defaultGroup = 'default';

export interface Scheduler {
  /** A repeated request with the same token does nothing. */
  createGroup(name: string, origin: Origin, token?: string): Promise<Group>;
  /** @throws SchedulerError ResourceNotFoundException, like all functions with an unknown name */
  getGroup(name: string): Group;
  /** Deletes the group and its schedules. */
  deleteGroup(name: string, token?: string): Promise<void>;
  listGroups(): Group[];
  /** @throws SchedulerError ConflictException if the name exists */
  createSchedule(settings: ScheduleSettings, token?: string): Promise<Schedule>;
  /** Replaces all settings: a setting that the request leaves out gets its default, as on AWS. */
  updateSchedule(settings: ScheduleSettings, token?: string): Promise<Schedule>;
  getSchedule(group: string, name: string): Schedule;
  deleteSchedule(group: string, name: string, token?: string): Promise<void>;
  /** Ordered by group and name. */
  listSchedules(): Schedule[];
  /** Creates or replaces a schedule of the template. */
  putTemplateSchedule(settings: ScheduleSettings): Promise<Schedule>;
  groupArn(name: string): string;
  scheduleArn(settings: Pick<ScheduleSettings, 'GroupName' | 'Name'>): string;
  /** Starts the runs, and removes groups and schedules that the template no longer has. */
  activate(): Promise<void>;
  /** Cancels all waiting; resolves when the running calls have ended. */
  stop(): Promise<void>;
}

export interface SchedulerOptions extends DeliveryDependencies {
  readonly journalFile: string;
}

/**
 * EventBridge Scheduler's groups, schedules and runs. Schedules survive this process in their journal. Runs that become
 * due while it does not run are not made up for.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, region, account, log } = options;
  const journal = openScheduleJournal(options.journalFile);
  const arn = (rest: string): string => `arn:aws:scheduler:${region}:${account}:${rest}`;
  const groupArn = (name: string): string => arn(`schedule-group/${name}`);
  const scheduleArn = ({ GroupName, Name }: Pick<ScheduleSettings, 'GroupName' | 'Name'>): string =>
    arn(`schedule/${GroupName}/${Name}`);
  const tokens = createTokenStore(clock);
  const plans = new Map<string, () => void>();
  const runningCalls = new Set<Promise<void>>();
  const stopping = new AbortController();
  /** Groups (`name`) and schedules (`group/name`) of the current template. */
  const inTemplate = new Set<string>();
  let isActive = false;

  const started = clock.now();
  const defaultEntry: Group = { name: defaultGroup, origin: 'api', created: started, modified: started };
  const findGroup = (name: string): Group => {
    const found = name === defaultGroup ? defaultEntry : journal.groups.get(name);
    if (found) return found;
    throw new SchedulerError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
  };
  const findSchedule = (group: string, name: string): Schedule => {
    findGroup(group);
    const found = journal.schedules.get(`${group}/${name}`);
    if (found) return found;
    throw new SchedulerError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
  };

  /** Plans the next run after a time, in place of an earlier plan of the schedule. */
  const plan = (key: string, after: number): void => {
    plans.get(key)?.();
    plans.delete(key);
    const schedule = journal.schedules.get(key);
    if (!isActive || !schedule || stopping.signal.aborted) return;
    const time = dueAfter(schedule, after);
    if (time !== undefined)
      plans.set(
        key,
        clock.wakeAt(time, () => startRun(key, schedule, time)),
      );
  };

  const startRun = (key: string, schedule: Schedule, time: number): void => {
    const late = clock.now() - time;
    const isMissed = late > maxDelayMs;
    plan(key, isMissed ? clock.now() : time);
    const scheduleName = scheduleArn(schedule.settings);
    if (isMissed) {
      log(`${scheduleName}: missed a run, because this machine was asleep ${Math.round(late / 1000)} s ago.`);
      return;
    }
    const isLast = !plans.has(key);
    const run = deliverRun(
      { settings: schedule.settings, scheduleArn: scheduleName, time },
      options,
      stopping.signal,
    )
      .then(async () => {
        const isDone = isLast && schedule.settings.ActionAfterCompletion === 'DELETE';
        if (isDone && journal.schedules.get(key) === schedule) await journal.removeSchedule(key);
      })
      .catch((error: unknown) => log(`${scheduleName}: ${error instanceof Error ? error.message : error}`))
      .finally(() => runningCalls.delete(run));
    runningCalls.add(run);
  };

  const put = async (settings: ScheduleSettings, origin: Origin): Promise<Schedule> => {
    const now = clock.now();
    const previous = journal.schedules.get(`${settings.GroupName}/${settings.Name}`);
    const keepsAnchor =
      previous?.settings.ScheduleExpression === settings.ScheduleExpression &&
      previous.settings.StartDate === settings.StartDate;
    const schedule: Schedule = {
      settings,
      origin,
      created: previous?.created ?? now,
      modified: now,
      anchor: keepsAnchor
        ? previous.anchor
        : settings.StartDate === undefined
          ? now
          : settings.StartDate * 1000,
    };
    const key = keyOf(schedule);
    await journal.putSchedule(schedule);
    plan(key, keepsAnchor ? now : startOf(schedule, now));
    if (isActive && settings.State === 'ENABLED' && !plans.has(key))
      log(
        `${scheduleArn(settings)}: ${settings.ScheduleExpression} is never due again, so it starts nothing.`,
      );
    return schedule;
  };

  const drop = async (key: string): Promise<void> => {
    plans.get(key)?.();
    plans.delete(key);
    await journal.removeSchedule(key);
  };

  const dropGroup = async (name: string): Promise<void> => {
    for (const key of [...plans.keys()]) {
      if (!key.startsWith(`${name}/`)) continue;
      plans.get(key)?.();
      plans.delete(key);
    }
    await journal.removeGroup(name);
  };

  return {
    groupArn,
    scheduleArn,
    getGroup: findGroup,
    getSchedule: findSchedule,
    listGroups: () => [defaultEntry, ...journal.groups.values()].sort((a, b) => compare(a.name, b.name)),
    listSchedules: () => [...journal.schedules.values()].sort((a, b) => compare(keyOf(a), keyOf(b))),

    createGroup: (name, origin, token) =>
      tokens.once(token, ['CreateScheduleGroup', name], async () => {
        const now = clock.now();
        const previous = name === defaultGroup ? defaultEntry : journal.groups.get(name);
        if (previous && origin === 'api')
          throw new SchedulerError('ConflictException', `Schedule group ${name} already exists.`);
        const group: Group = { name, origin, created: previous?.created ?? now, modified: now };
        if (origin === 'template') inTemplate.add(name);
        await journal.putGroup(group);
        return group;
      }),

    deleteGroup: (name, token) =>
      tokens.once(token, ['DeleteScheduleGroup', name], async () => {
        if (name === defaultGroup)
          throw new SchedulerError('ValidationException', 'The default schedule group cannot be deleted.');
        findGroup(name);
        await dropGroup(name);
      }),

    createSchedule: (settings, token) =>
      tokens.once(token, ['CreateSchedule', settings], async () => {
        findGroup(settings.GroupName);
        if (journal.schedules.has(`${settings.GroupName}/${settings.Name}`))
          throw new SchedulerError('ConflictException', `Schedule ${settings.Name} already exists.`);
        return put(settings, 'api');
      }),

    updateSchedule: (settings, token) =>
      tokens.once(token, ['UpdateSchedule', settings], async () =>
        put(settings, findSchedule(settings.GroupName, settings.Name).origin),
      ),

    deleteSchedule: (group, name, token) =>
      tokens.once(token, ['DeleteSchedule', group, name], async () => {
        findSchedule(group, name);
        await drop(`${group}/${name}`);
      }),

    putTemplateSchedule(settings) {
      findGroup(settings.GroupName);
      inTemplate.add(`${settings.GroupName}/${settings.Name}`);
      return put(settings, 'template');
    },

    async activate() {
      for (const { name, origin } of [...journal.groups.values()])
        if (origin === 'template' && !inTemplate.has(name)) await dropGroup(name);
      for (const [key, { origin }] of [...journal.schedules])
        if (origin === 'template' && !inTemplate.has(key)) await drop(key);
      isActive = true;
      for (const [key, schedule] of journal.schedules) {
        const { modified, anchor } = schedule;
        // Schedules that were created by this start count from now. For all others, earlier runs are skipped.
        const isNew = modified >= started && anchor === modified;
        plan(key, isNew ? startOf(schedule, modified) : clock.now());
      }
    },

    async stop() {
      stopping.abort();
      for (const cancel of plans.values()) cancel();
      plans.clear();
      await Promise.allSettled(runningCalls);
    },
  };
}

/** The instant after which a schedule that is created at a time can be due: a rate is due immediately. */
function startOf({ settings }: Schedule, time: number): number {
  return parseExpression(settings.ScheduleExpression).kind === 'rate' ? time - 1 : time;
}

/** The next run of a schedule within its dates; undefined if there is none. */
function dueAfter({ settings, anchor }: Schedule, after: number): number | undefined {
  if (settings.State === 'DISABLED') return undefined;
  const expression = parseExpression(settings.ScheduleExpression);
  const zone = settings.ScheduleExpressionTimezone;
  // AWS ignores both dates for one-time schedules.
  if (expression.kind === 'at') return nextTime(expression, zone, after);
  const start = settings.StartDate === undefined ? after : settings.StartDate * 1000 - 1;
  const time = nextTime(expression, zone, Math.max(after, start), anchor);
  const end = settings.EndDate === undefined ? Number.POSITIVE_INFINITY : settings.EndDate * 1000;
  return time !== undefined && time <= end ? time : undefined;
}

/** Returns the first result for a repeated request with the same token, and refuses another request with it. */
function createTokenStore(clock: Clock): {
  once<T>(token: string | undefined, request: readonly unknown[], act: () => Promise<T>): Promise<T>;
} {
  const known = new Map<string, { request: readonly unknown[]; until: number; result: Promise<unknown> }>();
  return {
    async once<T>(token: string | undefined, request: readonly unknown[], act: () => Promise<T>): Promise<T> {
      if (token === undefined) return act();
      for (const [each, { until }] of known) if (until < clock.now()) known.delete(each);
      const previous = known.get(token);
      if (previous && !isDeepStrictEqual(previous.request, request))
        throw new SchedulerError('ConflictException', 'The ClientToken was used for another request.');
      if (previous) return previous.result as Promise<T>;
      const result = act();
      known.set(token, { request, until: clock.now() + tokenLifeMs, result });
      // A failed request may be repeated.
      result.catch(() => known.delete(token));
      return result;
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
