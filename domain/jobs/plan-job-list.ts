/**
 * How a list of jobs is read. Those that have ended stand in an index for each order; those that have not are few, are
 * read all and put among the others.
 */
import { isTerminal, type Job, type JobStatus, jobStatuses, terminalStatuses } from './job.ts';
import { type JobOrder, type JobSort, jobUser, keyPrefix, type ListedJob } from './job-order.ts';
import { firstIdAt, lastIdAt } from './ulid-times.ts';

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
  /** The column that all keys are of; of ended jobs, the one whose index is read. */
  readonly by: JobSort;
  readonly descending: boolean;
  /** Bounds of the keys, both among them. Whatever is right lies between. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** What the index does not tell of ended jobs: to be filtered while it is read. */
  readonly remainingFilters: Omit<JobFilters, 'state'>;
}

/** After all ids and all digits. */
const last = '~';

/**
 * Chooses the index. The order leaves one index; where that is the order of submission, every index that has it among
 * its equal ones will do, from the narrowest to the widest: one status, one user, one kind. A range of dates then is a
 * range of ids.
 */
export function planJobList(filters: JobFilters, sort: JobSort, order: JobOrder): JobListPlan {
  const { kind, user, from, to } = filters;
  const left = allowedStatuses(filters) ?? jobStatuses;
  const ended = left.filter(isTerminal);
  const of = ended.length === 0 ? 'active' : ended.length === left.length ? 'ended' : 'all';
  const descending = order === 'desc';
  if (of === 'active') return { of, by: sort, descending, remainingFilters: {} };

  const statuses = ended.length === terminalStatuses.length ? undefined : ended;
  const only = of === 'ended' && ended.length === 1 ? ended[0] : undefined;
  switch (sort) {
    case 'type':
      return kind === undefined ? whole() : within('type', kind, { user, statuses });
    case 'status':
      return only === undefined ? whole() : within('status', only, { kind, user });
    case 'user':
      return user === undefined ? whole() : within('user', user, { kind, statuses });
    case 'started':
      break;
    default:
      return whole();
  }
  if (only !== undefined) return within('status', only, { kind, user });
  if (user !== undefined) return within('user', user, { kind, statuses });
  if (kind !== undefined) return within('type', kind, { statuses });
  return {
    of,
    by: 'started',
    descending,
    ...(from === undefined ? {} : { from: firstIdAt(from) }),
    ...(to === undefined ? {} : { to: lastIdAt(to) }),
    remainingFilters: { statuses },
  };

  function whole(): JobListPlan {
    return { of, by: sort, descending, remainingFilters: { kind, user, statuses, from, to } };
  }

  function within(
    by: JobSort,
    value: string,
    remainingFilters: JobListPlan['remainingFilters'],
  ): JobListPlan {
    const start = keyPrefix(value);
    return {
      of,
      by,
      descending,
      from: start + (from === undefined ? '' : firstIdAt(from)),
      to: start + (to === undefined ? last : lastIdAt(to)),
      remainingFilters,
    };
  }
}

/** Whether a place in the index lies within what the plan reads. */
export function isInPlan({ from, to }: JobListPlan, key: string): boolean {
  return (from === undefined || key >= from) && (to === undefined || key <= to);
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
