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
  /** Assets that are worked on at a time, at most. */
  readonly copiesAtATime: number;
  /** Milliseconds kept back, of the time that the function has, to write down what the part came to. */
  readonly reserve: number;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
}

export interface AdaptiveConcurrency {
  /** Makes a call, and makes it again while it fails in passing. @throws Failure `storage.busy` where time runs short */
  retryTransient<Result>(call: () => Promise<Result>): Promise<Result>;
  /**
   * Works through items as fast as the storage bears. What fails in passing is tried again a few times, and then handed
   * back: one bad item holds up no others.
   * @param between called before each further pass
   * @returns what failed to the end, in order
   * @throws Failure `storage.busy` where time runs short; the first error of `work` that does not pass
   */
  processAll<Item>(
    items: readonly Item[],
    work: (item: Item) => Promise<void>,
    between: () => Promise<void>,
  ): Promise<Item[]>;
}

/** Passes over the same items: with the pauses between them some two seconds. */
const maxPasses = 4;

export function adaptiveConcurrency(dependencies: AdaptiveConcurrencyDependencies): AdaptiveConcurrency {
  const { copiesAtATime, reserve, timeLeft, wait, random, warn } = dependencies;
  let concurrency = fullConcurrency(copiesAtATime);
  /** Passes and calls in a row that brought nothing: each doubles the pause. */
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
          // Once one is refused no further one is begun: those under way tell nothing new.
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
