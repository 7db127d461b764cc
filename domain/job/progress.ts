import { isTerminal, type Job } from './job.ts';

/** The part of a job's work that is behind it, 0 to 1. While a job plans, more may still come. */
export function progressOf({ status, counts }: Pick<Job, 'status' | 'counts'>): number {
  if (isTerminal(status)) return 1;
  if (counts.total === 0) return 0;
  return Math.min(1, (counts.done + counts.skipped + counts.errors + counts.notReached) / counts.total);
}

/**
 * Lines a second of a job that runs, over all of its time so far.
 * @returns undefined in its first second, and when it does not run
 */
export function rateOf(
  { status, counts, started }: Pick<Job, 'status' | 'counts' | 'started'>,
  now: string,
): number | undefined {
  if (started === undefined || (status !== 'running' && status !== 'stopping')) return undefined;
  const seconds = (Date.parse(now) - Date.parse(started)) / 1_000;
  return seconds < 1 ? undefined : (counts.done + counts.skipped + counts.errors) / seconds;
}
