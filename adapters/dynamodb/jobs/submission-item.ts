import { jobTable, submissionKey } from '../keys.ts';
import { below, conditionOf, missingOr } from '../table/condition.ts';

/** Seconds that an idempotency key is valid. */
const submissionLifetime = 24 * 60 * 60;

/** What identifies a repeated submission of the same job. */
export interface Submission {
  /** The idempotency key that the submitter chose. */
  readonly key: string;
  /** A hash of the request. */
  readonly request: string;
}

/** The put of an idempotency key, which fails if the key was used within a day. @param submitted ISO 8601 */
export function submissionPut(
  tableName: string,
  { company, id, submitted }: { readonly company: string; readonly id: string; readonly submitted: string },
  { key, request }: Submission,
) {
  const now = Math.floor(Date.parse(submitted) / 1_000);
  return {
    TableName: tableName,
    Item: {
      ...submissionKey(company, key),
      jobId: id,
      request,
      [jobTable.timeToLive]: now + submissionLifetime,
    },
    // DynamoDB may delete an expired item a day late.
    ...conditionOf({ [jobTable.timeToLive]: missingOr(below(now)) }),
  };
}
