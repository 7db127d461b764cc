import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../domain/jobs/job.ts';
import { isMetadataDue, isOverdue, uploadEnd } from '../../../domain/uploads/upload-end.ts';

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

describe('the metadata files of an upload', () => {
  const from = { kind: 'urls', count: 3, changedOnly: false } as const;
  it.each([
    ['none has arrived', { counts: { total: 3, done: 2 } }, false],
    ['another file is open', { waitingFiles: 1, counts: { total: 3, done: 1 } }, false],
    ['only they are open', { waitingFiles: 2, counts: { total: 3, errors: 1 } }, true],
    ['they are settled', { waitingFiles: 1, counts: { total: 3, done: 2, skipped: 1 } }, true],
    ['the source is not listed', { waitingFiles: 1, from, counts: { total: 3, done: 2 } }, false],
    ['it is listed', { waitingFiles: 1, from, listed: 'now', counts: { total: 3, done: 2 } }, true],
    ['the upload is stopping', { status: 'stopping', waitingFiles: 1, counts: { total: 1 } }, false],
    ['it has ended', { status: 'failed', waitingFiles: 1, counts: { total: 1, errors: 1 } }, false],
  ] as const)('if %s, with %j, are applied: %s', (_, { counts, ...job }, isDue) => {
    expect(isMetadataDue({ status: 'running', ...job, counts: { ...noCounts, ...counts } })).toBe(isDue);
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
