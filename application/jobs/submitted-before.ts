import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { Submission, SubmissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { Failure } from '../../domain/failure.ts';
import type { Job } from '../../domain/jobs/job.ts';

/**
 * The id of the job that a key was used for within a day.
 * @throws Failure `request.key-reused` if it was another request
 */
export async function findSubmitted(
  company: string,
  { key, request }: Submission,
  { findSubmission }: Pick<SubmissionStore, 'findSubmission'>,
): Promise<string | undefined> {
  const before = await findSubmission(company, key);
  if (before && before.request !== request) {
    throw new Failure(
      'request.key-reused',
      `Idempotency-Key: "${key}" was used for another request within the last 24 hours; choose a new key`,
      { details: [{ field: 'Idempotency-Key', message: 'was used for another request' }] },
    );
  }
  return before?.jobId;
}

/**
 * The job that was submitted with the same idempotency key. Two reads.
 * @throws Failure `request.key-reused` if it was another request; `storage.busy` if there is none
 */
export async function submittedBefore<Kind extends Job['kind']>(
  company: string,
  submission: Submission,
  kind: Kind,
  dependencies: Pick<JobStore, 'getJob'> & Pick<SubmissionStore, 'findSubmission'>,
): Promise<Extract<Job, { kind: Kind }>> {
  const jobId = await findSubmitted(company, submission, dependencies);
  const job = jobId === undefined ? undefined : await dependencies.getJob(company, jobId);
  if (job?.kind === kind) return job as Extract<Job, { kind: Kind }>;
  throw new Failure('storage.busy', 'The job could not be written; try again');
}
