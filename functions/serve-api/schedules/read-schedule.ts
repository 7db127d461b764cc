import type { JobRecords } from '../../../adapters/dynamodb/jobs/job-records.ts';
import type { ScheduleRecords } from '../../../adapters/dynamodb/schedules/schedule-records.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { findSchedule, lastJobOf } from './find-schedule.ts';
import { scheduleAnswer } from './schedule-answer.ts';

export interface ReadScheduleDependencies
  extends Pick<ScheduleRecords, 'getSchedule'>,
    Pick<JobRecords, 'getJob'> {
  readonly now: () => string;
}

/** Two reads. */
export async function readSchedule(
  { company, params }: Pick<RequestOf<'readSchedule'>, 'company' | 'params'>,
  dependencies: ReadScheduleDependencies,
): ReplyOf<'readSchedule'> {
  const schedule = await findSchedule(company, params.id, dependencies);
  return scheduleAnswer(schedule, await lastJobOf(schedule, dependencies), dependencies.now());
}
