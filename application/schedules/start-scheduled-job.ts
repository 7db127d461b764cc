import type { Submission } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { newScheduledJob } from '../../domain/schedules/new-scheduled-job.ts';
import type { Schedule, ScheduleRun } from '../../domain/schedules/schedule.ts';

export interface StartScheduledJobDependencies extends Pick<ScheduleStore, 'recordRun'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  /** Writes the job and starts it; where it cannot be started it waits. @returns the error of the start */
  readonly submit: (
    job: PublishJob,
    submission?: Submission,
  ) => Promise<{ job: PublishJob; startError?: unknown }>;
  readonly now: () => string;
  readonly log: { warn(message: string, error: Error): void };
}

export interface ScheduledStart {
  readonly run: ScheduleRun;
  /** Whether the record has the run already. */
  readonly again?: boolean;
  /** Whether it is the last run of the schedule. */
  readonly completed?: boolean;
  /** What the job has where not the clock started it. */
  readonly more?: Partial<Pick<PublishJob, 'submittedBy' | 'chain'>>;
}

/**
 * Starts the job of a schedule's run. The record is written first: of several starts at a time one wins, and a run
 * that dies before its job is written is done again under the same id.
 * @param seen the schedule as the run was decided on
 * @returns undefined if the schedule was changed, started anew, or deleted meanwhile
 * @throws Failure `request.invalid` for a job that the company cannot have any more; then nothing is written
 */
export async function startScheduledJob(
  seen: Schedule,
  { run, again = false, completed = false, more }: ScheduledStart,
  dependencies: StartScheduledJobDependencies,
): Promise<PublishJob | undefined> {
  const settings = await dependencies.getSettings(seen.company);
  const job = newScheduledJob(seen, run, settings, dependencies.now(), more);
  if (!again && !(await dependencies.recordRun(seen, run, completed))) return undefined;
  const { startError } = await dependencies.submit(job);
  if (startError !== undefined)
    dependencies.log.warn(`Job ${job.id} waits, as it could not be started`, startError as Error);
  return job;
}
