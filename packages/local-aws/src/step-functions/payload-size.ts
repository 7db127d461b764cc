import { StatesError } from './states-error.ts';

/** Bytes of JSON that may go into or come out of a state or an execution (AWS: Step Functions quotas). */
export const payloadLimit = 256 * 1024;

/** @throws StatesError States.DataLimitExceeded for a payload of more than 256 KiB */
export function checkSize(payload: unknown, where: string): void {
  const text = JSON.stringify(payload);
  // A character has up to 3 bytes of UTF-8: short texts need no counting.
  if (text.length * 3 <= payloadLimit || Buffer.byteLength(text) <= payloadLimit) return;
  throw new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${where}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
