import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/scheduler/clock.ts';

export interface TestClock extends Clock {
  /** Lets the time pass: every alarm up to then rings at its own time, and what it sets off is done before the next. */
  moveTo(instant: string): Promise<void>;
}

/** A clock that only a test moves. */
export function testClock(start: string): TestClock {
  let now = Date.parse(start);
  const alarms = new Set<{ readonly time: number; readonly ring: () => void }>();
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5; round++) await setImmediate();
  };
  return {
    now: () => now,
    wakeAt(time, ring) {
      const alarm = { time, ring };
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
        next.ring();
        await settle();
      }
      now = end;
    },
  };
}
