import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/scheduler/clock.ts';

export interface TestClock extends Clock {
  /** Advances the time. Each callback runs at its own time, and its work settles before the next one. */
  moveTo(instant: string): Promise<void>;
}

/** A clock that moves only by `moveTo`. */
export function testClock(start: string): TestClock {
  let now = Date.parse(start);
  const alarms = new Set<{ readonly time: number; readonly callback: () => void }>();
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5; round++) await setImmediate();
  };
  return {
    now: () => now,
    wakeAt(time, callback) {
      const alarm = { time, callback };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    async moveTo(instant) {
      const end = Date.parse(instant);
      await settle();
      for (;;) {
        const [next] = [...alarms].sort((a, b) => a.time - b.time);
        if (!next || next.time > end) break;
        alarms.delete(next);
        now = Math.max(now, next.time);
        next.callback();
        await settle();
      }
      now = end;
    },
  };
}
