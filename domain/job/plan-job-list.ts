/** How a list of jobs is read: by the one index that has the order and leaves least to be looked through. */
import { isTerminal, type Job, type JobStatus, jobStatuses } from './job.ts';
import { type JobOrder, type JobSort, jobUser, notEnded, startOfKeys } from './job-order.ts';
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
  /** The index, named by the column whose order it has. */
  readonly by: JobSort;
  readonly descending: boolean;
  /** Bounds of its sort key; both belong to it. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** What the index does not tell: to be filtered while it is read. */
  readonly rest: JobFilters;
}

/** After all ids and all digits. */
const last = '~';

/**
 * Chooses the index. The order leaves one index; where that is the order of submission, every index that has it among
 * its equal ones will do, from the narrowest to the widest: jobs that have not ended, one status, one user, one kind. A
 * range of dates then is a range of ids.
 */
export function planJobList(filters: JobFilters, sort: JobSort, order: JobOrder): JobListPlan {
  const { state, kind, user, statuses, from, to } = filters;
  const only = statuses?.length === 1 ? statuses[0] : undefined;
  const descending = order === 'desc';
  const within = (by: JobSort, value: string, rest: JobFilters): JobListPlan => {
    const start = startOfKeys(value);
    return {
      by,
      descending,
      from: start + (from === undefined ? '' : firstIdAt(from)),
      to: start + (to === undefined ? last : lastIdAt(to)),
      rest,
    };
  };
  const active = state === 'active' || (statuses?.every((status) => !isTerminal(status)) ?? false);

  switch (sort) {
    case 'type':
      return kind === undefined ? whole() : within('type', kind, { state, user, statuses });
    case 'status':
      return only === undefined ? whole() : within('status', only, { state, kind, user });
    case 'user':
      return user === undefined ? whole() : within('user', user, { state, kind, statuses });
    case 'total':
    case 'warnings':
    case 'errors':
    case 'duration':
      if (active) return within(sort, notEnded, { state, kind, user, statuses });
      if (state === 'ended') return { ...whole(), from: '0', rest: { kind, user, statuses, from, to } };
      return whole();
    case 'name':
    case 'destination':
      return whole();
    case 'started':
      break;
  }
  if (only !== undefined && !isTerminal(only)) return within('status', only, { state, kind, user });
  if (active) return within('duration', notEnded, { state, kind, user, statuses });
  if (only !== undefined) return within('status', only, { state, kind, user });
  if (user !== undefined) return within('user', user, { state, kind, statuses });
  if (kind !== undefined) return within('type', kind, { state, statuses });
  return {
    by: 'started',
    descending,
    ...(from === undefined ? {} : { from: firstIdAt(from) }),
    ...(to === undefined ? {} : { to: lastIdAt(to) }),
    rest: { state, statuses },
  };

  function whole(): JobListPlan {
    return { by: sort, descending, rest: filters };
  }
}

/** Whether a place in the index lies within what the plan reads. */
export function isInPlan({ from, to }: JobListPlan, key: string): boolean {
  return (from === undefined || key >= from) && (to === undefined || key <= to);
}

/** The statuses that state and statuses leave; undefined where they leave all. */
export function statusesLeft({ state, statuses }: JobFilters): readonly JobStatus[] | undefined {
  if (state === undefined) return statuses;
  return (statuses ?? jobStatuses).filter((status) => isTerminal(status) === (state === 'ended'));
}

export function matchesJobList(job: Job, filters: JobFilters): boolean {
  const { kind, user, from, to } = filters;
  return (
    (kind === undefined || job.kind === kind) &&
    (user === undefined || jobUser(job) === user) &&
    (statusesLeft(filters)?.includes(job.status) ?? true) &&
    (from === undefined || job.id >= firstIdAt(from)) &&
    (to === undefined || job.id <= lastIdAt(to))
  );
}
