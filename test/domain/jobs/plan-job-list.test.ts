import { describe, expect, it } from 'vitest';
import type { JobSort } from '../../../domain/jobs/job-order.ts';
import {
  allowedStatuses,
  isInPlan,
  type JobFilters,
  type JobListPlan,
  planJobList,
} from '../../../domain/jobs/plan-job-list.ts';
import { firstIdAt, lastIdAt } from '../../../domain/jobs/ulid-times.ts';

const from = '2026-11-01T00:00:00.000Z';
const to = '2026-11-24T23:59:59.999Z';
const [first, last] = [firstIdAt(from), lastIdAt(to)];

type Case = [JobSort, JobFilters, Omit<JobListPlan, 'descending'>];

describe('the index that a list of jobs is read by', () => {
  it.each<Case>([
    ['started', {}, { of: 'all', by: 'started', remainingFilters: {} }],
    ['started', { from }, { of: 'all', by: 'started', from: first, remainingFilters: {} }],
    ['started', { from, to }, { of: 'all', by: 'started', from: first, to: last, remainingFilters: {} }],
    ['started', { state: 'ended' }, { of: 'ended', by: 'started', remainingFilters: {} }],
    [
      'started',
      { kind: 'upload' },
      { of: 'all', by: 'type', from: 'upload\t', to: 'upload\t~', remainingFilters: {} },
    ],
    [
      'started',
      { kind: 'upload', user: 'ann', from, to },
      {
        of: 'all',
        by: 'user',
        from: `ann\t${first}`,
        to: `ann\t${last}`,
        remainingFilters: { kind: 'upload' },
      },
    ],
    [
      'started',
      { statuses: ['failed'], user: 'ann' },
      { of: 'ended', by: 'status', from: 'failed\t', to: 'failed\t~', remainingFilters: { user: 'ann' } },
    ],
    [
      'started',
      { statuses: ['failed', 'stopped'], user: 'ann' },
      {
        of: 'ended',
        by: 'user',
        from: 'ann\t',
        to: 'ann\t~',
        remainingFilters: { statuses: ['failed', 'stopped'] },
      },
    ],
    // Of jobs that have ended and such that have not, keys of one column alone have an order.
    [
      'started',
      { statuses: ['queued', 'failed'] },
      { of: 'all', by: 'started', remainingFilters: { statuses: ['failed'] } },
    ],
    [
      'status',
      { statuses: ['queued', 'failed'] },
      { of: 'all', by: 'status', remainingFilters: { statuses: ['failed'] } },
    ],
    ['started', { state: 'active', user: 'ann' }, { of: 'active', by: 'started', remainingFilters: {} }],
    ['name', { statuses: ['queued', 'running'] }, { of: 'active', by: 'name', remainingFilters: {} }],
    [
      'started',
      { state: 'active', statuses: ['queued', 'failed'] },
      { of: 'active', by: 'started', remainingFilters: {} },
    ],
    [
      'started',
      { state: 'ended', statuses: ['queued', 'failed'] },
      { of: 'ended', by: 'status', from: 'failed\t', to: 'failed\t~', remainingFilters: {} },
    ],
    ['name', { user: 'ann', from }, { of: 'all', by: 'name', remainingFilters: { user: 'ann', from } }],
    [
      'destination',
      { kind: 'upload' },
      { of: 'all', by: 'destination', remainingFilters: { kind: 'upload' } },
    ],
    ['type', {}, { of: 'all', by: 'type', remainingFilters: {} }],
    [
      'type',
      { kind: 'publish' },
      { of: 'all', by: 'type', from: 'publish\t', to: 'publish\t~', remainingFilters: {} },
    ],
    [
      'status',
      { statuses: ['failed'] },
      { of: 'ended', by: 'status', from: 'failed\t', to: 'failed\t~', remainingFilters: {} },
    ],
    [
      'user',
      { user: 'ann', from },
      { of: 'all', by: 'user', from: `ann\t${first}`, to: 'ann\t~', remainingFilters: {} },
    ],
    ['errors', { state: 'ended', from }, { of: 'ended', by: 'errors', remainingFilters: { from } }],
    ['total', { state: 'active' }, { of: 'active', by: 'total', remainingFilters: {} }],
  ])('by %s with %j', (sort, filters, expected) => {
    // Left-out filters and those that are undefined are the same.
    expect(planJobList(filters, sort, 'asc')).toEqual({ descending: false, ...expected });
    expect(planJobList(filters, sort, 'desc').descending).toBe(true);
  });

  it('knows which places belong to it', () => {
    const plan = planJobList({ user: 'ann' }, 'user', 'asc');
    expect(['ann\t01J', 'anna\t01J', 'am\t01J'].map((key) => isInPlan(plan, key))).toEqual([
      true,
      false,
      false,
    ]);
    expect(isInPlan(planJobList({}, 'name', 'asc'), 'anything')).toBe(true);
  });
});

it.each([
  [{}, undefined],
  [{ statuses: ['failed', 'running'] as const }, ['failed', 'running']],
  [{ state: 'active' as const }, ['queued', 'running', 'stopping']],
  [{ state: 'ended' as const, statuses: ['failed', 'running'] as const }, ['failed']],
  [{ state: 'active' as const, statuses: ['failed'] as const }, []],
])('%j leaves the statuses %j', (filters, expected) => {
  expect(allowedStatuses(filters)).toEqual(expected);
});
