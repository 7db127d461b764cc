/**
 * How a list of jobs is read. Ended jobs are in two indexes by time of submission: one of the company, one of each user.
 * Jobs that have not ended are few: all of them are read and merged with the others.
 */
import { Failure } from '../failure.ts';
import { isTerminal, type Job, type JobStatus, jobStatuses, terminalStatuses } from './job.ts';
import { type JobOrder, type JobSort, jobUser, type ListedJob } from './job-order.ts';
import { firstIdAt, lastIdAt, timeOfId } from './ulid-times.ts';

/** Jobs that one list sorts in memory: rows of some 400 bytes each, so 4 MB, 500 read units and 5 queries a page. */
export const maxSortedJobs = 10_000;

/** Days back from the end of the range: what lists that are sorted in memory read of ended jobs unless `from` is given. */
const defaultRangeDays = 30;

/** All that is given must hold. */
export interface JobFilters {
  readonly state?: 'active' | 'ended' | undefined;
  readonly kind?: Job['kind'] | undefined;
  /** Subject of the member whose job it is. */
  readonly user?: string | undefined;
  readonly statuses?: readonly JobStatus[] | undefined;
  /** Submitted then or later: ISO 8601, UTC. */
  readonly from?: string | undefined;
  /** Submitted then or before. */
  readonly to?: string | undefined;
}

export interface JobListPlan {
  /** Which jobs can be in the list: `active` ones have not ended. */
  readonly of: 'all' | 'active' | 'ended';
  /**
   * The column of the keys. `started`: the list is read from its index page by page, without end. Any other: the ended
   * jobs of the range are read whole and sorted in memory.
   */
  readonly by: JobSort;
  readonly descending: boolean;
  /** Whose ended jobs are read, by the index of users; undefined: those of the company. */
  readonly user?: string | undefined;
  /** Bounds of the ids of ended jobs, inclusive. */
  readonly firstId?: string | undefined;
  readonly lastId?: string | undefined;
  /** Filters that the index of ended jobs does not apply. */
  readonly remainingFilters: Pick<JobFilters, 'kind' | 'statuses'>;
}

/** Where a page of a list ended. */
export interface JobPosition {
  readonly id: string;
  /** The job's key in the order of the list. */
  readonly key: string;
}

/**
 * Chooses index, range and order. A column in which all jobs of the list are equal leaves the order of submission: the
 * list is then read like one by `started`.
 * @param now ISO 8601, UTC: where the default range of a list that is sorted in memory ends, unless `to` is before it
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

/** Whether a page of the list can have ended there: a position comes back from the caller. */
export function isInPlan({ by, firstId = '', lastId = '~' }: JobListPlan, { id, key }: JobPosition): boolean {
  if (by !== 'started') return firstId <= lastId && key.endsWith(id);
  return key === id && id >= firstId && id <= lastId;
}

/**
 * The refusal of a list with more jobs than can be sorted in memory.
 * @param fits the newest job that does not fit: a range that begins after it does
 */
export function tooManyToSort({ by, firstId, lastId }: JobListPlan, fits: string): Failure {
  const nearest = new Date(timeOfId(fits) + 1).toISOString();
  const timeOf = (id: string) => new Date(timeOfId(id)).toISOString();
  const range = `${firstId === undefined ? '' : `from ${timeOf(firstId)} `}to ${lastId === undefined ? 'now' : timeOf(lastId)}`;
  const max = maxSortedJobs.toLocaleString('en');
  const message = `the range ${range} has more than ${max} jobs, and at most ${max} can be sorted by ${by}. Choose a narrower range with from and to: from=${nearest} fits. Lists with sort=started have no such limit`;
  return new Failure('job.range-too-wide', `from: ${message}`, {
    details: [{ field: 'from', message, nearest }],
  });
}

/** The statuses that state and statuses leave; undefined where they leave all. */
export function allowedStatuses({ state, statuses }: JobFilters): readonly JobStatus[] | undefined {
  if (state === undefined) return statuses;
  return (statuses ?? jobStatuses).filter((status) => isTerminal(status) === (state === 'ended'));
}

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
