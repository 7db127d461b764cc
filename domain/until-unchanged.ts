import type { Failure } from './failure.ts';

/** What an attempt returns when the record changed between its read and its write. */
export const changedMeanwhile = Symbol('changed meanwhile');

/** Two or three writers of one record are common, five in a row are a fault. */
const maxAttempts = 5;

/**
 * Repeats an optimistic write until no other writer came between its read and its write.
 * @param attempt reads, decides and writes; returns {@link changedMeanwhile} when its condition failed. `number` is 1 for
 * the first attempt
 * @param failure made when all attempts met another writer
 * @param attempts how many are made, 5 unless given
 * @throws what `attempt` throws, or the failure
 */
export async function untilUnchanged<Result>(
  attempt: (number: number) => Promise<Result | typeof changedMeanwhile>,
  failure: () => Failure,
  attempts = maxAttempts,
): Promise<Result> {
  for (let number = 1; number <= attempts; number += 1) {
    const result = await attempt(number);
    if (result !== changedMeanwhile) return result;
  }
  throw failure();
}
