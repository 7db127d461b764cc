import { expect, it } from 'vitest';
import { noCounts } from '../../../domain/job/job.ts';
import { beginLine, endLine } from '../../../domain/job/job-lines.ts';

it.each([
  ['new', 'Autumn: publishes what was never published to image-serving, video'],
  ['full', 'Autumn: publishes what is new or changed to image-serving, video'],
] as const)('the first line of a log tells what a %s job does', (publish, message) => {
  const job = { name: 'Autumn', publish, servers: ['image-serving', 'video'] as const };
  expect(beginLine(job, 'now')).toEqual({ time: 'now', outcome: 'begin', message });
});

it('the last line of a log tells what came of it', () => {
  const counts = { ...noCounts, total: 5, done: 2, skipped: 1, errors: 1, notReached: 1 };
  const job = { name: 'Autumn', status: 'failed', counts, reason: 'Why.' } as const;
  expect(endLine(job, 'now')).toEqual({
    time: 'now',
    outcome: 'end',
    message: 'Autumn: failed. 5 planned, 2 published, 1 skipped, 1 errors, 1 not reached. Why.',
  });
});
