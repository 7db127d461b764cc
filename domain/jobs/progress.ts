import { isTerminal, type Job } from './job.ts';

/** What of a job tells how far it is. */
type Progressing = Pick<Job, 'kind' | 'status' | 'counts' | 'started' | 'submitted'> & {
  readonly plannedAt?: string;
};

/** The part of a job's work that is behind it, 0 to 1. While a job plans, more may still come. */
export function progressOf({ status, counts }: Pick<Job, 'status' | 'counts'>): number {
  if (isTerminal(status)) return 1;
  if (counts.total === 0) return 0;
  return Math.min(1, (counts.done + counts.skipped + counts.errors + counts.notReached) / counts.total);
}

/** Whether a job's `total` is final. The files of an upload are known when it is submitted. */
export function isPlanned({ kind, status, plannedAt }: Progressing): boolean {
  return kind === 'upload' || plannedAt !== undefined || isTerminal(status);
}

/**
 * Lines a second of a job that runs, over all of its work so far: for a publish job since its plan was whole, as nothing
 * is published before.
 * @returns undefined in its first second, and when it does not run
 */
export function rateOf(job: Progressing, now: string): number | undefined {
  const { done, skipped, errors } = job.counts;
  const seconds = secondsOfWork(job, now);
  return seconds && (done + skipped + errors) / seconds;
}

/** Bytes a second, as `rateOf` counts them. What was skipped has moved none. */
export function byteRateOf(job: Progressing, now: string): number | undefined {
  const seconds = secondsOfWork(job, now);
  return seconds && job.counts.bytes / seconds;
}

function secondsOfWork(
  { kind, status, plannedAt, started, submitted }: Progressing,
  now: string,
): number | undefined {
  const since = kind === 'upload' ? (started ?? submitted) : (plannedAt ?? started);
  if (since === undefined || (status !== 'running' && status !== 'stopping')) return undefined;
  const seconds = (Date.parse(now) - Date.parse(since)) / 1_000;
  return seconds < 1 ? undefined : seconds;
}

/**
 * When a running job will be done if it goes on as it has: ISO 8601, UTC. What it has skipped counts as work too; who
 * publishes a few large files after many small ones is told better with every one of them.
 * @returns undefined while its total is not final, nothing is done yet, or it is being stopped
 */
export function expectedEnd(job: Progressing, now: string): string | undefined {
  const rate = rateOf(job, now);
  if (job.status !== 'running' || !isPlanned(job) || !rate) return undefined;
  const { total, done, skipped, errors, notReached } = job.counts;
  const left = Math.max(0, total - done - skipped - errors - notReached);
  return new Date(Date.parse(now) + Math.ceil((left / rate) * 1_000)).toISOString();
}
