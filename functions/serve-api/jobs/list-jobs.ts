import * as z from 'zod';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { JobListStore } from '../../../adapters/dynamodb/jobs/job-list-store.ts';
import { readQueryCursor, refuseCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';
import { type CloseOverdueDependencies, closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { Failure } from '../../../domain/failure.ts';
import {
  isInPlan,
  type JobFilters,
  type JobListPlan,
  planJobList,
} from '../../../domain/jobs/plan-job-list.ts';
import { dayBounds } from '../../../domain/schedules/zone-clock.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toJobResponse } from './job-response.ts';
import { type QueuePositionDependencies, queuePositions } from './queue-positions.ts';

export type ListJobsDependencies = JobListStore &
  Pick<SettingsStore, 'getSettings'> &
  CloseOverdueDependencies &
  QueuePositionDependencies;

const ulid = z.string().length(26);

/** `firstId`: where the range begins, so that the default range of the first page is that of all pages. */
const position = z.strictObject({
  id: ulid,
  key: z.string().min(1).max(1_024),
  firstId: ulid.optional(),
});

/**
 * Publish and upload jobs. By time of submission without end; by other columns those of a date range, sorted in memory.
 * A cursor holds the position of the last job in the order of the list, and the beginning of the range: `listJobs` of
 * the job list store says what happens to jobs that change between two pages.
 * @throws Failure `job.range-too-wide` where there are too many jobs to sort; `request.invalid` for a wrong cursor
 */
export async function listJobs(
  { company, user, query }: RequestOf<'listJobs'>,
  dependencies: ListJobsDependencies,
): PromisedResponse<'listJobs'> {
  const { limit, cursor, sort, order = sort === 'started' ? 'desc' : 'asc' } = query;
  const filters: JobFilters = {
    state: query.state,
    kind: query.kind === 'all' ? undefined : query.kind,
    user: query.by === 'mine' ? user.subject : query.user,
    statuses: query.status,
    ...(await datesOf(company, query, dependencies)),
  };
  const asked = [filters, sort, order];
  const after = readQueryCursor(position, asked, cursor);
  const planned = planJobList(filters, sort, order, dependencies.now());
  const plan = after?.firstId === undefined ? planned : { ...planned, firstId: after.firstId };
  if (after && !isInPlan(plan, after)) refuseCursor('is not one that this list gave');
  const { items, next } = await dependencies.listJobs(company, plan, filters, {
    limit,
    after: after && { id: after.id, key: after.key },
  });
  const jobs = [];
  for (const job of items) jobs.push(await closeOverdue(job, dependencies));
  const positions = await queuePositions(company, jobs, dependencies);
  return {
    items: jobs.map((job) => toJobResponse(job, dependencies.now(), positions.get(job.id))),
    ...(next === undefined ? {} : { next: writeQueryCursor(asked, { ...next, ...sortedFrom(plan) }) }),
  };
}

function sortedFrom({ by, firstId }: JobListPlan): { firstId?: string } {
  return by === 'started' || firstId === undefined ? {} : { firstId };
}

/** Days are those of the company's clocks: only they need its settings. */
async function datesOf(
  company: string,
  { from, to }: Pick<RequestOf<'listJobs'>['query'], 'from' | 'to'>,
  { getSettings }: Pick<SettingsStore, 'getSettings'>,
): Promise<Pick<JobFilters, 'from' | 'to'>> {
  const isDay = (text: string | undefined) => text !== undefined && text.length === 'YYYY-MM-DD'.length;
  const timeZone = isDay(from) || isDay(to) ? (await getSettings(company)).timeZone : 'UTC';
  const momentOf = (text: string | undefined, end: 'from' | 'to') => {
    if (text === undefined) return undefined;
    return isDay(text) ? dayBounds(text, timeZone)[end] : new Date(text).toISOString();
  };
  const dates = { from: momentOf(from, 'from'), to: momentOf(to, 'to') };
  if (dates.from !== undefined && dates.to !== undefined && dates.to < dates.from) {
    const message = 'must not be before from';
    throw new Failure('request.invalid', `to: ${message}`, { details: [{ field: 'to', message }] });
  }
  return dates;
}
