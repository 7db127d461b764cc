import { describe, expect, it } from 'vitest';
import { type JobStatus, noCounts } from '../../../domain/job/job.ts';
import { progressOf, rateOf } from '../../../domain/job/progress.ts';

const started = '2026-11-24T08:00:00.000Z';

describe('how far a job is', () => {
  it.each([
    ['queued', {}, 0],
    ['running', {}, 0],
    ['running', { total: 4, done: 1 }, 0.25],
    ['running', { total: 8, done: 1, skipped: 1, errors: 1, notReached: 1 }, 0.5],
    ['running', { total: 2, done: 3 }, 1],
    ['stopped', { total: 4, done: 1, notReached: 3 }, 1],
    ['succeeded', {}, 1],
  ] as const)('%s with %j: %d', (status, counts, progress) => {
    expect(progressOf({ status, counts: { ...noCounts, ...counts } })).toBe(progress);
  });

  it.each([
    ['running', '2026-11-24T08:00:10.000Z', 3],
    ['stopping', '2026-11-24T08:00:20.000Z', 1.5],
    ['running', '2026-11-24T08:00:00.900Z', undefined],
    ['succeeded', '2026-11-24T08:00:10.000Z', undefined],
  ] as [JobStatus, string, number | undefined][])('%s at %s makes %s lines a second', (status, now, rate) => {
    const counts = { ...noCounts, total: 90, done: 20, skipped: 5, errors: 5 };
    expect(rateOf({ status, counts, started }, now)).toBe(rate);
  });
});
