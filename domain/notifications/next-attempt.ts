/** Seconds from each attempt to the next one, by the schedule of Standard Webhooks: 75.6 hours in total. */
export const retryDelays: readonly number[] = [
  0,
  5,
  5 * 60,
  30 * 60,
  2 * 3_600,
  5 * 3_600,
  10 * 3_600,
  14 * 3_600,
  20 * 3_600,
  24 * 3_600,
];

/** Seconds: a receiver can delay an attempt by `Retry-After`, but not longer than the longest wait of the schedule. */
const maxDelay = 24 * 3_600;

/**
 * The time of the next attempt.
 * @param attempts number of attempts so far
 * @param lastAttempt time of the last one: ISO 8601, UTC
 * @param retryAfter the response's `Retry-After`: seconds or a date
 * @returns ISO 8601, UTC; undefined if there is no further attempt
 */
export function nextAttempt(attempts: number, lastAttempt: string, retryAfter?: string): string | undefined {
  const delay = retryDelays[attempts];
  if (delay === undefined) return undefined;
  const last = Date.parse(lastAttempt);
  const asked = Math.min(secondsAskedFor(retryAfter, last), maxDelay);
  return new Date(last + Math.max(delay, asked) * 1_000).toISOString();
}

/** RFC 9110, 10.2.3. A value that is neither seconds nor a date is ignored. */
function secondsAskedFor(retryAfter: string | undefined, from: number): number {
  if (retryAfter === undefined) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? 0 : Math.ceil((date - from) / 1_000);
}
