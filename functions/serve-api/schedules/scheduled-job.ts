import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { serversToPublishTo } from '../../../domain/jobs/new-publish-job.ts';
import { lostRights } from '../../../domain/schedules/decide-run.ts';
import type { Schedule, ScheduledJob } from '../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RequestOf } from '../handler-types.ts';
import { publishOptionsOf } from '../jobs/publish-options.ts';

/**
 * What a schedule's jobs are to do, as it is kept.
 * @throws Failure `request.invalid` for a server that the company does not have
 */
export function scheduledJob(
  requested: RequestOf<'createSchedule'>['body']['job'],
  settings: CompanySettings,
): ScheduledJob {
  const { publish, servers, scope } = requested;
  return {
    publish,
    ...(servers === undefined ? {} : { servers: serversToPublishTo(servers, settings, 'job.servers') }),
    ...(scope === undefined ? {} : { scope: { kind: 'folder', ...scope } }),
    ...publishOptionsOf(requested),
  };
}

/**
 * Checks that a schedule could start its job now: its owner and the member that it runs as have the rights.
 * @throws Failure `access.role-too-low`; `request.invalid` if the member that it runs as lacks the rights
 */
export async function checkJobRights(
  user: Pick<CompanyUser, 'subject' | 'role'>,
  { company, submittedBy, job }: Pick<Schedule, 'company' | 'submittedBy' | 'job'>,
  { companies: { findRole } }: Dependencies,
): Promise<void> {
  const owner = submittedBy === user.subject ? user.role : await findRole(company, submittedBy);
  const runAs = job.runAs === undefined ? undefined : await findRole(company, job.runAs);
  const lost = lostRights({ submittedBy, job }, { owner, runAs });
  if (lost === undefined) return;
  if (owner !== 'admin') throw new Failure('access.role-too-low', lost, { facts: { requiredRole: 'admin' } });
  throw invalidField('job.runAs', lost);
}
