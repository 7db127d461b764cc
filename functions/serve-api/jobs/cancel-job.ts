import type { JobRecords } from '../../../adapters/dynamodb/jobs/job-records.ts';
import type { UploadRecords } from '../../../adapters/dynamodb/uploads/upload-records.ts';
import { mayChange } from '../../../domain/companies/own-work.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Job, PublishJob } from '../../../domain/jobs/job.ts';
import { decideCancel } from '../../../domain/jobs/lifecycle.ts';
import { fileLine } from '../../../domain/uploads/upload-lines.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { jobAnswer } from './job-answer.ts';

export interface CancelJobDependencies
  extends Pick<JobRecords, 'getJob' | 'requestStop'>,
    Pick<UploadRecords, 'settleAll' | 'endIfComplete'> {
  readonly cancelPublishJob: (
    company: string,
    jobId: string,
    cancel: { readonly by: string; readonly at: string; readonly force: boolean },
  ) => Promise<PublishJob>;
  readonly now: () => string;
}

/**
 * Cancels a job of either kind. Users cancel their own, admins all. Cancelling again changes nothing, but does what a
 * first time that died had left undone. By force a publish job that has been stopping for five minutes is ended as it is;
 * for any other job force changes nothing.
 */
export async function cancelJob(
  { company, user, params, body }: Pick<RequestOf<'cancelJob'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: CancelJobDependencies,
): ReplyOf<'cancelJob'> {
  const { jobId } = params;
  const job = await dependencies.getJob(company, jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${jobId}`);
  if (!mayChange(user, job)) {
    throw new Failure('access.role-too-low', 'Only an admin may cancel a job of somebody else', {
      facts: { requiredRole: 'admin' },
    });
  }
  const now = dependencies.now();
  if (job.kind === 'publish') {
    const cancel = { by: user.subject, at: now, force: body.force };
    return jobAnswer(await dependencies.cancelPublishJob(company, jobId, cancel), now);
  }
  return jobAnswer(await cancelUpload(job, user.subject, now, dependencies), now);
}

/** Files that were not decided on are not reached; those under way are finished, and the last of them ends the job. */
async function cancelUpload(
  job: Job,
  by: string,
  now: string,
  dependencies: CancelJobDependencies,
): Promise<Job> {
  const { company, id } = job;
  const decision = decideCancel(job);
  if ('refused' in decision) throw new Failure(decision.refused, decision.because);
  if (decision.to !== 'unchanged') await dependencies.requestStop(company, id, by, now);
  await dependencies.settleAll(company, id, ['pending'], (file) =>
    fileLine(file, 'not-reached', 'had not arrived when the upload was stopped', now),
  );
  await dependencies.endIfComplete(company, id, now);
  return (await dependencies.getJob(company, id)) ?? job;
}
