import type { ScheduleRecords } from '../../../adapters/dynamodb/schedules/schedule-records.ts';
import { Failure } from '../../../domain/failure.ts';
import { checkScheduleTag } from '../../../domain/schedules/schedule-tag.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { checkMayChange, findSchedule } from './find-schedule.ts';
import { scheduleAnswer } from './schedule-answer.ts';
import { type SetScheduleDependencies, unsetSchedule } from './set-schedule.ts';

export interface DeleteScheduleDependencies
  extends Pick<ScheduleRecords, 'getSchedule' | 'deleteSchedule'>,
    Pick<SetScheduleDependencies, 'remove' | 'log' | 'now'> {}

/** Times that it is tried because somebody else changed the schedule. */
const mostAttempts = 5;

/** Deletes a schedule: nothing starts by it from then on. Its jobs stay, and one that runs goes on. */
export async function deleteSchedule(
  { company, user, params, ifMatch }: RequestOf<'deleteSchedule'>,
  dependencies: DeleteScheduleDependencies,
): ReplyOf<'deleteSchedule'> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const seen = await findSchedule(company, params.id, dependencies);
    checkMayChange(user, seen);
    checkScheduleTag(seen, ifMatch);
    const deleted = await dependencies.deleteSchedule(company, seen.id, seen.version);
    if (!deleted) continue;
    await unsetSchedule(deleted, dependencies);
    return scheduleAnswer(deleted, undefined, dependencies.now());
  }
  throw new Failure('schedule.changed-meanwhile', `The schedule ${params.id} keeps being changed; try again`);
}
