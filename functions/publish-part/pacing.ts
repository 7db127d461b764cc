import { isPassing } from '../../adapters/runtime/passing-error.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { backoff, faster, fullPace, mayWait, slower } from '../../domain/jobs/pace.ts';

export interface PacingDependencies {
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

export interface Pacing {
  /** Makes a call, and makes it again while it fails in passing. @throws Failure `storage.busy` where time runs short */
  calmly<Result>(call: () => Promise<Result>): Promise<Result>;
  /**
   * Works through items as fast as the storage bears. What fails in passing is tried again a few times, and then handed
   * back: one bad item holds up no others.
   * @param between called before each further pass
   * @returns what failed to the end, in order
   * @throws Failure `storage.busy` where time runs short; the first error of `work` that does not pass
   */
  workThrough<Item>(
    items: readonly Item[],
    work: (item: Item) => Promise<void>,
    between: () => Promise<void>,
  ): Promise<Item[]>;
}

/** Passes over the same items: with the pauses between them some two seconds. */
const mostPasses = 4;

export function pacing(dependencies: PacingDependencies): Pacing {
  const { copiesAtATime, reserve, timeLeft, wait, random, warn } = dependencies;
  let pace = fullPace(copiesAtATime);
  /** Passes and calls in a row that brought nothing: each doubles the pause. */
  let fruitless = 0;

  return {
    async calmly(call) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await call();
        } catch (error) {
          if (!isPassing(error)) throw error;
          await slowDown(tries, error);
        }
      }
    },

    async workThrough(items, work, between) {
      let open = items;
      for (let pass = 1; open.length > 0 && pass <= mostPasses; pass += 1) {
        if (pass > 1) await between();
        const failed = new Set<(typeof items)[number]>();
        let refusal: { error: unknown } | undefined;
        await inParallel(open, pace.atATime, async (item) => {
          // Once one is refused no further one is begun: those under way tell nothing new.
          if (refusal) {
            failed.add(item);
            return;
          }
          try {
            await work(item);
          } catch (error) {
            if (!isPassing(error)) throw error;
            refusal ??= { error };
            failed.add(item);
          }
        });
        fruitless = failed.size < open.length ? 0 : fruitless + 1;
        open = open.filter((item) => failed.has(item));
        if (refusal) await slowDown(fruitless, refusal.error);
        else if (pass === 1) pace = faster(pace);
      }
      return [...open];
    },
  };

  async function slowDown(tries: number, cause: unknown): Promise<void> {
    pace = slower(pace);
    const delay = backoff(tries, random());
    warn('The storage is busy', { error: cause, copiesAtATime: pace.atATime, delay });
    if (!mayWait(delay, timeLeft(), reserve)) {
      throw new Failure('storage.busy', 'The storage is busy', { cause });
    }
    await wait(delay);
  }
}
