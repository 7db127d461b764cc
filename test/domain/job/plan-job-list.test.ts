import { describe, expect, it } from 'vitest';
import type { JobSort } from '../../../domain/job/job-order.ts';
import { isInPlan, type JobFilters, planJobList, statusesLeft } from '../../../domain/job/plan-job-list.ts';
import { firstIdAt, lastIdAt } from '../../../domain/job/ulid-times.ts';

const from = '2026-11-01T00:00:00.000Z';
const to = '2026-11-24T23:59:59.999Z';
const [first, last] = [firstIdAt(from), lastIdAt(to)];

type Case = [JobSort, JobFilters, { by: JobSort; from?: string; to?: string; rest: JobFilters }];

describe('the index that a list of jobs is read by', () => {
  it.each<Case>([
    ['started', {}, { by: 'started', rest: {} }],
    ['started', { from }, { by: 'started', from: first, rest: {} }],
    ['started', { from, to }, { by: 'started', from: first, to: last, rest: {} }],
    ['started', { state: 'ended' }, { by: 'started', rest: { state: 'ended' } }],
    ['started', { kind: 'upload' }, { by: 'type', from: 'upload\t', to: 'upload\t~', rest: {} }],
    [
      'started',
      { kind: 'upload', user: 'ann', from, to },
      { by: 'user', from: `ann\t${first}`, to: `ann\t${last}`, rest: { kind: 'upload' } },
    ],
    [
      'started',
      { statuses: ['failed'], user: 'ann' },
      { by: 'status', from: 'failed\t', to: 'failed\t~', rest: { user: 'ann' } },
    ],
    [
      'started',
      { statuses: ['failed', 'stopped'], user: 'ann' },
      { by: 'user', from: 'ann\t', to: 'ann\t~', rest: { statuses: ['failed', 'stopped'] } },
    ],
    [
      'started',
      { state: 'active', user: 'ann' },
      { by: 'duration', from: '-\t', to: '-\t~', rest: { state: 'active', user: 'ann' } },
    ],
    [
      'started',
      { statuses: ['queued', 'running'] },
      { by: 'duration', from: '-\t', to: '-\t~', rest: { statuses: ['queued', 'running'] } },
    ],
    [
      'started',
      { state: 'active', statuses: ['queued'] },
      { by: 'status', from: 'queued\t', to: 'queued\t~', rest: { state: 'active' } },
    ],
    ['name', { user: 'ann', from }, { by: 'name', rest: { user: 'ann', from } }],
    ['destination', { kind: 'upload' }, { by: 'destination', rest: { kind: 'upload' } }],
    ['type', {}, { by: 'type', rest: {} }],
    ['type', { kind: 'publish' }, { by: 'type', from: 'publish\t', to: 'publish\t~', rest: {} }],
    ['status', { statuses: ['failed'] }, { by: 'status', from: 'failed\t', to: 'failed\t~', rest: {} }],
    ['user', { user: 'ann', from }, { by: 'user', from: `ann\t${first}`, to: 'ann\t~', rest: {} }],
    ['errors', { from }, { by: 'errors', rest: { from } }],
    ['errors', { state: 'ended', from }, { by: 'errors', from: '0', rest: { from } }],
    ['total', { state: 'active' }, { by: 'total', from: '-\t', to: '-\t~', rest: { state: 'active' } }],
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
  expect(statusesLeft(filters)).toEqual(expected);
});
