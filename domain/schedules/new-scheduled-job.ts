import type { CompanySettings } from '../companies/settings.ts';
import type { PublishJob } from '../jobs/job.ts';
import { newPublishJob } from '../jobs/new-publish-job.ts';
import type { Schedule, ScheduleRun } from './schedule.ts';

/**
 * The job of a schedule's run.
 * @param now ISO 8601
 * @param more where somebody else than its owner started it, and where a job did that
 * @throws Failure `request.invalid` if the company has not all of the schedule's servers any more
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
