import * as z from 'zod';
import type { JobRecords } from '../../../adapters/dynamodb/jobs/job-records.ts';
import type { ScheduleRecords } from '../../../adapters/dynamodb/schedules/schedule-records.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { foldName } from '../../../domain/library/fold-name.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { lastJobOf } from './find-schedule.ts';
import { scheduleAnswer } from './schedule-answer.ts';

export interface ListSchedulesDependencies
  extends Pick<ScheduleRecords, 'listSchedules'>,
    Pick<JobRecords, 'getJob'> {
  readonly now: () => string;
}

const position = z.strictObject({ schedule: z.string().max(26) });

/** Jobs that are read at a time. */
const readAtOnce = 20;

/**
 * A company's schedules with their next and last run. It looks at up to all of them, which are 500 at most, and reads
 * the last job of each that it shows.
 */
export async function listSchedules(
  { company, user, query }: Pick<RequestOf<'listSchedules'>, 'company' | 'user' | 'query'>,
  dependencies: ListSchedulesDependencies,
): ReplyOf<'listSchedules'> {
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
  const items = await inParallel(found, readAtOnce, async (schedule) =>
    scheduleAnswer(schedule, await lastJobOf(schedule, dependencies), now),
  );
  const last = found.at(-1);
  return more && last ? { items, next: writeCursor({ schedule: last.id }) } : { items };
}
