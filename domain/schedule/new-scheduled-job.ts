import { type CompanySettings, serversOf } from '../company/settings.ts';
import { servers as allServers } from '../delivery/server.ts';
import { Failure } from '../failure.ts';
import { noCounts, type PublishJob } from '../job/job.ts';
import { uniqueJobName } from '../job/job-name.ts';
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
  const available = serversOf(settings);
  const { servers: wanted = available, ...options } = job;
  const missing = wanted.find((server) => !available.includes(server));
  if (missing !== undefined) {
    const message = `names ${missing}, which this company does not have; it has ${available.join(', ')}`;
    throw new Failure('request.invalid', `servers: ${message}`, { details: [{ field: 'servers', message }] });
  }
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
    servers: allServers.filter((server) => wanted.includes(server)),
    schedule: { id, name, due: run.due },
    attempt: 1,
    ...more,
  };
}
