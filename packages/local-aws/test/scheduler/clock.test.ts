import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/scheduler/clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-01-01T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const day = 86_400_000;

it.each([0, 1000, day, 60 * day])('wakes once after %i ms, and not before', (wait) => {
  const callback = vi.fn();
  systemClock.wakeAt(systemClock.now() + wait, callback);
  expect(callback).not.toHaveBeenCalled();
  if (wait > 0) vi.advanceTimersByTime(wait - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  vi.advanceTimersByTime(day);
  expect(callback).toHaveBeenCalledTimes(1);
});

it('wakes soon after the time if the machine was asleep', () => {
  const callback = vi.fn();
  systemClock.wakeAt(systemClock.now() + day, callback);
  // The clock advances, but the timers do not.
  vi.setSystemTime(Date.now() + 2 * day);
  vi.advanceTimersByTime(30_000);
  expect(callback).toHaveBeenCalledTimes(1);
});

it('does not wake after it is cancelled', () => {
  const callback = vi.fn();
  const cancel = systemClock.wakeAt(systemClock.now() + day, callback);
  vi.advanceTimersByTime(day / 2);
  cancel();
  vi.advanceTimersByTime(day);
  expect(callback).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
