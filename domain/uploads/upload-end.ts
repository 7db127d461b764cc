import { addsUp } from '../jobs/counts.ts';
import type { JobStatus, terminalStatuses, UploadJob } from '../jobs/job.ts';

/**
 * How an upload job ends once every file of it is settled.
 * @returns undefined while files are open, or once it has ended
 */
export function uploadEnd(
  job: Pick<UploadJob, 'status' | 'counts'>,
): Extract<JobStatus, (typeof terminalStatuses)[number]> | undefined {
  if ((job.status !== 'running' && job.status !== 'stopping') || !addsUp(job.counts)) return undefined;
  if (job.status === 'stopping') return 'stopped';
  return job.counts.errors > 0 ? 'completed-with-errors' : 'succeeded';
}
