import type { Submission } from '../../adapters/dynamodb/jobs/submission-store.ts';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Job, PublishJob, UploadJob } from '../../domain/jobs/job.ts';
import { newScheduledJob } from '../../domain/schedules/new-scheduled-job.ts';
import type { Schedule, ScheduleRun } from '../../domain/schedules/schedule.ts';
import type { UploadSource } from '../../domain/uploads/upload-source.ts';

export interface StartScheduledJobDependencies extends Pick<ScheduleStore, 'recordRun'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  /** Writes the job and starts it. If it cannot be started, it waits. @returns the error of the start */
  readonly submit: (
    job: PublishJob,
    submission?: Submission,
  ) => Promise<{ job: PublishJob; startError?: unknown }>;
  /** Writes an upload job and has its source listed. Repeating it changes nothing. */
  readonly submitUpload: (job: UploadJob, from: UploadSource) => Promise<void>;
  readonly now: () => string;
  readonly log: { warn(message: string, error: Error): void };
}

export interface ScheduledStart {
  readonly run: ScheduleRun;
  /** Whether the record already has the run. */
  readonly again?: boolean;
  /** Whether it is the last run of the schedule. */
  readonly completed?: boolean;
  /** Fields of a job that was not started by the clock. */
  readonly more?: Partial<Pick<PublishJob, 'submittedBy' | 'chain'>>;
}

/**
 * Starts the job of a schedule's run. Called by start-job at the schedule's time, and by serve-api for manual runs and
 * trigger URLs. The record is written first: of several parallel starts one wins, and a run that dies before its job is
 * written is repeated under the same job id.
 *
 * Costs: one read, 1 write unit for the record, and the writes of submitPublishJob or submitFetchingUpload.
 * @param seen the schedule as it was when the run was decided
 * @returns undefined if the schedule was changed, started again or deleted meanwhile
 * @throws Failure `request.invalid` if the company's settings no longer allow the job; then nothing is written
 */
export async function startScheduledJob(
  seen: Schedule,
  { run, again = false, completed = false, more }: ScheduledStart,
  dependencies: StartScheduledJobDependencies,
): Promise<Job | undefined> {
  const settings = await dependencies.getSettings(seen.company);
  const { job, from } = newScheduledJob(seen, run, settings, dependencies.now(), more);
  if (!again && !(await dependencies.recordRun(seen, run, completed))) return undefined;
  if (from) {
    await dependencies.submitUpload(job, from);
    return job;
  }
  const { startError } = await dependencies.submit(job);
  if (startError !== undefined)
    dependencies.log.warn(`Job ${job.id} waits because it could not be started`, startError as Error);
  return job;
}
