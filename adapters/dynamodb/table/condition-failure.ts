import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/**
 * Whether a write was refused because its condition did not hold. A transaction counts only if it failed for no other
 * reason: one that met another transaction or was throttled can be repeated.
 */
export function isConditionFailure(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  return (
    codes.includes('ConditionalCheckFailed') &&
    codes.every((code) => code === 'None' || code === 'ConditionalCheckFailed')
  );
}

/** @returns the output of the write; undefined if its condition did not hold */
export async function unlessConditionFails<Output extends object>(
  write: () => Promise<Output>,
): Promise<Output | undefined> {
  try {
    return await write();
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

/** @returns false if the write's condition did not hold */
export async function conditionHeld(write: () => Promise<object>): Promise<boolean> {
  return (await unlessConditionFails(write)) !== undefined;
}
