import type { MemberRecords } from '../../../adapters/dynamodb/companies/member-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { ScheduleRecords } from '../../../adapters/dynamodb/schedules/schedule-records.ts';
import { Failure } from '../../../domain/failure.ts';
import { mostSchedules, type Schedule } from '../../../domain/schedules/schedule.ts';
import { wantedSchedules } from '../../../domain/schedules/wanted-schedules.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { checkedTelling, keepAddress, type TellingDependencies } from '../notifications/telling.ts';
import { checkedRule } from './checked-rule.ts';
import { scheduleAnswer } from './schedule-answer.ts';
import { checkJobRights, scheduledJob } from './scheduled-job.ts';
import { type SetScheduleDependencies, setSchedule, unsetSchedule } from './set-schedule.ts';

export interface CreateScheduleDependencies
  extends Pick<ScheduleRecords, 'createSchedule' | 'countSchedules' | 'deleteSchedule'>,
    Pick<SettingsRecords, 'getSettings'>,
    Pick<MemberRecords, 'findRole'>,
    TellingDependencies,
    SetScheduleDependencies {
  readonly newId: () => string;
}

/**
 * Makes a schedule: its record first, then what EventBridge Scheduler needs. Where that fails, nothing is kept.
 * Four writes, and two calls of Scheduler for each of its schedules, nearly always one.
 */
export async function createSchedule(
  { company, user, body }: RequestOf<'createSchedule'>,
  dependencies: CreateScheduleDependencies,
): ReplyOf<'createSchedule'> {
  const now = dependencies.now();
  const settings = await dependencies.getSettings(company);
  const timing = checkedRule(body.rule, body.timeZone ?? settings.timeZone, now);
  const telling = checkedTelling(body.job, 'job.', undefined, dependencies);
  const job = { ...scheduledJob(body.job, settings), ...telling };
  await checkJobRights(user, { company, submittedBy: user.subject, job }, dependencies);
  if ((await dependencies.countSchedules(company)) >= mostSchedules) {
    const message = `a company has at most ${mostSchedules} schedules; delete one first`;
    throw new Failure('request.invalid', `name: ${message}`, { details: [{ field: 'name', message }] });
  }

  const made: Schedule = {
    company,
    id: dependencies.newId(),
    name: body.name,
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
  const schedule = { ...made, slots: wantedSchedules(made, now).length };
  await keepAddress(company, user, telling, dependencies);
  await dependencies.createSchedule(schedule);
  const undo = async () => {
    await dependencies.deleteSchedule(company, schedule.id, schedule.version);
    await unsetSchedule(schedule, dependencies);
  };
  return scheduleAnswer(await setSchedule(schedule, undo, dependencies), undefined, now);
}
