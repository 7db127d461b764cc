import * as z from 'zod';
import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { foldName } from '../../../domain/library/search-filters.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { lastJobOf } from './find-schedule.ts';
import { toScheduleResponse } from './schedule-response.ts';

export interface ListSchedulesDependencies
  extends Pick<ScheduleStore, 'listSchedules'>,
    Pick<JobStore, 'getJob'> {
  readonly now: () => string;
}

const position = z.strictObject({ schedule: z.string().max(26) });

/** Jobs that are read at a time. */
const parallelReads = 20;

/**
 * A company's schedules with their next and last run. It looks at up to all of them, which are 500 at most, and reads
 * the last job of each that it shows.
 */
export async function listSchedules(
  { company, user, query }: Pick<RequestOf<'listSchedules'>, 'company' | 'user' | 'query'>,
  dependencies: ListSchedulesDependencies,
): PromisedResponse<'listSchedules'> {
  const { limit, active, owner, name } = query;
  const after = readCursor(position, query.cursor)?.schedule;
  const text = name === undefined ? '' : foldName(name);
  const isAskedFor = (schedule: Schedule) =>
    (active === undefined || schedule.active === active) &&
    (owner === 'all' || schedule.submittedBy === user.subject) &&
    foldName(schedule.name).includes(text);

  const found: Schedule[] = [];
  let more = false;
  for await (const schedule of dependencies.listSchedules(company, after)) {
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
