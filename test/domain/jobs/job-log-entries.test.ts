import { expect, it } from 'vitest';
import { noCounts } from '../../../domain/jobs/job.ts';
import { beginLogEntry, endLogEntry } from '../../../domain/jobs/job-log-entries.ts';

it.each([
  [{}, 'publishes new assets to image-serving, video'],
  [{ publish: 'full' }, 'publishes new and changed assets to image-serving, video'],
  [
    { publish: 'full-with-search' },
    'publishes new and changed assets to image-serving, video. Search data of eCatalogs is not built yet',
  ],
  [{ force: true }, 'publishes all assets that should be live to image-serving, video'],
  [
    { scope: { kind: 'folder', folder: '/a/', below: false } },
    'publishes new assets in /a/ to image-serving, video',
  ],
  [
    { scope: { kind: 'folder', folder: '/a/', below: true } },
    'publishes new assets in /a/ and the folders below it to image-serving, video',
  ],
  [
    { scope: { kind: 'assets', count: 1 } },
    'publishes new assets from a list of 1 asset to image-serving, video',
  ],
  [
    { scope: { kind: 'assets', count: 2 } },
    'publishes new assets from a list of 2 assets to image-serving, video',
  ],
  [
    { scope: { kind: 'failed', jobId: 'J1' } },
    'publishes new assets that failed in job J1 to image-serving, video',
  ],
  [
    { invalidate: true, runAs: 'ann' },
    'publishes new assets to image-serving, video, and invalidates the replaced assets in the CDN. It runs as ann',
  ],
  [{ publish: 'enable-server', servers: ['video'] }, 'marks all assets that video takes as pending'],
  [
    { publish: 'disable-server', servers: ['video'], invalidate: true },
    'withdraws all assets from video, and invalidates the withdrawn assets in the CDN',
  ],
] as const)('the first entry of a log describes a job with %j', (options, message) => {
  const job = {
    name: 'Autumn',
    publish: 'new' as const,
    servers: ['image-serving', 'video'] as const,
    ...options,
  };
  expect(beginLogEntry(job, 'now')).toEqual({ time: 'now', outcome: 'begin', message: `Autumn: ${message}` });
});

it('the last entry of a log has the status, the counts and the reason', () => {
  const counts = { ...noCounts, total: 5, done: 2, skipped: 1, errors: 1, notReached: 1 };
  const job = { name: 'Autumn', status: 'failed', counts, reason: 'Why.' } as const;
  expect(endLogEntry(job, 'now')).toEqual({
    time: 'now',
    outcome: 'end',
    message: 'Autumn: failed. 5 planned, 2 published, 1 skipped, 1 errors, 1 not reached. Why.',
  });
});
