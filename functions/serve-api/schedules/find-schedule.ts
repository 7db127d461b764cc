import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Job } from '../../../domain/jobs/job.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';

/** @throws Failure `schedule.not-found` */
export async function findSchedule(
  company: string,
  id: string,
  { getSchedule }: Pick<ScheduleStore, 'getSchedule'>,
): Promise<Schedule> {
  const schedule = await getSchedule(company, id);
  if (!schedule) throw new Failure('schedule.not-found', `There is no schedule ${id}`);
  return schedule;
}

/** @throws Failure `access.role-too-low` for who is neither the owner nor an admin */
export function checkMayChange(user: Pick<CompanyUser, 'subject' | 'role'>, schedule: Schedule): void {
  if (mayChange(user, schedule)) return;
  throw new Failure('access.role-too-low', 'Only an admin may do that with a schedule of somebody else', {
    facts: { requiredRole: 'admin' },
  });
}

/** The job that a schedule started last, as long as it is kept. */
export async function lastJobOf(
  { company, lastRun }: Schedule,
  { getJob }: Pick<JobStore, 'getJob'>,
): Promise<Job | undefined> {
  return lastRun && (await getJob(company, lastRun.jobId));
}
