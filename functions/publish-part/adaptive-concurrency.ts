import { isTransient } from '../../adapters/runtime/transient-error.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import {
  backoffDelay,
  decreaseConcurrency,
  fullConcurrency,
  hasTimeToRetry,
  increaseConcurrency,
} from '../../domain/jobs/adaptive-concurrency.ts';

export interface AdaptiveConcurrencyDependencies {
  /** Maximum number of assets that are processed in parallel. */
  readonly copiesAtATime: number;
  /** Milliseconds of the function's time that are reserved for recording the result of the part. */
  readonly reserve: number;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
}

export interface AdaptiveConcurrency {
  /** Makes a call, and repeats it while its error is transient. @throws Failure `storage.busy` if time runs short */
  retryTransient<Result>(call: () => Promise<Result>): Promise<Result>;
  /**
   * Processes items as fast as the storage allows. Items with a transient error are retried a few times and then returned,
   * so that one bad item does not delay the others.
   * @param between called before each further pass
   * @returns items that failed in every pass, in order
   * @throws Failure `storage.busy` if time runs short; the first error of `work` that is not transient
   */
  processAll<Item>(
    items: readonly Item[],
    work: (item: Item) => Promise<void>,
    between: () => Promise<void>,
  ): Promise<Item[]>;
}

/** Passes over the same items: about 2 seconds with the pauses between them. */
const maxPasses = 4;

export function adaptiveConcurrency(dependencies: AdaptiveConcurrencyDependencies): AdaptiveConcurrency {
  const { copiesAtATime, reserve, timeLeft, wait, random, warn } = dependencies;
  let concurrency = fullConcurrency(copiesAtATime);
  /** Passes in a row in which every item failed: each doubles the pause. */
  let fruitless = 0;

  return {
    async retryTransient(call) {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await call();
        } catch (error) {
          if (!isTransient(error)) throw error;
          await waitBeforeRetry(attempt, error);
        }
      }
    },

    async processAll(items, work, between) {
      let open = items;
      for (let pass = 1; open.length > 0 && pass <= maxPasses; pass += 1) {
        if (pass > 1) await between();
        const failed = new Set<(typeof items)[number]>();
        let refusal: { error: unknown } | undefined;
        await inParallel(open, concurrency.current, async (item) => {
          // After a refusal no further item is begun in this pass.
          if (refusal) {
            failed.add(item);
            return;
          }
          try {
            await work(item);
          } catch (error) {
            if (!isTransient(error)) throw error;
            refusal ??= { error };
            failed.add(item);
          }
        });
        fruitless = failed.size < open.length ? 0 : fruitless + 1;
        open = open.filter((item) => failed.has(item));
        if (refusal) await waitBeforeRetry(fruitless, refusal.error);
        else if (pass === 1) concurrency = increaseConcurrency(concurrency);
      }
      return [...open];
    },
  };

  async function waitBeforeRetry(attempt: number, cause: unknown): Promise<void> {
    concurrency = decreaseConcurrency(concurrency);
    const delay = backoffDelay(attempt, random());
    warn('The storage is busy', { error: cause, copiesAtATime: concurrency.current, delay });
    if (!hasTimeToRetry(delay, timeLeft(), reserve)) {
      throw new Failure('storage.busy', 'The storage is busy', { cause });
    }
    await wait(delay);
  }
}
