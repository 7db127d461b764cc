import type { CompanySettings } from '../companies/settings.ts';
import type { PublishJob } from '../jobs/job.ts';
import { newPublishJob } from '../jobs/new-publish-job.ts';
import type { Schedule, ScheduleRun } from './schedule.ts';

/**
 * Makes the queued job of a schedule's run.
 * @param now ISO 8601
 * @param more the submitter if it is not the owner, and the chain if another job triggered the run
 * @throws Failure `request.invalid` if one of the schedule's servers is no longer enabled
 */
export function newScheduledJob(
  { company, id, name, job, submittedBy }: Schedule,
  run: ScheduleRun,
  settings: CompanySettings,
  now: string,
  more: Partial<Pick<PublishJob, 'submittedBy' | 'chain'>> = {},
): PublishJob {
  const schedule = { id, name, due: run.due };
  return newPublishJob(
    job,
    { company, id: run.jobId, givenName: name, submittedBy, submitted: now, schedule, ...more },
    settings,
  );
}
