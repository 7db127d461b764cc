/**
 * Adaptive concurrency of a worker. Overloaded storage throttles its clients (S3: 503, DynamoDB: throttling errors). A
 * worker halves its concurrency when it is throttled, and adds one after as many copies without throttling: additive
 * increase, multiplicative decrease, as in TCP. So many independent workers share the capacity of the storage.
 */

/** The number of parallel copies of a worker, and its maximum. Both from 1. */
export interface Concurrency {
  readonly current: number;
  readonly max: number;
}

/** Milliseconds: the longest wait before the first retry. S3 needs about a second to split a hot prefix. */
const firstDelay = 200;

/** Milliseconds. A worker has about two minutes; longer waits would leave it idle for most of them. */
const maxDelay = 10_000;

/** The concurrency of a worker that starts: its maximum. */
export function fullConcurrency(max: number): Concurrency {
  return { current: max, max };
}

/** The concurrency after a refusal. */
export function decreaseConcurrency({ current, max }: Concurrency): Concurrency {
  return { current: Math.max(1, Math.floor(current / 2)), max };
}

/** The concurrency after as many copies without a refusal. */
export function increaseConcurrency({ current, max }: Concurrency): Concurrency {
  return { current: Math.min(max, current + 1), max };
}

/**
 * Milliseconds to wait before a retry: exponential backoff with full jitter, so that workers that were throttled at the
 * same time do not retry at the same time.
 * @param attempts number of throttled retries so far, from 0
 * @param random from 0 to below 1
 */
export function backoffDelay(attempts: number, random: number): number {
  return Math.floor(random * Math.min(maxDelay, firstDelay * 2 ** Math.min(attempts, 20)));
}

/**
 * Whether there is time for a wait and a retry. If not, the worker gives up, and Step Functions runs it again with its
 * full time.
 * @param delay milliseconds to wait
 * @param timeLeft milliseconds until the worker's timeout
 * @param reserve milliseconds for the retry itself and for recording its outcome
 */
export function hasTimeToRetry(delay: number, timeLeft: number, reserve: number): boolean {
  return timeLeft - delay > reserve;
}
