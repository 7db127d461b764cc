import type { CompanySettings } from '../companies/settings.ts';
import type { PublishJob, UploadJob } from '../jobs/job.ts';
import { newPublishJob } from '../jobs/new-publish-job.ts';
import { newUploadJob } from '../uploads/new-upload-job.ts';
import type { UploadSource } from '../uploads/upload-source.ts';
import type { Schedule, ScheduleRun } from './schedule.ts';

/** The job of a schedule's run: a queued publish job, or a running upload with the source of its files. */
export type NewScheduledJob =
  | { readonly job: PublishJob; readonly from?: never }
  | { readonly job: UploadJob; readonly from: UploadSource };

/**
 * Makes the job of a schedule's run.
 * @param now ISO 8601
 * @param more the submitter if it is not the owner, and the chain if another job triggered the run
 * @throws Failure `request.invalid` if one of the schedule's servers is no longer enabled
 */
export function newScheduledJob(
  { company, id, name, job: options, submittedBy }: Schedule,
  run: ScheduleRun,
  settings: CompanySettings,
  now: string,
  more: Partial<Pick<PublishJob, 'submittedBy' | 'chain'>> = {},
): NewScheduledJob {
  const schedule = { id, name, due: run.due };
  const origin = { company, id: run.jobId, givenName: name, submittedBy, submitted: now, schedule, ...more };
  if (options.from === undefined) return { job: newPublishJob(options, origin, settings) };
  const { from, ...uploadOptions } = options;
  return { job: newUploadJob(uploadOptions, origin, settings, from), from };
}
