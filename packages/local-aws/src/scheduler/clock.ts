/** The clock of the scheduler. Tests use one that they move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls back once when `now()` reaches a time. For a time in the past it calls back soon after it returns.
   * @returns function that cancels the callback
   */
  wakeAt(time: number, callback: () => void): () => void;
}

/** Timers of Node last at most 24.8 days and stop while a machine sleeps, so the time is checked at this interval. */
const maxWaitMs = 30_000;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(time, callback) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = time - Date.now();
      timer = setTimeout(
        () => (Date.now() >= time ? callback() : wait()),
        Math.min(Math.max(left, 0), maxWaitMs),
      );
    };
    wait();
    return () => clearTimeout(timer);
  },
};
