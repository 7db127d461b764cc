import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repeatedly } from '../../../functions/publish-part/repeatedly.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('work that is done repeatedly', () => {
  it('is done once in each interval until it is stopped', async () => {
    let times = 0;
    const stop = repeatedly(1_000, async () => {
      times += 1;
    });
    await vi.advanceTimersByTimeAsync(3_500);
    await stop();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(times).toBe(3);
  });

  it('is never done twice at once, and stopping waits for it', async () => {
    const end = Promise.withResolvers<void>();
    let times = 0;
    const stop = repeatedly(1_000, () => {
      times += 1;
      return end.promise;
    });
    await vi.advanceTimersByTimeAsync(3_500);
    let isStopped = false;
    const stopping = stop().then(() => {
      isStopped = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([times, isStopped]).toEqual([1, false]);
    end.resolve();
    await stopping;
  });

  it('throws its first error when it is stopped', async () => {
    let times = 0;
    const stop = repeatedly(1_000, async () => {
      times += 1;
      throw new Error(`failed ${times}`);
    });
    await vi.advanceTimersByTimeAsync(2_500);
    await expect(stop()).rejects.toThrow('failed 1');
  });
});
