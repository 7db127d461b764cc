import type { JobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../../adapters/dynamodb/uploads/upload-store.ts';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Job, PublishJob } from '../../../domain/jobs/job.ts';
import { decideCancel } from '../../../domain/jobs/lifecycle.ts';
import { fileLogEntry } from '../../../domain/uploads/upload-log-entries.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toJobResponse } from './job-response.ts';

export interface CancelJobDependencies
  extends Pick<JobStore, 'getJob' | 'requestStop'>,
    Pick<UploadStore, 'finishFiles' | 'endIfComplete'> {
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
): PromisedResponse<'cancelJob'> {
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
    return toJobResponse(await dependencies.cancelPublishJob(company, jobId, cancel), now);
  }
  return toJobResponse(await cancelUpload(job, user.subject, now, dependencies), now);
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
  await dependencies.finishFiles(company, id, ['pending'], (file) =>
    fileLogEntry(file, 'not-reached', 'had not arrived when the upload was stopped', now),
  );
  await dependencies.endIfComplete(company, id, now);
  return (await dependencies.getJob(company, id)) ?? job;
}
