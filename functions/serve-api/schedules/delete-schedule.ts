import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import { Failure } from '../../../domain/failure.ts';
import { checkScheduleTag } from '../../../domain/schedules/schedule.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { type ApplyScheduleDependencies, removeSlots } from './apply-schedule.ts';
import { checkMayChange, findSchedule } from './find-schedule.ts';
import { toScheduleResponse } from './schedule-response.ts';

export interface DeleteScheduleDependencies
  extends Pick<ScheduleStore, 'getSchedule' | 'deleteSchedule'>,
    Pick<ApplyScheduleDependencies, 'remove' | 'log' | 'now'> {}

/** Times that it is tried because somebody else changed the schedule. */
const maxAttempts = 5;

/** Deletes a schedule: nothing starts by it from then on. Its jobs stay, and one that runs goes on. */
export async function deleteSchedule(
  { company, user, params, ifMatch }: RequestOf<'deleteSchedule'>,
  dependencies: DeleteScheduleDependencies,
): PromisedResponse<'deleteSchedule'> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const seen = await findSchedule(company, params.id, dependencies);
    checkMayChange(user, seen);
    checkScheduleTag(seen, ifMatch);
    const deleted = await dependencies.deleteSchedule(company, seen.id, seen.version);
    if (!deleted) continue;
    await removeSlots(deleted, dependencies);
    return toScheduleResponse(deleted, undefined, dependencies.now());
  }
  throw new Failure('schedule.changed-meanwhile', `The schedule ${params.id} keeps being changed; try again`);
}
