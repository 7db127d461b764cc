import { type CompanySettings, serversOf } from '../company/settings.ts';
import { noCounts, type PublishJob } from '../job/job.ts';
import { uniqueJobName } from '../job/job-name.ts';
import type { Schedule, ScheduleRun } from './schedule.ts';

/**
 * The job of a schedule's run, as its owner would submit it now.
 * @param now ISO 8601
 */
export function newScheduledJob(
  { company, id, name, job, submittedBy }: Schedule,
  run: ScheduleRun,
  settings: CompanySettings,
  now: string,
): PublishJob {
  const { servers = serversOf(settings), ...options } = job;
  return {
    kind: 'publish',
    company,
    id: run.jobId,
    givenName: name,
    name: uniqueJobName(name, now, settings.timeZone),
    status: 'queued',
    counts: noCounts,
    submitted: now,
    submittedBy,
    ...options,
    servers,
    schedule: { id, name, due: run.due },
    attempt: 1,
  };
}
