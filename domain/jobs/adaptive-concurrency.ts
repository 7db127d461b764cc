/**
 * How fast a worker goes. Storage that is overloaded says so (S3: 503, DynamoDB: throttling), and whoever goes on at the
 * same pace keeps it overloaded. So a worker halves what it does at a time when it is told so, and adds one for each
 * chunk without such an answer (additive increase, multiplicative decrease, as TCP does): many workers that know
 * nothing of each other come to share what the storage can bear.
 */

/** How many copies a worker makes at a time, and how many it may. Both from 1. */
export interface Concurrency {
  readonly current: number;
  readonly max: number;
}

/** Milliseconds before the first further try, at most. S3 takes a second or so to spread a prefix that gets hot. */
const firstDelay = 200;

/** Milliseconds. Longer waits would leave the worker idle for most of the two minutes that it has. */
const maxDelay = 10_000;

export function fullConcurrency(max: number): Concurrency {
  return { current: max, max };
}

/** After an answer that told it to slow down. */
export function decreaseConcurrency({ current, max }: Concurrency): Concurrency {
  return { current: Math.max(1, Math.floor(current / 2)), max };
}

/** After a chunk without one. */
export function increaseConcurrency({ current, max }: Concurrency): Concurrency {
  return { current: Math.min(max, current + 1), max };
}

/**
 * Milliseconds to wait before the next try: exponential, with full jitter, so that workers that were refused together
 * do not come back together.
 * @param attempts fruitless tries before, from 0
 * @param random from 0 to below 1
 */
export function backoffDelay(attempts: number, random: number): number {
  return Math.floor(random * Math.min(maxDelay, firstDelay * 2 ** Math.min(attempts, 20)));
}

/**
 * Whether there is time for a wait and a further try. Where there is not, the worker gives up, and is run again with all
 * of its time before it.
 * @param timeLeft milliseconds until the worker is ended
 * @param reserve milliseconds that the try itself, and writing down what it came to, may take
 */
export function hasTimeToRetry(delay: number, timeLeft: number, reserve: number): boolean {
  return timeLeft - delay > reserve;
}
