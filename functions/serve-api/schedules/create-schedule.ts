import type { MemberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import { Failure } from '../../../domain/failure.ts';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { maxSchedules, type Schedule } from '../../../domain/schedules/schedule.ts';
import {
  checkNotificationOptions,
  type NotificationOptionsDependencies,
  saveMailAddress,
} from '../notifications/notification-options.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { type ApplyScheduleDependencies, applySchedule, removeSlots } from './apply-schedule.ts';
import { checkedRule } from './checked-rule.ts';
import { toScheduleResponse } from './schedule-response.ts';
import { checkJobRights, scheduledJob } from './scheduled-job.ts';

export interface CreateScheduleDependencies
  extends Pick<ScheduleStore, 'createSchedule' | 'countSchedules' | 'deleteSchedule'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<MemberStore, 'findRole'>,
    NotificationOptionsDependencies,
    ApplyScheduleDependencies {
  readonly newId: () => string;
}

/**
 * Makes a schedule: its record first, then what EventBridge Scheduler needs. Where that fails, nothing is kept.
 * Four writes, and two calls of Scheduler for each of its schedules, nearly always one.
 */
export async function createSchedule(
  { company, user, body }: RequestOf<'createSchedule'>,
  dependencies: CreateScheduleDependencies,
): PromisedResponse<'createSchedule'> {
  const now = dependencies.now();
  const settings = await dependencies.getSettings(company);
  const timing = checkedRule(body.rule, body.timeZone ?? settings.timeZone, now);
  const notificationOptions = checkNotificationOptions(body.job, 'job.', undefined, dependencies);
  const job = { ...scheduledJob(body.job, settings), ...notificationOptions };
  await checkJobRights(user, { company, submittedBy: user.subject, job }, dependencies);
  if ((await dependencies.countSchedules(company)) >= maxSchedules) {
    const message = `a company has at most ${maxSchedules} schedules; delete one first`;
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
  const schedule = { ...made, slots: desiredSlots(made, now).length };
  await saveMailAddress(company, user, notificationOptions, dependencies);
  await dependencies.createSchedule(schedule);
  const undo = async () => {
    await dependencies.deleteSchedule(company, schedule.id, schedule.version);
    await removeSlots(schedule, dependencies);
  };
  return toScheduleResponse(await applySchedule(schedule, undo, dependencies), undefined, now);
}
