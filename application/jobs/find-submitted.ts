import type { Submission } from '../../adapters/dynamodb/jobs/submission-item.ts';
import type { SubmissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { Failure } from '../../domain/failure.ts';

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
