import { expect, it } from 'vitest';
import { noCounts } from '../../../domain/jobs/job.ts';
import { beginLogEntry, endLogEntry } from '../../../domain/jobs/job-log-entries.ts';

it.each([
  [{}, 'publishes what was never published to image-serving, video'],
  [{ publish: 'full' }, 'publishes what is new or changed to image-serving, video'],
  [
    { publish: 'full-with-search' },
    'publishes what is new or changed to image-serving, video. Search data of eCatalogs is not built yet',
  ],
  [{ force: true }, 'publishes all that is wanted live to image-serving, video'],
  [
    { scope: { kind: 'folder', folder: '/a/', below: false } },
    'publishes what was never published in /a/ to image-serving, video',
  ],
  [
    { scope: { kind: 'folder', folder: '/a/', below: true } },
    'publishes what was never published in /a/ and below to image-serving, video',
  ],
  [
    { scope: { kind: 'assets', count: 1 } },
    'publishes what was never published of 1 asset that is named to image-serving, video',
  ],
  [
    { scope: { kind: 'assets', count: 2 } },
    'publishes what was never published of 2 assets that are named to image-serving, video',
  ],
  [
    { scope: { kind: 'failed', jobId: 'J1' } },
    'publishes what was never published of what failed in job J1 to image-serving, video',
  ],
  [
    { invalidate: true, runAs: 'ann' },
    'publishes what was never published to image-serving, video, and flushes what it replaces from the CDN. It runs as ann',
  ],
  [{ publish: 'enable-server', servers: ['video'] }, 'makes all due that belongs on video'],
  [
    { publish: 'disable-server', servers: ['video'], invalidate: true },
    'withdraws all that is live on video, and flushes what it withdraws from the CDN',
  ],
] as const)('the first line of a log tells of a job with %j what it does', (options, message) => {
  const job = {
    name: 'Autumn',
    publish: 'new' as const,
    servers: ['image-serving', 'video'] as const,
    ...options,
  };
  expect(beginLogEntry(job, 'now')).toEqual({ time: 'now', outcome: 'begin', message: `Autumn: ${message}` });
});

it('the last line of a log tells what came of it', () => {
  const counts = { ...noCounts, total: 5, done: 2, skipped: 1, errors: 1, notReached: 1 };
  const job = { name: 'Autumn', status: 'failed', counts, reason: 'Why.' } as const;
  expect(endLogEntry(job, 'now')).toEqual({
    time: 'now',
    outcome: 'end',
    message: 'Autumn: failed. 5 planned, 2 published, 1 skipped, 1 errors, 1 not reached. Why.',
  });
});
