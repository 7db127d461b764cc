import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { Submission, SubmissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import type { ActionLists } from '../../adapters/s3/action-lists.ts';
import type { ActionList } from '../../domain/jobs/action-job.ts';
import { type ActionJob, isTerminal } from '../../domain/jobs/job.ts';
import { submittedBefore } from './submitted-before.ts';

export type SubmitActionJobDependencies = Pick<JobStore, 'getJob'> &
  Pick<SubmissionStore, 'createActionJob' | 'findSubmission'> &
  Pick<ActionLists, 'writeActionList'> & {
    /** Has run-action work on a job. */
    readonly requestAction: (job: { readonly company: string; readonly jobId: string }) => Promise<void>;
  };

/**
 * Stores the list of an action job, then the job, and puts it into the queue of run-action. If the queue does not take it,
 * reconcile-jobs puts it there later. With a submission the job is written once: a repeated call returns the first job. Called by
 * serve-api.
 *
 * Costs: a PUT, 3 write units, 3 more with a submission, and an SQS request.
 * @returns the job, and the error of the queue, for the log
 * @throws Failure `request.key-reused` if the submission's key was used for another request; `storage.busy`
 */
export async function submitActionJob(
  job: ActionJob,
  list: ActionList,
  dependencies: SubmitActionJobDependencies,
  submission?: Submission,
): Promise<{ job: ActionJob; startError?: unknown }> {
  await dependencies.writeActionList(job.company, job.id, list);
  const isNew = await dependencies.createActionJob(job, submission);
  const submitted =
    isNew || !submission ? job : await submittedBefore(job.company, submission, 'action', dependencies);
  if (isTerminal(submitted.status)) return { job: submitted };
  try {
    await dependencies.requestAction({ company: submitted.company, jobId: submitted.id });
    return { job: submitted };
  } catch (error) {
    return { job: submitted, startError: error };
  }
}
