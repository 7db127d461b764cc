import { describe, expect, it } from 'vitest';
import { blockerOf, type QueuedJob, queuePosition, startable } from '../../../domain/jobs/queue.ts';

const job = (jobId: string, ...servers: QueuedJob['servers']): QueuedJob => ({ jobId, servers });

describe('a queued job', () => {
  const images = job('J1', 'image-serving');
  const all = job('J2', 'image-serving', 'video');
  const video = job('J3', 'video');

  it.each([
    ['may start if no job is before it', images, [images], {}, undefined],
    ['waits for the job that holds its server', images, [images], { 'image-serving': 'J0' }, 'J0'],
    ['may start if it holds its server itself', images, [images], { 'image-serving': 'J1' }, undefined],
    ['ignores the lock of another server', images, [images], { video: 'J0' }, undefined],
    ['waits for all of its servers', all, [all], { video: 'J0' }, 'J0'],
    [
      'does not overtake a job that needs one of its servers',
      video,
      [all, video],
      { 'image-serving': 'J0' },
      'J2',
    ],
    [
      'overtakes a job that needs other servers',
      video,
      [images, video],
      { 'image-serving': 'J0' },
      undefined,
    ],
    ['waits for the first of several jobs before it', video, [all, job('J0', 'video'), video], {}, 'J0'],
    ['does not wait for jobs after it', images, [images, all, video], {}, undefined],
  ])('%s', (_, asking, queue, locks, expected) => {
    expect(blockerOf(asking, queue, locks)).toBe(expected);
  });

  it('starts together with jobs that share no server with it, in the order of submission', () => {
    expect(startable([video, images], {}).map(({ jobId }) => jobId)).toEqual(['J1', 'J3']);
    expect(startable([all, video, images], {}).map(({ jobId }) => jobId)).toEqual(['J1']);
    expect(startable([], {})).toEqual([]);
  });

  it.each([
    ['is first', images, [images], {}, 1, []],
    ['is first behind a running job', images, [images], { 'image-serving': 'J0' }, 1, ['J0']],
    [
      'waits for several running jobs',
      all,
      [all],
      { video: 'J0b', 'image-serving': 'J0a' },
      1,
      ['J0a', 'J0b'],
    ],
    ['names running jobs first, then queued ones', all, [images, all], { video: 'J0' }, 2, ['J0', 'J1']],
    ['also counts the jobs that the jobs before it wait for', video, [images, all, video], {}, 3, ['J2']],
    ['does not count jobs that need other servers', video, [images, video], { 'image-serving': 'J0' }, 1, []],
    ['does not wait for itself', images, [images], { 'image-serving': 'J1' }, 1, []],
    ['does not count jobs after it', images, [images, all, video], {}, 1, []],
  ] as const)('%s in its queue position', (_, asking, queue, locks, position, waitsFor) => {
    expect(queuePosition(asking, queue, locks)).toEqual({ position, waitsFor });
  });
});
