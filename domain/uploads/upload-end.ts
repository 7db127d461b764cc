import { addsUp } from '../jobs/counts.ts';
import { isTerminal, type Job, type JobStatus, type terminalStatuses, type UploadJob } from '../jobs/job.ts';
import { uploadOpenHours } from './limits.ts';

/**
 * The terminal status of an upload job once all its files are settled.
 * @returns undefined while its source is not listed or files are open, and for a job that has already finished
 */
export function uploadEnd(
  job: Pick<UploadJob, 'status' | 'counts' | 'from' | 'listed'>,
): Extract<JobStatus, (typeof terminalStatuses)[number]> | undefined {
  if (job.status === 'running' && !isListed(job)) return undefined;
  if ((job.status !== 'running' && job.status !== 'stopping') || !addsUp(job.counts)) return undefined;
  if (job.status === 'stopping') return 'stopped';
  return job.counts.errors > 0 ? 'completed-with-errors' : 'succeeded';
}

/**
 * Whether only metadata files are open, all of which have arrived: it is time to apply them. Also if they are settled, because the
 * call that settled them may have died before it deleted them. The counts may say so too early after one was cancelled, so
 * that who applies them looks at the files.
 */
export function isMetadataDue(
  job: Pick<UploadJob, 'status' | 'counts' | 'from' | 'listed' | 'waitingFiles'>,
): boolean {
  const { status, counts, waitingFiles = 0 } = job;
  if (waitingFiles === 0 || status !== 'running' || !isListed(job)) return false;
  const { total, done, skipped, errors, notReached } = counts;
  return total - done - skipped - errors - notReached <= waitingFiles;
}

/** Whether ingest-upload has something to do for a job whose files are settled: its metadata, its sets, its end. */
export function isDue(
  job: Pick<UploadJob, 'status' | 'counts' | 'from' | 'listed' | 'waitingFiles'>,
): boolean {
  return uploadEnd(job) !== undefined || isMetadataDue(job);
}

/** Whether all files of an upload are known: its source has been listed, or clients send the files. */
export function isListed({ from, listed }: Pick<UploadJob, 'from' | 'listed'>): boolean {
  return from === undefined || listed !== undefined;
}

/**
 * Whether an upload job has been open longer than it accepts files, so that it must be closed.
 * @param now ISO 8601
 */
export function isOverdue(job: Pick<Job, 'kind' | 'status' | 'submitted'>, now: string): boolean {
  if (job.kind !== 'upload' || isTerminal(job.status)) return false;
  return Date.parse(now) - Date.parse(job.submitted) > uploadOpenHours * 3_600_000;
}
