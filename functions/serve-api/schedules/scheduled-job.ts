import { defaultScheduledJob } from '@pressroom/api/schedules/schedule-routes';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { serversToPublishTo } from '../../../domain/jobs/new-publish-job.ts';
import { lostRights } from '../../../domain/schedules/decide-run.ts';
import type { Schedule, ScheduledJob } from '../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RequestOf } from '../handler-types.ts';
import { publishOptionsOf } from '../jobs/publish-options.ts';
import { checkNotificationOptions } from '../notifications/notification-options.ts';
import { checkedUploadOptions } from '../uploads/upload-options.ts';
import { checkedSource } from '../uploads/upload-source.ts';

type Requested = Pick<RequestOf<'editSchedule'>['body'], 'job' | 'upload'>;

/**
 * What a schedule's jobs are to do, as it is kept.
 * @param before the stored options: their URLs may be sent as they are shown
 * @throws Failure `request.invalid` for a server or a preset that the company does not have, or a URL or a bucket that is
 * not allowed
 */
export async function checkedScheduledJob(
  company: string,
  { job = defaultScheduledJob, upload }: Requested,
  before: ScheduledJob | undefined,
  dependencies: Dependencies,
): Promise<ScheduledJob> {
  const settings = await dependencies.companies.getSettings(company);
  if (upload) {
    const known = before?.from ? before : undefined;
    const checking = { field: 'upload.from', changedOnly: true, before: known?.from };
    return {
      ...(await checkedUploadOptions(
        company,
        upload,
        { prefix: 'upload.', settings, ...(known && { before: known }) },
        dependencies,
      )),
      from: checkedSource(company, upload.from, checking, dependencies),
    };
  }
  const { publish, servers, scope } = job;
  return {
    publish,
    ...(servers === undefined ? {} : { servers: serversToPublishTo(servers, settings, 'job.servers') }),
    ...(scope === undefined ? {} : { scope: { kind: 'folder', ...scope } }),
    ...publishOptionsOf(job),
    ...checkNotificationOptions(job, 'job.', before?.notification, dependencies),
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
