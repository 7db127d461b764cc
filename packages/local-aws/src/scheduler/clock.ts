/** The time as the scheduler sees it; a test moves its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls back once when `now()` has reached a time; at once, though not before this returns, where it has.
   * @returns a function that calls it off
   */
  wakeAt(time: number, callback: () => void): () => void;
}

/**
 * Milliseconds. Timers of Node end after 24.8 days and do not run while a machine sleeps, so the clock is looked at this
 * often.
 */
const longestWait = 30_000;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(time, callback) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = time - Date.now();
      timer = setTimeout(
        () => (Date.now() >= time ? callback() : wait()),
        Math.min(Math.max(left, 0), longestWait),
      );
    };
    wait();
    return () => clearTimeout(timer);
  },
};
