import { expect, it } from 'vitest';
import { inParallel } from '../../domain/in-parallel.ts';

it('inParallel returns results in the order of the items and respects its limit', async () => {
  let now = 0;
  let most = 0;
  const results = await inParallel([3, 1, 2, 5, 4], 2, async (item, index) => {
    now += 1;
    most = Math.max(most, now);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    now -= 1;
    return `${index}:${item}`;
  });
  expect(results).toEqual(['0:3', '1:1', '2:2', '3:5', '4:4']);
  expect(most).toBe(2);
});

it('inParallel begins nothing after an error, and waits for running work before it throws', async () => {
  const ended: number[] = [];
  const work = inParallel([1, 2, 3, 4], 2, async (item) => {
    if (item === 1) throw new Error('made by a test');
    await Promise.resolve();
    ended.push(item);
  });
  await expect(work).rejects.toThrow('made by a test');
  expect(ended).toEqual([2]);
});

it('inParallel does nothing without items', async () => {
  expect(await inParallel([], 5, async () => 1)).toEqual([]);
});
