import { setTimeout as wait } from 'node:timers/promises';
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';

/** With the waits below, a writer waits about 5 seconds for its turn at an item. */
const maxAttempts = 12;

/**
 * Repeats a write that collided with a transaction on the same item: the files of one upload all count on one job.
 * Neither the SDK nor DynamoDB repeats it.
 */
export async function retryConflicts<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === maxAttempts || !isConflict(error)) throw error;
      await wait(Math.random() * Math.min(20 * 2 ** attempt, 1_000));
    }
  }
}

const transientCodes = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

function isConflict(error: unknown): boolean {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  return (error.CancellationReasons ?? []).some((reason) => transientCodes.includes(reason.Code ?? ''));
}
