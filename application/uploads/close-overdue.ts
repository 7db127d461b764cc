import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { uploadOpenHours } from '../../domain/uploads/limits.ts';
import { isOverdue } from '../../domain/uploads/upload-end.ts';
import { fileLogEntry, undoneMessage } from '../../domain/uploads/upload-log-entries.ts';

export type CloseOverdueDependencies = Pick<JobStore, 'getJob'> &
  Pick<UploadStore, 'finishFiles' | 'endIfComplete'> & { readonly now: () => string };

/**
 * Closes an upload whose files never came, so that it does not stay `running` for ever. Nothing happens when nothing
 * arrives, so there is no event to do it by: whoever looks at the job does, and reconcile-jobs where nobody looks.
 * @returns the job after it
 */
export async function closeOverdue(job: Job, dependencies: CloseOverdueDependencies): Promise<Job> {
  const now = dependencies.now();
  if (!isOverdue(job, now)) return job;
  await dependencies.finishFiles(job.company, job.id, ['pending', 'recorded'], (file) =>
    file.state === 'pending'
      ? fileLogEntry(file, 'error', `did not arrive within ${uploadOpenHours} hours`, now)
      : fileLogEntry(file, 'warning', undoneMessage(file, 'the upload was closed before'), now),
  );
  await dependencies.endIfComplete(job.company, job.id, now);
  return (await dependencies.getJob(job.company, job.id)) ?? job;
}
