import { isDeepStrictEqual } from 'node:util';
import type { Clock } from './clock.ts';
import { type DeliveryDependencies, deliverRun } from './deliver-run.ts';
import { nextTime } from './next-time.ts';
import { parseExpression } from './schedule-expression.ts';
import { type Group, keyOf, type Origin, openScheduleJournal, type Schedule } from './schedule-journal.ts';
import type { ScheduleSettings } from './schedule-settings.ts';
import { SchedulerError } from './scheduler-error.ts';

/**
 * Milliseconds after which a run is missed rather than late: Scheduler starts its runs within the minute ("Schedule
 * types"). It happens only where the machine slept.
 */
const latestStart = 60_000;

/** Milliseconds for which a client token is remembered; AWS does not say. */
const tokenLife = 8 * 3_600_000;

const defaultGroup = 'default';

export interface Scheduler {
  /** Everything below is by name; a token makes a repetition of the same request do nothing. */
  createGroup(name: string, origin: Origin, token?: string): Promise<Group>;
  /** @throws SchedulerError ResourceNotFoundException, as all that name what does not exist */
  getGroup(name: string): Group;
  /** With all its schedules. */
  deleteGroup(name: string, token?: string): Promise<void>;
  listGroups(): Group[];
  /** @throws SchedulerError ConflictException where one of the name exists */
  createSchedule(settings: ScheduleSettings, token?: string): Promise<Schedule>;
  /** All settings are replaced: what the request leaves out goes back to its default, as on AWS. */
  updateSchedule(settings: ScheduleSettings, token?: string): Promise<Schedule>;
  getSchedule(group: string, name: string): Schedule;
  deleteSchedule(group: string, name: string, token?: string): Promise<void>;
  /** In the order of group and name. */
  listSchedules(): Schedule[];
  /** Creates or replaces a schedule of the template. */
  putTemplateSchedule(settings: ScheduleSettings): Promise<Schedule>;
  groupArn(name: string): string;
  scheduleArn(settings: Pick<ScheduleSettings, 'GroupName' | 'Name'>): string;
  /** Begins to start runs, and forgets what earlier templates had and this one has not. */
  activate(): Promise<void>;
  /** Ends all waiting; resolves when the calls under way are done. */
  stop(): Promise<void>;
}

export interface SchedulerOptions extends DeliveryDependencies {
  readonly journalFile: string;
}

/**
 * EventBridge Scheduler's groups, schedules and runs. Schedules outlive this process in their journal; runs that come due
 * while nobody is here are not made up for.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, region, account, log } = options;
  const journal = openScheduleJournal(options.journalFile);
  const arn = (rest: string): string => `arn:aws:scheduler:${region}:${account}:${rest}`;
  const groupArn = (name: string): string => arn(`schedule-group/${name}`);
  const scheduleArn = ({ GroupName, Name }: Pick<ScheduleSettings, 'GroupName' | 'Name'>): string =>
    arn(`schedule/${GroupName}/${Name}`);
  const tokens = rememberTokens(clock);
  const plans = new Map<string, () => void>();
  const underway = new Set<Promise<void>>();
  const stopping = new AbortController();
  /** Groups (`name`) and schedules (`group/name`) that the template of this start has. */
  const inTemplate = new Set<string>();
  let isActive = false;

  const started = clock.now();
  const defaultOne: Group = { name: defaultGroup, origin: 'api', created: started, modified: started };
  const findGroup = (name: string): Group => {
    const found = name === defaultGroup ? defaultOne : journal.groups.get(name);
    if (found) return found;
    throw new SchedulerError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
  };
  const findSchedule = (group: string, name: string): Schedule => {
    findGroup(group);
    const found = journal.schedules.get(`${group}/${name}`);
    if (found) return found;
    throw new SchedulerError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
  };

  /** Waits for the next run after a time, in place of whatever the schedule waited for. */
  const plan = (key: string, after: number): void => {
    plans.get(key)?.();
    plans.delete(key);
    const schedule = journal.schedules.get(key);
    if (!isActive || !schedule || stopping.signal.aborted) return;
    const time = dueAfter(schedule, after);
    if (time !== undefined)
      plans.set(
        key,
        clock.wakeAt(time, () => due(key, schedule, time)),
      );
  };

  const due = (key: string, schedule: Schedule, time: number): void => {
    const late = clock.now() - time;
    const isMissed = late > latestStart;
    plan(key, isMissed ? clock.now() : time);
    const arnOfIt = scheduleArn(schedule.settings);
    if (isMissed) {
      log(`${arnOfIt}: missed a run, as this machine did not run ${Math.round(late / 1000)} s ago.`);
      return;
    }
    const isLast = !plans.has(key);
    const run = deliverRun(
      { settings: schedule.settings, scheduleArn: arnOfIt, time },
      options,
      stopping.signal,
    )
      .then(async () => {
        const isDone = isLast && schedule.settings.ActionAfterCompletion === 'DELETE';
        if (isDone && journal.schedules.get(key) === schedule) await journal.removeSchedule(key);
      })
      .catch((error: unknown) => log(`${arnOfIt}: ${error instanceof Error ? error.message : error}`))
      .finally(() => underway.delete(run));
    underway.add(run);
  };

  const put = async (settings: ScheduleSettings, origin: Origin): Promise<Schedule> => {
    const now = clock.now();
    const former = journal.schedules.get(`${settings.GroupName}/${settings.Name}`);
    const goesOn =
      former?.settings.ScheduleExpression === settings.ScheduleExpression &&
      former.settings.StartDate === settings.StartDate;
    const schedule: Schedule = {
      settings,
      origin,
      created: former?.created ?? now,
      modified: now,
      anchor: goesOn ? former.anchor : settings.StartDate === undefined ? now : settings.StartDate * 1000,
    };
    const key = keyOf(schedule);
    await journal.putSchedule(schedule);
    plan(key, goesOn ? now : beginOf(schedule, now));
    if (isActive && settings.State === 'ENABLED' && !plans.has(key))
      log(
        `${scheduleArn(settings)}: ${settings.ScheduleExpression} has no time to come, so it starts nothing.`,
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
    listGroups: () => [defaultOne, ...journal.groups.values()].sort((a, b) => compare(a.name, b.name)),
    listSchedules: () => [...journal.schedules.values()].sort((a, b) => compare(keyOf(a), keyOf(b))),

    createGroup: (name, origin, token) =>
      tokens.once(token, ['CreateScheduleGroup', name], async () => {
        const now = clock.now();
        const former = name === defaultGroup ? defaultOne : journal.groups.get(name);
        if (former && origin === 'api')
          throw new SchedulerError('ConflictException', `Schedule group ${name} already exists.`);
        const group: Group = { name, origin, created: former?.created ?? now, modified: now };
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
        // What this start has made is as if made now; of all others, what came due before is over.
        const isNew = modified >= started && anchor === modified;
        plan(key, isNew ? beginOf(schedule, modified) : clock.now());
      }
    },

    async stop() {
      stopping.abort();
      for (const callOff of plans.values()) callOff();
      plans.clear();
      await Promise.allSettled(underway);
    },
  };
}

/** The instant after which a schedule made at a time comes due: a rate is due at once, anything else only later. */
function beginOf({ settings }: Schedule, time: number): number {
  return parseExpression(settings.ScheduleExpression).kind === 'rate' ? time - 1 : time;
}

/** The next run of a schedule, within its dates; undefined where there is none. */
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

/** Answers the same request with the same token as the first time, and refuses another request with it. */
function rememberTokens(clock: Clock): {
  once<T>(token: string | undefined, request: readonly unknown[], act: () => Promise<T>): Promise<T>;
} {
  const known = new Map<string, { request: readonly unknown[]; until: number; answer: Promise<unknown> }>();
  return {
    async once<T>(token: string | undefined, request: readonly unknown[], act: () => Promise<T>): Promise<T> {
      if (token === undefined) return act();
      for (const [each, { until }] of known) if (until < clock.now()) known.delete(each);
      const former = known.get(token);
      if (former && !isDeepStrictEqual(former.request, request))
        throw new SchedulerError('ConflictException', 'The ClientToken was used for another request.');
      if (former) return former.answer as Promise<T>;
      const answer = act();
      known.set(token, { request, until: clock.now() + tokenLife, answer });
      // What failed may be tried again.
      answer.catch(() => known.delete(token));
      return answer;
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
