import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import type { PublishJob, UploadJob } from '../../domain/jobs/job.ts';
import { scheduledRunId } from '../../domain/schedules/scheduled-run-id.ts';
import { followUpJob, isFollowed } from '../../domain/uploads/follow-up-job.ts';

export interface StartFollowUpDependencies extends Pick<JobLogs, 'writeNotice'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  /** Writes the job and starts it. If it cannot be started, it waits. @returns the error of the start */
  readonly submit: (job: PublishJob) => Promise<{ readonly startError?: unknown }>;
  readonly sha256: (text: string) => string;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  readonly log: { warn(message: string, facts: Record<string, unknown>): void };
}

/**
 * Starts the publish job that follows an upload job ("Follow with a publish job"), and logs it in the log of the upload.
 * Repeated calls start one job, because its id is derived from the upload.
 *
 * Costs, if there is such a job: a read, the writes of submitPublishJob, a PUT for the notice.
 * @param upload a job that has ended
 */
export async function startFollowUp(
  upload: UploadJob,
  dependencies: StartFollowUpDependencies,
): Promise<void> {
  const { company, id, ended } = upload;
  if (ended === undefined || !isFollowed(upload)) return;
  const message = await start(scheduledRunId(id, ended, dependencies.sha256), upload, dependencies);
  await dependencies.writeNotice(company, id, 'follow-up', {
    time: dependencies.now(),
    outcome: 'notice',
    message,
  });
}

/** @returns what happened, for the log of the upload */
async function start(
  jobId: string,
  upload: UploadJob,
  { getSettings, submit, now, log }: StartFollowUpDependencies,
): Promise<string> {
  try {
    const job = followUpJob(upload, jobId, await getSettings(upload.company), now());
    if ('refused' in job) return `No publish job was started. ${job.refused}.`;
    const { startError } = await submit(job);
    if (startError !== undefined)
      log.warn(`Job ${jobId} waits because it could not be started`, { error: startError });
    return `The publish job "${job.name}" (${jobId}) follows this upload.`;
  } catch (error) {
    // The company's servers were changed after the upload was submitted.
    if (!(error instanceof Failure) || error.code !== 'request.invalid') throw error;
    return `No publish job was started: ${error.message}.`;
  }
}
