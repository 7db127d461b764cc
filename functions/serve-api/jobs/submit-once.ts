import { createHash } from 'node:crypto';
import type { Submission } from '../../../adapters/dynamodb/jobs/submission-store.ts';
import type { Job, PublishJob } from '../../../domain/jobs/job.ts';
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
  const { job: submitted, startError } = await submit(job, submissionOf(job, key, request));
  if (startError !== undefined) {
    log.warn(`Job ${submitted.id} waits, as it could not be started`, startError as Error);
  }
  return submitted;
}

/** What a repeated request is recognised by. @param key the idempotency key, if one was given */
export function submissionOf(
  { submittedBy }: Pick<Job, 'submittedBy'>,
  key: string | undefined,
  request: unknown,
): Submission | undefined {
  return key === undefined ? undefined : { key, request: hashOf([submittedBy, request]) };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
