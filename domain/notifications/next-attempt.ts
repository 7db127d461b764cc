/** Seconds before each try, from the try before it: the schedule that Standard Webhooks gives; 75.6 hours in all. */
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

/** Seconds: a receiver can put a try off, but not for longer than the schedule's longest wait. */
const maxDelay = 24 * 3_600;

/**
 * When to try again.
 * @param attempts how many were made
 * @param lastAttempt when the last of them was made: ISO 8601, UTC
 * @param retryAfter the answer's `Retry-After`: seconds, or a date
 * @returns ISO 8601, UTC; undefined if that was the last try
 */
export function nextAttempt(attempts: number, lastAttempt: string, retryAfter?: string): string | undefined {
  const delay = retryDelays[attempts];
  if (delay === undefined) return undefined;
  const last = Date.parse(lastAttempt);
  const asked = Math.min(secondsAskedFor(retryAfter, last), maxDelay);
  return new Date(last + Math.max(delay, asked) * 1_000).toISOString();
}

/** RFC 9110, 10.2.3. What is neither seconds nor a date is as good as missing. */
function secondsAskedFor(retryAfter: string | undefined, from: number): number {
  if (retryAfter === undefined) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? 0 : Math.ceil((date - from) / 1_000);
}
