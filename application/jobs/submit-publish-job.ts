import type { JobStore, Submission } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { Executions } from '../../adapters/stepfunctions/executions.ts';
import { Failure } from '../../domain/failure.ts';
import { executionName, type PublishJob } from '../../domain/jobs/job.ts';

/**
 * Writes a job and starts its execution. Where the execution cannot be started, the job keeps its place in the queue
 * and is started when the next job of the company ends, waits or is cancelled. With a submission it is written once:
 * asked for again, the first one is answered, and started again, which changes nothing where it was.
 * @returns the job, and the error of the start, for the log
 * @throws Failure `request.key-reused` if something else was asked for with the submission's key
 */
export async function submitPublishJob(
  job: PublishJob,
  dependencies: Pick<JobStore, 'createPublishJob' | 'findSubmission' | 'getJob'> & Executions,
  submission?: Submission,
): Promise<{ job: PublishJob; startError?: unknown }> {
  const isNew = await dependencies.createPublishJob(job, submission);
  const submitted = isNew || !submission ? job : await submittedBefore(job, submission, dependencies);
  try {
    if (submitted.status === 'queued') {
      await dependencies.startExecution(executionName(submitted.id, submitted.executionNumber), {
        company: submitted.company,
        jobId: submitted.id,
      });
    }
    return { job: submitted };
  } catch (startError) {
    return { job: submitted, startError };
  }
}

async function submittedBefore(
  { company }: PublishJob,
  { key, request }: Submission,
  { findSubmission, getJob }: Pick<JobStore, 'findSubmission' | 'getJob'>,
): Promise<PublishJob> {
  const before = await findSubmission(company, key);
  if (before && before.request !== request) {
    throw new Failure(
      'request.key-reused',
      `Idempotency-Key: "${key}" was used for another request within the last 24 hours; choose a new key`,
      { details: [{ field: 'Idempotency-Key', message: 'was used for another request' }] },
    );
  }
  const job = before && (await getJob(company, before.jobId));
  if (job?.kind === 'publish') return job;
  throw new Failure('storage.busy', 'The job could not be written; try again');
}
