import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { Submission, SubmissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { Executions } from '../../adapters/stepfunctions/executions.ts';
import { executionName, type PublishJob } from '../../domain/jobs/job.ts';
import { submittedBefore } from './submitted-before.ts';

export type SubmitPublishJobDependencies = Pick<JobStore, 'getJob'> &
  SubmissionStore &
  Executions &
  Pick<EventBus, 'emitStatus'>;

/**
 * Writes a job, starts its execution and emits its status. Called by serve-api and start-job. If the execution cannot be
 * started, the job keeps its queue position and starts when the next job of the company ends, waits or is cancelled.
 *
 * With a submission the job is written once. A repeated call returns the first job and starts it again, which changes
 * nothing if it has begun.
 *
 * Costs: the writes of `createPublishJob`, one StartExecution; for a repeated submission two reads instead of the job.
 * @returns the job, and the error of the start, for the log
 * @throws Failure `request.key-reused` if the submission's key was used for another request; `storage.busy`
 */
export async function submitPublishJob(
  job: PublishJob,
  dependencies: SubmitPublishJobDependencies,
  submission?: Submission,
): Promise<{ job: PublishJob; startError?: unknown }> {
  const isNew = await dependencies.createPublishJob(job, submission);
  const submitted =
    isNew || !submission ? job : await submittedBefore(job.company, submission, 'publish', dependencies);
  const startError = await start(submitted, dependencies);
  // Also for the same job written before: the first call may have died before its event.
  if (submitted.id === job.id) dependencies.emitStatus(job, job.submitted);
  return { job: submitted, ...(startError === undefined ? {} : { startError }) };
}

/** @returns the error, undefined if the execution was started or is not needed */
async function start(
  { company, id, status, executionNumber }: PublishJob,
  { startExecution }: Executions,
): Promise<unknown> {
  if (status !== 'queued') return undefined;
  try {
    await startExecution(executionName(id, executionNumber), { company, jobId: id });
    return undefined;
  } catch (error) {
    return error;
  }
}
