import { isDeepStrictEqual } from 'node:util';
import type { MemberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleChange, ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import { Failure } from '../../../domain/failure.ts';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { checkScheduleTag, type Schedule } from '../../../domain/schedules/schedule.ts';
import {
  checkNotificationOptions,
  type NotificationOptionsDependencies,
  saveMailAddress,
} from '../notifications/notification-options.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { type ApplyScheduleDependencies, applySchedule, isRefusal } from './apply-schedule.ts';
import { checkedRule } from './checked-rule.ts';
import { checkMayChange, findSchedule, lastJobOf } from './find-schedule.ts';
import { toScheduleResponse } from './schedule-response.ts';
import { checkJobRights, scheduledJob } from './scheduled-job.ts';

export interface EditScheduleDependencies
  extends Pick<ScheduleStore, 'getSchedule' | 'changeSchedule'>,
    Pick<JobStore, 'getJob'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<MemberStore, 'findRole'>,
    NotificationOptionsDependencies,
    ApplyScheduleDependencies {}

/** Times that an edit is made again because somebody else changed the schedule. */
const maxAttempts = 5;

/**
 * Changes what the request names of a schedule. A job that runs goes on as it is. Where EventBridge Scheduler could not
 * be told (503), the same edit again tells it.
 */
export async function editSchedule(
  { company, user, params, body, ifMatch }: RequestOf<'editSchedule'>,
  dependencies: EditScheduleDependencies,
): PromisedResponse<'editSchedule'> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = await findSchedule(company, params.id, dependencies);
    checkMayChange(user, before);
    checkScheduleTag(before, ifMatch);
    const now = dependencies.now();
    const edited = await editedSchedule(before, body, now, dependencies);
    if (body.job !== undefined) await checkJobRights(user, { ...before, job: edited.job }, dependencies);
    await saveMailAddress(company, user, body.job ?? {}, dependencies);
    const after = await write(before, edited, user.subject, now, dependencies);
    if (!after) continue;
    const undo = async (error: Error) => {
      if (!isRefusal(error)) return;
      const restored = await write(after, before, before.modifiedBy, now, dependencies);
      if (restored) await applySchedule(restored, async () => {}, dependencies);
    };
    const set = after.sync === 'done' ? after : await applySchedule(after, undo, dependencies);
    return toScheduleResponse(set, await lastJobOf(set, dependencies), now);
  }
  throw new Failure('schedule.changed-meanwhile', `The schedule ${params.id} keeps being changed; try again`);
}

type Edited = Pick<Schedule, 'name' | 'rule' | 'timeZone' | 'active' | 'job'>;

async function editedSchedule(
  before: Schedule,
  body: RequestOf<'editSchedule'>['body'],
  now: string,
  dependencies: Pick<EditScheduleDependencies, 'getSettings'> & NotificationOptionsDependencies,
): Promise<Edited> {
  const given = { rule: body.rule ?? before.rule, timeZone: body.timeZone ?? before.timeZone };
  const isTimed = body.rule !== undefined || body.timeZone !== undefined;
  // Whoever gives another time to a schedule that had its last run wants it to run.
  const active = body.active ?? (before.active || (isTimed && before.completed !== undefined));
  const isResumed = active && !before.active;
  const timing = isTimed || isResumed ? checkedRule(given.rule, given.timeZone, now) : given;
  const job =
    body.job === undefined
      ? before.job
      : {
          ...scheduledJob(body.job, await dependencies.getSettings(before.company)),
          ...checkNotificationOptions(body.job, 'job.', before.job.notification, dependencies),
        };
  return { name: body.name ?? before.name, ...timing, active, job };
}

/** @returns the schedule after it; undefined if somebody else changed it meanwhile */
async function write(
  before: Schedule,
  { name, rule, timeZone, active, job }: Edited,
  by: string,
  now: string,
  { changeSchedule }: Pick<ScheduleStore, 'changeSchedule'>,
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
  // It told that the notification was turned off, which holds no more.
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
