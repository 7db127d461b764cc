import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobStatus, noCounts } from '../../../domain/jobs/job.ts';
import { byteRateOf, expectedEnd, isPlanned, progressOf, rateOf } from '../../../domain/jobs/progress.ts';

const started = '2026-11-24T08:00:00.000Z';
const plannedAt = '2026-11-24T08:00:40.000Z';
const counts = { ...noCounts, total: 90, done: 20, skipped: 5, errors: 5, bytes: 4_000 };
const publish = { kind: 'publish', submitted: '2026-11-24T07:00:00.000Z', counts } as const;
const upload = { kind: 'upload', submitted: started, counts } as const;

describe('the progress of a job', () => {
  it.each([
    ['queued', {}, 0],
    ['running', {}, 0],
    ['running', { total: 4, done: 1 }, 0.25],
    ['running', { total: 8, done: 1, skipped: 1, errors: 1, notReached: 1 }, 0.5],
    ['running', { total: 2, done: 3 }, 1],
    ['stopped', { total: 4, done: 1, notReached: 3 }, 1],
    ['succeeded', {}, 1],
  ] as const)('that is %s with %j is %d', (status, change, progress) => {
    expect(progressOf({ status, counts: { ...noCounts, ...change } })).toBe(progress);
  });

  it.each([
    ['running', '2026-11-24T08:00:10.000Z', 3, 400],
    ['stopping', '2026-11-24T08:00:20.000Z', 1.5, 200],
    ['running', '2026-11-24T08:00:00.900Z', undefined, undefined],
    ['succeeded', '2026-11-24T08:00:10.000Z', undefined, undefined],
    ['queued', '2026-11-24T08:00:10.000Z', undefined, undefined],
  ] as [JobStatus, string, number | undefined, number | undefined][])(
    'that is %s at %s is %s entries and %s bytes per second',
    (status, now, lines, bytes) => {
      for (const job of [
        { ...publish, status, started },
        { ...upload, status },
      ]) {
        expect(rateOf(job, now)).toBe(lines);
        expect(byteRateOf(job, now)).toBe(bytes);
      }
    },
  );

  it('is measured from the end of its planning, since nothing is published before', () => {
    const job = { ...publish, status: 'running' as const, started, plannedAt };
    expect(rateOf(job, '2026-11-24T08:00:50.000Z')).toBe(3);
  });
});

describe('the expected end of a job', () => {
  const now = '2026-11-24T08:00:50.000Z';
  const running = { ...publish, status: 'running', started, plannedAt } as const;

  it('follows from the remaining entries and the rate', () => {
    // 60 entries are left at 3 per second.
    expect(expectedEnd(running, now)).toBe('2026-11-24T08:01:10.000Z');
    // 30 entries took 50 seconds, so 60 take 100.
    expect(expectedEnd({ ...upload, status: 'running' }, now)).toBe('2026-11-24T08:02:30.000Z');
  });

  const { plannedAt: _, ...planning } = running;
  it.each([
    ['it is being planned', planning],
    ['nothing is done', { ...running, counts: noCounts }],
    ['it is being stopped', { ...running, status: 'stopping' }],
    ['it is finished', { ...running, status: 'succeeded' }],
    ['it is queued', { ...planning, status: 'queued' }],
  ] as const)('is undefined while %s', (_why, job) => {
    expect(expectedEnd(job, now)).toBeUndefined();
  });

  it('is never in the past, whatever the counts are', () => {
    const number = fc.integer({ min: 0, max: 1e7 });
    fc.assert(
      fc.property(number, number, number, (total, done, errors) => {
        const end = expectedEnd({ ...running, counts: { ...noCounts, total, done, errors } }, now);
        return end === undefined || end >= now;
      }),
    );
  });

  it.each([
    [planning, false],
    [running, true],
    [{ ...planning, status: 'stopped' }, true],
    [{ ...upload, status: 'running' }, true],
  ] as const)('needs a final total: %j has one is %s', (job, planned) => {
    expect(isPlanned(job)).toBe(planned);
  });
});
