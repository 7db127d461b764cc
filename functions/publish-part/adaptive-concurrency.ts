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
  /** Maximum number of assets that are copied in parallel. */
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
   * Processes items as fast as the storage allows. As soon as one is copied, the next begins, while the record of the one
   * before is being written. Items with a transient error are retried a few times and then returned, so that one bad item
   * does not delay the others.
   * @param work processes an item, and calls `copied` when its copies are made. The index is that in `items`, or in the
   * list that `between` was given
   * @param between called before each further pass with the items of that pass
   * @returns items that are left after the passes: first those that were not begun
   * @throws Failure `storage.busy` if time runs short; the first error of `work` that is not transient
   */
  processAll<Item>(
    items: readonly Item[],
    work: (item: Item, index: number, copied: () => void) => Promise<void>,
    between: (open: readonly Item[]) => Promise<void>,
  ): Promise<Item[]>;
}

/** Passes over the same items: about 2 seconds with the pauses between them. */
const maxPasses = 4;

/** Items beside those that are copied: their records are written, 25 in a call (batched-changes.ts). */
const recordsAtATime = 25;

export function adaptiveConcurrency(dependencies: AdaptiveConcurrencyDependencies): AdaptiveConcurrency {
  const { copiesAtATime, reserve, timeLeft, wait, random, warn } = dependencies;
  let concurrency = fullConcurrency(copiesAtATime);
  /** Passes in a row in which every item failed: each doubles the pause. */
  let fruitless = 0;
  /** Of the present pass. */
  let refusals: unknown[] = [];
  let copying = 0;
  /** Items that were copied since the concurrency was changed. */
  let clean = 0;
  let waiting: (() => void)[] = [];

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
        if (pass > 1) await between(open);
        const left = new Set<(typeof items)[number]>();
        const failed: (typeof items)[number][] = [];
        refusals = [];
        await inParallel(open, copiesAtATime + recordsAtATime, async (item, index) => {
          await takeTurn();
          let isCopying = true;
          const copied = () => {
            if (isCopying) endTurn();
            isCopying = false;
          };
          try {
            // After a refusal no further item is begun in this pass.
            if (refusals.length > 0) left.add(item);
            else await work(item, index, copied);
          } catch (error) {
            if (!isTransient(error)) throw error;
            refusals.push(error);
            failed.push(item);
          } finally {
            copied();
          }
        });
        fruitless = left.size + failed.length < open.length ? 0 : fruitless + 1;
        open = [...open.filter((item) => left.has(item)), ...failed];
        if (refusals.length > 0) await waitBeforeRetry(fruitless, refusals[0]);
      }
      return [...open];
    },
  };

  async function takeTurn(): Promise<void> {
    while (copying >= concurrency.current)
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    copying += 1;
  }

  function endTurn(): void {
    copying -= 1;
    clean += 1;
    if (clean >= concurrency.current && refusals.length === 0) {
      concurrency = increaseConcurrency(concurrency);
      clean = 0;
    }
    // Those for which there is no room wait again.
    const looking = waiting;
    waiting = [];
    for (const look of looking) look();
  }

  async function waitBeforeRetry(attempt: number, cause: unknown): Promise<void> {
    concurrency = decreaseConcurrency(concurrency);
    clean = 0;
    const delay = backoffDelay(attempt, random());
    warn('The storage is busy', { error: cause, copiesAtATime: concurrency.current, delay });
    if (!hasTimeToRetry(delay, timeLeft(), reserve)) {
      throw new Failure('storage.busy', 'The storage is busy', { cause });
    }
    await wait(delay);
  }
}
