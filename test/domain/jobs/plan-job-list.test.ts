import { describe, expect, it } from 'vitest';
import type { JobSort } from '../../../domain/jobs/job-order.ts';
import {
  allowedStatuses,
  isInPlan,
  type JobFilters,
  type JobListPlan,
  planJobList,
  tooManyToSort,
} from '../../../domain/jobs/plan-job-list.ts';
import { firstIdAt, lastIdAt } from '../../../domain/jobs/ulid-times.ts';

const now = '2026-11-30T12:00:00.000Z';
const from = '2026-11-01T00:00:00.000Z';
const to = '2026-11-24T23:59:59.999Z';
const [first, last] = [firstIdAt(from), lastIdAt(to)];
/** Where the range of the last 30 days begins, until now and until `to`. */
const beforeNow = firstIdAt('2026-10-31T12:00:00.000Z');
const beforeTo = firstIdAt('2026-10-25T23:59:59.999Z');

type Case = [JobSort, JobFilters, Omit<JobListPlan, 'descending'>];

describe('the plan of a list of jobs', () => {
  it.each<Case>([
    ['started', {}, { of: 'all', by: 'started', remainingFilters: {} }],
    ['started', { from }, { of: 'all', by: 'started', firstId: first, remainingFilters: {} }],
    [
      'started',
      { from, to },
      { of: 'all', by: 'started', firstId: first, lastId: last, remainingFilters: {} },
    ],
    ['started', { to }, { of: 'all', by: 'started', lastId: last, remainingFilters: {} }],
    ['started', { state: 'ended' }, { of: 'ended', by: 'started', remainingFilters: {} }],
    ['started', { kind: 'upload' }, { of: 'all', by: 'started', remainingFilters: { kind: 'upload' } }],
    [
      'started',
      { kind: 'upload', user: 'ann', from, to },
      {
        of: 'all',
        by: 'started',
        user: 'ann',
        firstId: first,
        lastId: last,
        remainingFilters: { kind: 'upload' },
      },
    ],
    [
      'started',
      { statuses: ['failed'], user: 'ann' },
      { of: 'ended', by: 'started', user: 'ann', remainingFilters: { statuses: ['failed'] } },
    ],
    [
      'started',
      { statuses: ['queued', 'failed'] },
      { of: 'all', by: 'started', remainingFilters: { statuses: ['failed'] } },
    ],
    ['started', { state: 'active', user: 'ann' }, { of: 'active', by: 'started', remainingFilters: {} }],
    [
      'started',
      { state: 'active', statuses: ['queued', 'failed'] },
      { of: 'active', by: 'started', remainingFilters: {} },
    ],
    [
      'started',
      { state: 'ended', statuses: ['queued', 'failed'] },
      { of: 'ended', by: 'started', remainingFilters: { statuses: ['failed'] } },
    ],
    // Sorted in memory: within the given range, or within the last 30 days.
    ['name', {}, { of: 'all', by: 'name', firstId: beforeNow, remainingFilters: {} }],
    ['name', { to }, { of: 'all', by: 'name', firstId: beforeTo, lastId: last, remainingFilters: {} }],
    [
      'name',
      { to: '2027-01-01T00:00:00.000Z' },
      {
        of: 'all',
        by: 'name',
        firstId: beforeNow,
        lastId: lastIdAt('2027-01-01T00:00:00.000Z'),
        remainingFilters: {},
      },
    ],
    [
      'name',
      { user: 'ann', from },
      { of: 'all', by: 'name', user: 'ann', firstId: first, remainingFilters: {} },
    ],
    [
      'destination',
      { kind: 'upload' },
      { of: 'all', by: 'destination', firstId: beforeNow, remainingFilters: { kind: 'upload' } },
    ],
    ['errors', { state: 'ended', from }, { of: 'ended', by: 'errors', firstId: first, remainingFilters: {} }],
    [
      'status',
      { statuses: ['queued', 'failed'] },
      { of: 'all', by: 'status', firstId: beforeNow, remainingFilters: { statuses: ['failed'] } },
    ],
    ['type', {}, { of: 'all', by: 'type', firstId: beforeNow, remainingFilters: {} }],
    // Active jobs are listed however old they are.
    ['name', { statuses: ['queued', 'running'] }, { of: 'active', by: 'name', remainingFilters: {} }],
    ['total', { state: 'active' }, { of: 'active', by: 'total', remainingFilters: {} }],
    // All jobs of the list are equal in the column, so the order of submission remains.
    ['type', { kind: 'publish' }, { of: 'all', by: 'started', remainingFilters: { kind: 'publish' } }],
    [
      'status',
      { statuses: ['failed'] },
      { of: 'ended', by: 'started', remainingFilters: { statuses: ['failed'] } },
    ],
    ['status', { statuses: ['queued'] }, { of: 'active', by: 'started', remainingFilters: {} }],
    [
      'user',
      { user: 'ann', from },
      { of: 'all', by: 'started', user: 'ann', firstId: first, remainingFilters: {} },
    ],
  ])('by %s with %j is right', (sort, filters, expected) => {
    // Missing filters and undefined ones are equal.
    expect(planJobList(filters, sort, 'asc', now)).toEqual({ descending: false, ...expected });
    expect(planJobList(filters, sort, 'desc', now).descending).toBe(true);
  });

  it('accepts only positions that a page of the list can end with', () => {
    const [id, early] = [firstIdAt('2026-11-10T00:00:00.000Z'), firstIdAt('2026-10-01T00:00:00.000Z')];
    const byTime = planJobList({ from, to }, 'started', 'asc', now);
    expect(isInPlan(byTime, { id, key: id })).toBe(true);
    expect(isInPlan(byTime, { id, key: `a\t${id}` })).toBe(false);
    expect(isInPlan(byTime, { id: early, key: early })).toBe(false);
    expect(isInPlan(byTime, { id: lastIdAt(now), key: lastIdAt(now) })).toBe(false);
    const byName = planJobList({ to }, 'name', 'asc', now);
    expect(isInPlan(byName, { id, key: `autumn\t${id}` })).toBe(true);
    expect(isInPlan(byName, { id, key: 'autumn' })).toBe(false);
    // A query from there would have its bounds in the wrong order.
    expect(isInPlan({ ...byName, firstId: lastIdAt(now) }, { id, key: `autumn\t${id}` })).toBe(false);
  });
});

it('the error for too wide a range names the range, the limit and a range that fits', () => {
  const failure = tooManyToSort(planJobList({}, 'name', 'asc', now), lastIdAt(from));
  expect(failure.code).toBe('job.range-too-wide');
  expect(failure.message).toBe(
    'from: the range from 2026-10-31T12:00:00.000Z to now has more than 10,000 jobs, and at most 10,000 can be sorted by name. Choose a narrower range with from and to: from=2026-11-01T00:00:00.001Z fits. Lists with sort=started have no such limit',
  );
  expect(failure.details).toMatchObject([{ field: 'from', nearest: '2026-11-01T00:00:00.001Z' }]);
  expect(tooManyToSort(planJobList({ to, state: 'ended' }, 'name', 'asc', now), last).message).toContain(
    'from 2026-10-25T23:59:59.999Z to 2026-11-24T23:59:59.999Z',
  );
});

it.each([
  [{}, undefined],
  [{ statuses: ['failed', 'running'] as const }, ['failed', 'running']],
  [{ state: 'active' as const }, ['queued', 'running', 'stopping']],
  [{ state: 'ended' as const, statuses: ['failed', 'running'] as const }, ['failed']],
  [{ state: 'active' as const, statuses: ['failed'] as const }, []],
])('the filters %j allow the statuses %j', (filters, expected) => {
  expect(allowedStatuses(filters)).toEqual(expected);
});
