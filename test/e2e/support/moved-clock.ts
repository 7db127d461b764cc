import type { Clock } from '@pressroom/local-aws/scheduler/clock';

/** A clock that is stopped until a test moves it. */
export interface MovedClock extends Clock {
  /** Moves the clock forward and calls every callback at its time. Milliseconds since 1970. */
  moveTo(time: number): void;
}

export function movedClock(start: number): MovedClock {
  let now = start;
  const sleepers = new Map<object, { readonly time: number; readonly callback: () => void }>();
  const wakeNext = (until: number): boolean => {
    const [first] = [...sleepers]
      .filter(([, { time }]) => time <= until)
      .sort(([, a], [, b]) => a.time - b.time);
    if (!first) return false;
    const [sleeper, { time, callback }] = first;
    sleepers.delete(sleeper);
    now = Math.max(now, time);
    callback();
    return true;
  };
  return {
    now: () => now,
    wakeAt(time, callback) {
      const sleeper = {};
      sleepers.set(sleeper, { time, callback });
      if (time <= now) setImmediate(() => wakeNext(now));
      return () => sleepers.delete(sleeper);
    },
    moveTo(time) {
      while (wakeNext(time));
      now = Math.max(now, time);
    },
  };
}
