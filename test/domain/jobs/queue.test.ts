import { describe, expect, it } from 'vitest';
import { blockerOf, type QueuedJob, queuePosition, startable } from '../../../domain/jobs/queue.ts';

const job = (jobId: string, ...servers: QueuedJob['servers']): QueuedJob => ({ jobId, servers });

describe('A job that waits', () => {
  const images = job('J1', 'image-serving');
  const all = job('J2', 'image-serving', 'video');
  const video = job('J3', 'video');

  it.each([
    ['may start when nothing is before it', images, [images], {}, undefined],
    ['waits for the job that holds its server', images, [images], { 'image-serving': 'J0' }, 'J0'],
    ['may start when it holds its server itself', images, [images], { 'image-serving': 'J1' }, undefined],
    ['does not mind a lock of another server', images, [images], { video: 'J0' }, undefined],
    ['waits for all of its servers', all, [all], { video: 'J0' }, 'J0'],
    [
      'does not overtake one that wants a server it wants too',
      video,
      [all, video],
      { 'image-serving': 'J0' },
      'J2',
    ],
    ['overtakes one that wants other servers', video, [images, video], { 'image-serving': 'J0' }, undefined],
    ['waits for the first of several before it', video, [all, job('J0', 'video'), video], {}, 'J0'],
    ['is not held up by those after it', images, [images, all, video], {}, undefined],
  ])('%s', (_, asking, queue, locks, expected) => {
    expect(blockerOf(asking, queue, locks)).toBe(expected);
  });

  it('starts together with those that share no server with it, in the order of submission', () => {
    expect(startable([video, images], {}).map(({ jobId }) => jobId)).toEqual(['J1', 'J3']);
    expect(startable([all, video, images], {}).map(({ jobId }) => jobId)).toEqual(['J1']);
    expect(startable([], {})).toEqual([]);
  });

  it.each([
    ['is the next', images, [images], {}, 1, []],
    ['is the next behind the one that runs', images, [images], { 'image-serving': 'J0' }, 1, ['J0']],
    ['waits for several that run', all, [all], { video: 'J0b', 'image-serving': 'J0a' }, 1, ['J0a', 'J0b']],
    ['names what runs, then what waits', all, [images, all], { video: 'J0' }, 2, ['J0', 'J1']],
    ['counts also what those before it wait for', video, [images, all, video], {}, 3, ['J2']],
    ['passes by what wants other servers', video, [images, video], { 'image-serving': 'J0' }, 1, []],
    ['does not wait for itself', images, [images], { 'image-serving': 'J1' }, 1, []],
    ['does not count those after it', images, [images, all, video], {}, 1, []],
  ] as const)('%s: its place', (_, asking, queue, locks, position, waitsFor) => {
    expect(queuePosition(asking, queue, locks)).toEqual({ position, waitsFor });
  });
});
