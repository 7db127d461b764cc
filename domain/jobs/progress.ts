import { isTerminal, type Job } from './job.ts';

/** The attributes of a job that its progress is computed from. */
type Progressing = Pick<Job, 'kind' | 'status' | 'counts' | 'started' | 'submitted'> & {
  readonly plannedAt?: string;
};

/** The share of a job's work that is done, from 0 to 1. While the job is planned, its total may still grow. */
export function progressOf({ status, counts }: Pick<Job, 'status' | 'counts'>): number {
  if (isTerminal(status)) return 1;
  if (counts.total === 0) return 0;
  return Math.min(1, (counts.done + counts.skipped + counts.errors + counts.notReached) / counts.total);
}

/** Whether a job's `total` is final. The files of an upload and the assets of an action are known when it is submitted. */
export function isPlanned({ kind, status, plannedAt }: Progressing): boolean {
  return kind !== 'publish' || plannedAt !== undefined || isTerminal(status);
}

/**
 * Log entries per second of a running job, over all of its work so far. The work of a publish job begins when its plan is
 * complete, since nothing is published before.
 * @param now ISO 8601
 * @returns undefined in the first second, and for jobs that do not run
 */
export function rateOf(job: Progressing, now: string): number | undefined {
  const { done, skipped, errors } = job.counts;
  const seconds = secondsOfWork(job, now);
  return seconds && (done + skipped + errors) / seconds;
}

/** Bytes per second, over the same time as {@link rateOf}. Skipped entries have no bytes. */
export function byteRateOf(job: Progressing, now: string): number | undefined {
  const seconds = secondsOfWork(job, now);
  return seconds && job.counts.bytes / seconds;
}

function secondsOfWork(
  { kind, status, plannedAt, started, submitted }: Progressing,
  now: string,
): number | undefined {
  const since = kind !== 'publish' ? (started ?? submitted) : (plannedAt ?? started);
  if (since === undefined || (status !== 'running' && status !== 'stopping')) return undefined;
  const seconds = (Date.parse(now) - Date.parse(since)) / 1_000;
  return seconds < 1 ? undefined : seconds;
}

/**
 * When a running job will finish at its rate so far: ISO 8601, UTC. Skipped entries count as work. The estimate does not
 * know file sizes, so a few large files after many small ones make it too early at first.
 * @param now ISO 8601
 * @returns undefined while the total is not final, nothing is done yet, or the job is being stopped
 */
export function expectedEnd(job: Progressing, now: string): string | undefined {
  const rate = rateOf(job, now);
  if (job.status !== 'running' || !isPlanned(job) || !rate) return undefined;
  const { total, done, skipped, errors, notReached } = job.counts;
  const left = Math.max(0, total - done - skipped - errors - notReached);
  return new Date(Date.parse(now) + Math.ceil((left / rate) * 1_000)).toISOString();
}
