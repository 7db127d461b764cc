import { isDeepStrictEqual } from 'node:util';
import type { MemberRecords } from '../../../adapters/dynamodb/companies/member-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { JobRecords } from '../../../adapters/dynamodb/jobs/job-records.ts';
import type {
  ScheduleChange,
  ScheduleRecords,
} from '../../../adapters/dynamodb/schedules/schedule-records.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { checkScheduleTag } from '../../../domain/schedules/schedule-tag.ts';
import { wantedSchedules } from '../../../domain/schedules/wanted-schedules.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { checkedTelling, keepAddress, type TellingDependencies } from '../notifications/telling.ts';
import { checkedRule } from './checked-rule.ts';
import { checkMayChange, findSchedule, lastJobOf } from './find-schedule.ts';
import { scheduleAnswer } from './schedule-answer.ts';
import { checkJobRights, scheduledJob } from './scheduled-job.ts';
import { isRefusal, type SetScheduleDependencies, setSchedule } from './set-schedule.ts';

export interface EditScheduleDependencies
  extends Pick<ScheduleRecords, 'getSchedule' | 'changeSchedule'>,
    Pick<JobRecords, 'getJob'>,
    Pick<SettingsRecords, 'getSettings'>,
    Pick<MemberRecords, 'findRole'>,
    TellingDependencies,
    SetScheduleDependencies {}

/** Times that an edit is made again because somebody else changed the schedule. */
const mostAttempts = 5;

/**
 * Changes what the request names of a schedule. A job that runs goes on as it is. Where EventBridge Scheduler could not
 * be told (503), the same edit again tells it.
 */
export async function editSchedule(
  { company, user, params, body, ifMatch }: RequestOf<'editSchedule'>,
  dependencies: EditScheduleDependencies,
): ReplyOf<'editSchedule'> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const before = await findSchedule(company, params.id, dependencies);
    checkMayChange(user, before);
    checkScheduleTag(before, ifMatch);
    const now = dependencies.now();
    const edited = await editedSchedule(before, body, now, dependencies);
    if (body.job !== undefined) await checkJobRights(user, { ...before, job: edited.job }, dependencies);
    await keepAddress(company, user, body.job ?? {}, dependencies);
    const after = await write(before, edited, user.subject, now, dependencies);
    if (!after) continue;
    const undo = async (error: Error) => {
      if (!isRefusal(error)) return;
      const restored = await write(after, before, before.modifiedBy, now, dependencies);
      if (restored) await setSchedule(restored, async () => {}, dependencies);
    };
    const set = after.sync === 'done' ? after : await setSchedule(after, undo, dependencies);
    return scheduleAnswer(set, await lastJobOf(set, dependencies), now);
  }
  throw new Failure('schedule.changed-meanwhile', `The schedule ${params.id} keeps being changed; try again`);
}

type Edited = Pick<Schedule, 'name' | 'rule' | 'timeZone' | 'active' | 'job'>;

async function editedSchedule(
  before: Schedule,
  body: RequestOf<'editSchedule'>['body'],
  now: string,
  dependencies: Pick<EditScheduleDependencies, 'getSettings'> & TellingDependencies,
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
          ...checkedTelling(body.job, 'job.', before.job.notification, dependencies),
        };
  return { name: body.name ?? before.name, ...timing, active, job };
}

/** @returns the schedule after it; undefined if somebody else changed it meanwhile */
async function write(
  before: Schedule,
  { name, rule, timeZone, active, job }: Edited,
  by: string,
  now: string,
  { changeSchedule }: Pick<ScheduleRecords, 'changeSchedule'>,
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
        slots: Math.max(before.slots, wantedSchedules({ ...before, ...edited }, now).length),
        ...(active ? { completed: undefined, warning: undefined } : {}),
      }
    : {};
  // It told that the notification was turned off, which holds no more.
  const isTurnedOn = before.job.notification?.off !== undefined && job.notification?.off === undefined;
  return await changeSchedule(before.company, before.id, before.version, {
    ...edited,
    ...timing,
    ...(isTurnedOn ? { warning: undefined } : {}),
    modified: now,
    modifiedBy: by,
    version: before.version + 1,
  });
}
