import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { uploadOpenHours } from '../../domain/uploads/limits.ts';
import { isListed, isOverdue } from '../../domain/uploads/upload-end.ts';
import { fileLogEntry, undoneMessage } from '../../domain/uploads/upload-log-entries.ts';
import { type EndUploadDependencies, endUpload } from './end-upload.ts';
import { type FailUploadDependencies, failUpload } from './fail-upload.ts';

export type CloseOverdueDependencies = Pick<JobStore, 'getJob'> &
  Pick<UploadStore, 'finishFiles'> &
  EndUploadDependencies &
  FailUploadDependencies & { readonly now: () => string };

const notArrived = `did not arrive within ${uploadOpenHours} hours`;

const notApplied = `was not applied: the other files were not all there within ${uploadOpenHours} hours. Upload it again`;

/**
 * Closes an upload whose files never arrived, so that it does not stay `running` for ever. There is no event for a file
 * that does not arrive: serve-api calls this when a user reads the job, and reconcile-jobs calls it otherwise. Files are given
 * up, not refused: one that did arrive, and whose event became a dead letter, is ingested when the event is sent again.
 *
 * Costs: nothing for a job that is not overdue; else the writes of `finishFiles`, those of endUpload, and a read.
 * @returns the job as it is now
 */
export async function closeOverdue(job: Job, dependencies: CloseOverdueDependencies): Promise<Job> {
  const now = dependencies.now();
  if (!isOverdue(job, now)) return job;
  if (job.kind === 'upload' && !isListed(job)) {
    const reason = `The source was not listed within ${uploadOpenHours} hours. Submit the upload again`;
    await failUpload(job.company, job.id, reason, now, dependencies);
    return (await dependencies.getJob(job.company, job.id)) ?? job;
  }
  await dependencies.finishFiles(
    job.company,
    job.id,
    ['pending', 'recorded'],
    (file) =>
      file.state === 'pending'
        ? fileLogEntry(file, 'error', file.arrived === undefined ? notArrived : notApplied, now)
        : fileLogEntry(file, 'warning', undoneMessage(file, 'the upload was closed before'), now),
    'given-up',
  );
  await endUpload(job.company, job.id, now, dependencies);
  return (await dependencies.getJob(job.company, job.id)) ?? job;
}
