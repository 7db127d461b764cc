/**
 * How a list of jobs is read. Finished jobs are in two indexes by time of submission: one for the company, one for each
 * user. Unfinished jobs are few: all of them are read and merged with the finished ones.
 */
import { Failure } from '../failure.ts';
import { isTerminal, type Job, type JobStatus, jobStatuses, terminalStatuses } from './job.ts';
import { type JobOrder, type JobSort, jobUser, type ListedJob } from './job-order.ts';
import { firstIdAt, lastIdAt, timeOfId } from './ulid-times.ts';

/** Jobs that are sorted in memory for one page: rows of about 400 bytes, so 4 MB, 500 read units and 5 queries. */
export const maxSortedJobs = 10_000;

/** Days before the end of the range: default of `from` in lists that are sorted in memory. */
const defaultRangeDays = 30;

/** Filters of a list. A job matches if it meets all that are given. */
export interface JobFilters {
  readonly state?: 'active' | 'ended' | undefined;
  readonly kind?: Job['kind'] | undefined;
  /** Subject of the member whose job it is. */
  readonly user?: string | undefined;
  readonly statuses?: readonly JobStatus[] | undefined;
  /** Submitted at this time or later: ISO 8601, UTC. */
  readonly from?: string | undefined;
  /** Submitted at this time or before: ISO 8601, UTC. */
  readonly to?: string | undefined;
}

/** Which indexes a list reads, in which range and order. */
export interface JobListPlan {
  /** Which jobs can be in the list. `active`: unfinished ones. */
  readonly of: 'all' | 'active' | 'ended';
  /**
   * The column of the sort keys. `started`: the list is read from its index page by page, without a limit. Others: all
   * finished jobs of the range are read and sorted in memory.
   */
  readonly by: JobSort;
  readonly descending: boolean;
  /** The user whose finished jobs are read; undefined: all of the company. */
  readonly user?: string | undefined;
  /** Bounds of the ids of finished jobs, inclusive. */
  readonly firstId?: string | undefined;
  readonly lastId?: string | undefined;
  /** Filters that the index of finished jobs does not apply. */
  readonly remainingFilters: Pick<JobFilters, 'kind' | 'statuses'>;
}

/** The last job of a page. */
export interface JobPosition {
  readonly id: string;
  /** The job's key in the order of the list. */
  readonly key: string;
}

/**
 * Chooses index, range and order. If all jobs of the list are equal in a column, the list is sorted by `started`.
 * @param now ISO 8601, UTC: the end of the default range, unless `to` is before it
 */
export function planJobList(filters: JobFilters, sort: JobSort, order: JobOrder, now: string): JobListPlan {
  const { kind, user, from, to } = filters;
  const left = allowedStatuses(filters) ?? jobStatuses;
  const ended = left.filter(isTerminal);
  const of = ended.length === 0 ? 'active' : ended.length === left.length ? 'ended' : 'all';
  const areEqual =
    (sort === 'type' && kind !== undefined) ||
    (sort === 'user' && user !== undefined) ||
    (sort === 'status' && left.length === 1);
  const by = areEqual ? 'started' : sort;
  const descending = order === 'desc';
  if (of === 'active') return { of, by, descending, remainingFilters: {} };

  const first = by === 'started' ? from : (from ?? defaultFrom(to !== undefined && to < now ? to : now));
  return {
    of,
    by,
    descending,
    user,
    firstId: first === undefined ? undefined : firstIdAt(first),
    lastId: to === undefined ? undefined : lastIdAt(to),
    remainingFilters: { kind, statuses: ended.length === terminalStatuses.length ? undefined : ended },
  };
}

function defaultFrom(end: string): string {
  return new Date(Date.parse(end) - defaultRangeDays * 86_400_000).toISOString();
}

/** Whether a page of the list can end with this job. The position comes from a cursor, which a caller can change. */
export function isInPlan({ by, firstId = '', lastId = '~' }: JobListPlan, { id, key }: JobPosition): boolean {
  if (by !== 'started') return firstId <= lastId && key.endsWith(id);
  return key === id && id >= firstId && id <= lastId;
}

/**
 * The error for a list with more jobs than can be sorted in memory.
 * @param excess id of the newest job that does not fit: a range that begins after it fits
 */
export function tooManyToSort({ by, firstId, lastId }: JobListPlan, excess: string): Failure {
  const nearest = new Date(timeOfId(excess) + 1).toISOString();
  const timeOf = (id: string) => new Date(timeOfId(id)).toISOString();
  const range = `${firstId === undefined ? '' : `from ${timeOf(firstId)} `}to ${lastId === undefined ? 'now' : timeOf(lastId)}`;
  const max = maxSortedJobs.toLocaleString('en');
  const message = `the range ${range} has more than ${max} jobs, and at most ${max} can be sorted by ${by}. Choose a narrower range with from and to: from=${nearest} fits. Lists with sort=started have no such limit`;
  return new Failure('job.range-too-wide', `from: ${message}`, {
    details: [{ field: 'from', message, nearest }],
  });
}

/** The statuses that the filters `state` and `statuses` allow; undefined if they allow all. */
export function allowedStatuses({ state, statuses }: JobFilters): readonly JobStatus[] | undefined {
  if (state === undefined) return statuses;
  return (statuses ?? jobStatuses).filter((status) => isTerminal(status) === (state === 'ended'));
}

/** Whether a job meets all filters of a list. */
export function matchesJobList(job: ListedJob, filters: JobFilters): boolean {
  const { kind, user, from, to } = filters;
  return (
    (kind === undefined || job.kind === kind) &&
    (user === undefined || jobUser(job) === user) &&
    (allowedStatuses(filters)?.includes(job.status) ?? true) &&
    (from === undefined || job.id >= firstIdAt(from)) &&
    (to === undefined || job.id <= lastIdAt(to))
  );
}
