import { createHash } from 'node:crypto';
import type { Submission } from '../../../adapters/dynamodb/jobs/submission-item.ts';
import type { PublishJob } from '../../../domain/jobs/job.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * Submits a job. With an idempotency key it is submitted once, however often it is asked for within a day.
 * @param submission the key, if one was given, and what was asked for with it
 * @throws Failure `request.key-reused` if something else was asked for with the key
 */
export async function submitOnce(
  job: PublishJob,
  { key, request }: { readonly key: string | undefined; readonly request: unknown },
  { jobs: { submit }, log }: Dependencies,
): Promise<PublishJob> {
  const { job: submitted, startError } = await submit(
    job,
    key === undefined ? undefined : submissionOf(key, job.submittedBy, request),
  );
  if (startError !== undefined) {
    log.warn(`Job ${submitted.id} waits, as it could not be started`, startError as Error);
  }
  return submitted;
}

/** @param by subject of the user @param request what was asked for */
export function submissionOf(key: string, by: string, request: unknown): Submission {
  const text = JSON.stringify([by, request]);
  return { key, request: createHash('sha256').update(text).digest('base64url') };
}
