import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../domain/jobs/job.ts';
import { isOverdue, uploadEnd } from '../../../domain/uploads/upload-end.ts';

describe('the terminal status of an upload', () => {
  it.each([
    ['running', { total: 2, done: 1 }, undefined],
    ['running', { total: 2, done: 2 }, 'succeeded'],
    ['running', { total: 2, done: 1, skipped: 1 }, 'succeeded'],
    ['running', { total: 2, done: 1, errors: 1 }, 'completed-with-errors'],
    ['running', { total: 2, errors: 2 }, 'completed-with-errors'],
    ['stopping', { total: 2, done: 1 }, undefined],
    ['stopping', { total: 2, done: 1, notReached: 1 }, 'stopped'],
    ['stopping', { total: 2, done: 1, errors: 1 }, 'stopped'],
    ['succeeded', { total: 2, done: 2 }, undefined],
    ['stopped', { total: 2, notReached: 2 }, undefined],
  ] as const)('that is %s with %j is %s', (status, counts, end) => {
    expect(uploadEnd({ status, counts: { ...noCounts, ...counts } })).toBe(end);
  });
});

describe('an overdue job', () => {
  const submitted = '2026-11-24T08:00:00.000Z';
  it.each([
    ['upload', 'running', '2026-11-25T08:00:00.000Z', false],
    ['upload', 'running', '2026-11-25T08:00:00.001Z', true],
    ['upload', 'stopping', '2026-11-26T08:00:00.000Z', true],
    ['upload', 'succeeded', '2026-11-26T08:00:00.000Z', false],
    ['publish', 'running', '2026-11-26T08:00:00.000Z', false],
  ] as const)('of kind %s that is %s at %s is one: %s', (kind, status, now, overdue) => {
    expect(isOverdue({ kind, status, submitted }, now)).toBe(overdue);
  });
});
