import type { Failure } from './failure.ts';

/** The result of an attempt whose record was changed between its read and its write. */
export const changedMeanwhile = Symbol('changed meanwhile');

/** Two or three writers of one record at a time are common; five conflicts in a row are a fault. */
const maxAttempts = 5;

/**
 * Repeats an optimistic write until no other writer changes the record between its read and its write.
 * @param attempt reads, decides and writes; returns {@link changedMeanwhile} if its condition failed. `number` is 1 for
 * the first attempt
 * @param failure makes the error if all attempts failed
 * @param attempts maximum number of attempts; default 5
 * @throws the errors of `attempt`, or the failure
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
