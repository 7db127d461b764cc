import type { CompanySettings } from '../../domain/company/settings.ts';
import type { PublishJob } from '../../domain/job/job.ts';
import { newScheduledJob } from '../../domain/schedule/new-scheduled-job.ts';
import type { Schedule, ScheduleRun } from '../../domain/schedule/schedule.ts';
import type { ScheduleRecords } from '../dynamodb/schedule-records.ts';

export interface StartScheduledJobDependencies extends Pick<ScheduleRecords, 'recordRun'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  /** Writes the job and starts it; where it cannot be started it waits. @returns the error of the start */
  readonly submit: (job: PublishJob) => Promise<{ startError?: unknown }>;
  readonly now: () => string;
  readonly log: { warn(message: string, error: Error): void };
}

/**
 * Starts the job of a schedule's run. The record is written first: of several starts at a time one wins, and a run
 * that dies before its job is written is done again under the same id.
 * @param seen the schedule as the run was decided on
 * @param again whether the record has the run already
 * @returns undefined if the schedule was changed, started anew, or deleted meanwhile
 */
export async function startScheduledJob(
  seen: Schedule,
  run: ScheduleRun,
  { again = false, completed = false }: { readonly again?: boolean; readonly completed?: boolean },
  dependencies: StartScheduledJobDependencies,
): Promise<PublishJob | undefined> {
  const settings = await dependencies.getSettings(seen.company);
  const job = newScheduledJob(seen, run, settings, dependencies.now());
  if (!again && !(await dependencies.recordRun(seen, run, completed))) return undefined;
  const { startError } = await dependencies.submit(job);
  if (startError !== undefined)
    dependencies.log.warn(`Job ${job.id} waits, as it could not be started`, startError as Error);
  return job;
}
