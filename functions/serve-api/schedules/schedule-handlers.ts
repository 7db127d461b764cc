import { isDeepStrictEqual } from 'node:util';
import type { scheduleRoutes } from '@pressroom/api/schedules/schedule-routes';
import * as z from 'zod';
import type { ScheduleChange } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { startScheduledJob } from '../../../application/schedules/start-scheduled-job.ts';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { isTerminal, type Job } from '../../../domain/jobs/job.ts';
import { foldName } from '../../../domain/library/search-filters.ts';
import { clockChanges } from '../../../domain/schedules/clock-changes.ts';
import { describeRule } from '../../../domain/schedules/describe-rule.ts';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import {
  checkScheduleTag,
  kindOfSchedule,
  maxSchedules,
  type Schedule,
} from '../../../domain/schedules/schedule.ts';
import { changedMeanwhile, untilUnchanged } from '../../../domain/until-unchanged.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { toJobResponse } from '../jobs/job-response.ts';
import { saveMailAddress } from '../notifications/notification-options.ts';
import { applySchedule, isRefusal, removeSlots } from './apply-schedule.ts';
import { checkedRule } from './checked-rule.ts';
import { scheduleEtag, shownRule, toScheduleResponse } from './schedule-response.ts';
import { checkedScheduledJob, checkJobRights } from './scheduled-job.ts';
import { startingOf } from './trigger-job.ts';

/**
 * Makes a schedule: its record first, then what EventBridge Scheduler needs. Where that fails, nothing is kept.
 * Four writes, and two calls of Scheduler for each of its schedules, nearly always one.
 */
async function createSchedule(
  { company, user, body }: RequestOf<'createSchedule'>,
  dependencies: Dependencies,
): PromisedResponse<'createSchedule'> {
  const now = dependencies.now();
  const settings = await dependencies.companies.getSettings(company);
  const timing = checkedRule(body.rule, body.timeZone ?? settings.timeZone, now);
  const job = await checkedScheduledJob(company, body, undefined, dependencies);
  await checkJobRights(user, { company, submittedBy: user.subject, job }, dependencies);
  if ((await dependencies.schedules.countSchedules(company)) >= maxSchedules) {
    throw invalidField('name', `a company has at most ${maxSchedules} schedules; delete one first`);
  }

  const made: Schedule = {
    company,
    id: dependencies.newId(),
    name: body.name ?? (body.upload ? 'Upload' : 'Publish'),
    ...timing,
    active: body.active,
    job,
    submittedBy: user.subject,
    created: now,
    modified: now,
    modifiedBy: user.subject,
    version: 1,
    revision: 1,
    sync: 'pending',
    slots: 0,
  };
  const schedule = { ...made, slots: desiredSlots(made, now).length };
  await saveMailAddress(company, user, job, dependencies);
  await dependencies.schedules.createSchedule(schedule);
  const undo = async () => {
    await dependencies.schedules.deleteSchedule(company, schedule.id, schedule.version);
    await removeSlots(schedule, dependencies);
  };
  return toScheduleResponse(await applySchedule(schedule, undo, dependencies), undefined, now);
}

const position = z.strictObject({ schedule: z.string().max(26) });

/** Jobs that are read at a time. */
const parallelReads = 20;

/**
 * A company's schedules with their next and last run. It looks at up to all of them, which are 500 at most, and reads
 * the last job of each that it shows.
 */
async function listSchedules(
  { company, user, query }: Pick<RequestOf<'listSchedules'>, 'company' | 'user' | 'query'>,
  dependencies: Dependencies,
): PromisedResponse<'listSchedules'> {
  const { limit, active, kind, owner, name } = query;
  const after = readCursor(position, query.cursor)?.schedule;
  const text = name === undefined ? '' : foldName(name);
  const isAskedFor = (schedule: Schedule) =>
    (active === undefined || schedule.active === active) &&
    (kind === undefined || kindOfSchedule(schedule) === kind) &&
    (owner === 'all' || schedule.submittedBy === user.subject) &&
    foldName(schedule.name).includes(text);

  const found: Schedule[] = [];
  let more = false;
  for await (const schedule of dependencies.schedules.listSchedules(company, after)) {
    if (!isAskedFor(schedule)) continue;
    more = found.length === limit;
    if (more) break;
    found.push(schedule);
  }
  const now = dependencies.now();
  const items = await inParallel(found, parallelReads, async (schedule) =>
    toScheduleResponse(schedule, await lastJobOf(schedule, dependencies), now),
  );
  const last = found.at(-1);
  return more && last ? { items, next: writeCursor({ schedule: last.id }) } : { items };
}

/** Clock changes that a preview lists: two or three years of a rule that runs daily have fewer. */
const changesShown = 10;

/** Tells what a rule means and when it would run. Nothing is saved: one read, for the company's time zone. */
async function previewSchedule(
  { company, body }: Pick<RequestOf<'previewSchedule'>, 'company' | 'body'>,
  { companies: { getSettings }, now: clock }: Dependencies,
): PromisedResponse<'previewSchedule'> {
  const now = clock();
  const zone = body.timeZone ?? (await getSettings(company)).timeZone;
  const { rule, timeZone } = checkedRule(body.rule, zone, now);
  return {
    rule: shownRule(rule),
    timeZone,
    description: describeRule(rule, timeZone),
    nextRuns: nextRuns(rule, timeZone, now, body.runs),
    clockChanges: clockChanges(rule, timeZone, now, changesShown),
  };
}

/** Two reads. */
async function readSchedule(
  { company, params }: Pick<RequestOf<'readSchedule'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'readSchedule'> {
  const schedule = await findSchedule(company, params.id, dependencies);
  return toScheduleResponse(schedule, await lastJobOf(schedule, dependencies), dependencies.now());
}

/**
 * Changes what the request names of a schedule. A job that runs goes on as it is. If EventBridge Scheduler did not
 * respond (503), send the same edit again.
 */
async function editSchedule(
  { company, user, params, body, ifMatch }: RequestOf<'editSchedule'>,
  dependencies: Dependencies,
): PromisedResponse<'editSchedule'> {
  return untilUnchanged(
    async () => {
      const before = await findSchedule(company, params.id, dependencies);
      checkMayChange(user, before);
      checkScheduleTag(before, ifMatch);
      const now = dependencies.now();
      const edited = await editedSchedule(before, body, now, dependencies);
      const options = body.job ?? body.upload;
      if (options) await checkJobRights(user, { ...before, job: edited.job }, dependencies);
      await saveMailAddress(company, user, options ?? {}, dependencies);
      const after = await write(before, edited, user.subject, now, dependencies);
      if (!after) return changedMeanwhile;
      const undo = async (error: Error) => {
        if (!isRefusal(error)) return;
        const restored = await write(after, before, before.modifiedBy, now, dependencies);
        if (restored) await applySchedule(restored, async () => {}, dependencies);
      };
      const set = after.sync === 'done' ? after : await applySchedule(after, undo, dependencies);
      return toScheduleResponse(set, await lastJobOf(set, dependencies), now);
    },
    () => keepsChanging(params.id),
  );
}

type Edited = Pick<Schedule, 'name' | 'rule' | 'timeZone' | 'active' | 'job'>;

async function editedSchedule(
  before: Schedule,
  body: RequestOf<'editSchedule'>['body'],
  now: string,
  dependencies: Dependencies,
): Promise<Edited> {
  const given = { rule: body.rule ?? before.rule, timeZone: body.timeZone ?? before.timeZone };
  const isTimed = body.rule !== undefined || body.timeZone !== undefined;
  // Whoever gives another time to a schedule that had its last run wants it to run.
  const active = body.active ?? (before.active || (isTimed && before.completed !== undefined));
  const isResumed = active && !before.active;
  const timing = isTimed || isResumed ? checkedRule(given.rule, given.timeZone, now) : given;
  const kind = kindOfSchedule(before);
  const other = kind === 'upload' ? 'job' : 'upload';
  if (body[other] !== undefined) {
    throw invalidField(
      other,
      `is not for this schedule, whose jobs are of the kind ${kind}. Create another schedule`,
    );
  }
  const isGiven = (kind === 'upload' ? body.upload : body.job) !== undefined;
  const job = isGiven
    ? await checkedScheduledJob(before.company, body, before.job, dependencies)
    : before.job;
  return { name: body.name ?? before.name, ...timing, active, job };
}

/** @returns the schedule after it; undefined if somebody else changed it meanwhile */
async function write(
  before: Schedule,
  { name, rule, timeZone, active, job }: Edited,
  by: string,
  now: string,
  { schedules: { changeSchedule } }: Dependencies,
): Promise<Schedule | undefined> {
  const edited = { name, rule, timeZone, active, job };
  const { name: oldName, rule: oldRule, timeZone: oldZone, active: oldActive, job: oldJob } = before;
  const old = { name: oldName, rule: oldRule, timeZone: oldZone, active: oldActive, job: oldJob };
  if (isDeepStrictEqual(edited, old)) return before;

  const isRetimed = !isDeepStrictEqual([rule, timeZone, active], [oldRule, oldZone, oldActive]);
  const timing: ScheduleChange = isRetimed
    ? {
        revision: before.revision + 1,
        sync: 'pending',
        slots: Math.max(before.slots, desiredSlots({ ...before, ...edited }, now).length),
        ...(active ? { completed: undefined, warning: undefined } : {}),
      }
    : {};
  // The warning said that the notification was switched off. It is on again.
  const isEnabledAgain = before.job.notification?.off !== undefined && job.notification?.off === undefined;
  return await changeSchedule(before.company, before.id, before.version, {
    ...edited,
    ...timing,
    ...(isEnabledAgain ? { warning: undefined } : {}),
    modified: now,
    modifiedBy: by,
    version: before.version + 1,
  });
}

/** Deletes a schedule: nothing starts by it from then on. Its jobs stay, and one that runs goes on. */
async function deleteSchedule(
  { company, user, params, ifMatch }: RequestOf<'deleteSchedule'>,
  dependencies: Dependencies,
): PromisedResponse<'deleteSchedule'> {
  return untilUnchanged(
    async () => {
      const seen = await findSchedule(company, params.id, dependencies);
      checkMayChange(user, seen);
      checkScheduleTag(seen, ifMatch);
      const deleted = await dependencies.schedules.deleteSchedule(company, seen.id, seen.version);
      if (!deleted) return changedMeanwhile;
      await removeSlots(deleted, dependencies);
      return toScheduleResponse(deleted, undefined, dependencies.now());
    },
    () => keepsChanging(params.id),
  );
}

/** Starts a schedule's job now, as the caller's. The runs that are due stay as they are. */
async function runSchedule(
  { company, user, params }: Pick<RequestOf<'runSchedule'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'runSchedule'> {
  return untilUnchanged(
    async () => {
      const schedule = await findSchedule(company, params.id, dependencies);
      checkMayChange(user, schedule);
      await checkJobRights(user, { ...schedule, submittedBy: user.subject }, dependencies);
      const last = await lastJobOf(schedule, dependencies);
      if (last && !isTerminal(last.status))
        throw new Failure(
          'schedule.job-unfinished',
          `Its job ${last.id} is still ${last.status}; wait for its end, or cancel it`,
        );
      const now = dependencies.now();
      const job = await startScheduledJob(
        schedule,
        { run: { jobId: dependencies.newId(), due: now }, more: { submittedBy: user.subject } },
        startingOf(dependencies),
      );
      return job ? toJobResponse(job, now) : changedMeanwhile;
    },
    () => keepsChanging(params.id),
  );
}

/** @throws Failure `schedule.not-found` */
async function findSchedule(
  company: string,
  id: string,
  { schedules: { getSchedule } }: Dependencies,
): Promise<Schedule> {
  const schedule = await getSchedule(company, id);
  if (!schedule) throw new Failure('schedule.not-found', `There is no schedule ${id}`);
  return schedule;
}

/** @throws Failure `access.role-too-low` for who is neither the owner nor an admin */
function checkMayChange(user: Pick<CompanyUser, 'subject' | 'role'>, schedule: Schedule): void {
  if (mayChange(user, schedule)) return;
  throw new Failure('access.role-too-low', 'Only an admin may do that with a schedule of somebody else', {
    facts: { requiredRole: 'admin' },
  });
}

/** The job that a schedule started last, as long as it is kept. */
async function lastJobOf(
  { company, lastRun }: Schedule,
  { jobs: { getJob } }: Dependencies,
): Promise<Job | undefined> {
  return lastRun && (await getJob(company, lastRun.jobId));
}

function keepsChanging(id: string): Failure {
  return new Failure('schedule.changed-meanwhile', `The schedule ${id} keeps being changed; try again`);
}

export const scheduleHandlers = {
  createSchedule: { handle: createSchedule, headersOf: scheduleEtag },
  listSchedules,
  previewSchedule,
  readSchedule: { handle: readSchedule, headersOf: scheduleEtag },
  editSchedule: { handle: editSchedule, headersOf: scheduleEtag },
  deleteSchedule,
  runSchedule,
} satisfies HandlersOf<typeof scheduleRoutes>;
