import { isTerminal, type Job } from '../jobs/job.ts';
import { uploadOpenHours } from './limits.ts';

/** Whether an upload has been open for longer than it takes files, so that it is to be closed. */
export function isOverdue(job: Pick<Job, 'kind' | 'status' | 'submitted'>, now: string): boolean {
  if (job.kind !== 'upload' || isTerminal(job.status)) return false;
  return Date.parse(now) - Date.parse(job.submitted) > uploadOpenHours * 3_600_000;
}
