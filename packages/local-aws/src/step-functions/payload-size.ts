import { StatesError } from './states-error.ts';

/** Limit for the input and output of a state or an execution, in bytes of JSON (AWS: Step Functions quotas). */
export const payloadLimit = 256 * 1024;

/** @throws StatesError States.DataLimitExceeded for a payload of more than 256 KiB */
export function checkSize(payload: unknown, where: string): void {
  const text = JSON.stringify(payload);
  // A UTF-16 code unit has at most 3 bytes of UTF-8, so short texts need no counting.
  if (text.length * 3 <= payloadLimit || Buffer.byteLength(text) <= payloadLimit) return;
  throw new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${where}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
