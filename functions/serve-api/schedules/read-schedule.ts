import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { findSchedule, lastJobOf } from './find-schedule.ts';
import { toScheduleResponse } from './schedule-response.ts';

export interface ReadScheduleDependencies
  extends Pick<ScheduleStore, 'getSchedule'>,
    Pick<JobStore, 'getJob'> {
  readonly now: () => string;
}

/** Two reads. */
export async function readSchedule(
  { company, params }: Pick<RequestOf<'readSchedule'>, 'company' | 'params'>,
  dependencies: ReadScheduleDependencies,
): PromisedResponse<'readSchedule'> {
  const schedule = await findSchedule(company, params.id, dependencies);
  return toScheduleResponse(schedule, await lastJobOf(schedule, dependencies), dependencies.now());
}
