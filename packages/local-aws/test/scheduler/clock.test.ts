import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/scheduler/clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-01-01T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const day = 86_400_000;

it.each([0, 1000, day, 60 * day])('wakes once after %i ms, and not before', (wait) => {
  const ring = vi.fn();
  systemClock.wakeAt(systemClock.now() + wait, ring);
  expect(ring).not.toHaveBeenCalled();
  if (wait > 0) vi.advanceTimersByTime(wait - 1);
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  vi.advanceTimersByTime(day);
  expect(ring).toHaveBeenCalledTimes(1);
});

it('wakes soon after the time where the machine slept over it', () => {
  const ring = vi.fn();
  systemClock.wakeAt(systemClock.now() + day, ring);
  // The clock goes on, the timers do not.
  vi.setSystemTime(Date.now() + 2 * day);
  vi.advanceTimersByTime(30_000);
  expect(ring).toHaveBeenCalledTimes(1);
});

it('does not wake once it is called off', () => {
  const ring = vi.fn();
  const callOff = systemClock.wakeAt(systemClock.now() + day, ring);
  vi.advanceTimersByTime(day / 2);
  callOff();
  vi.advanceTimersByTime(day);
  expect(ring).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
