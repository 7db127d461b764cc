import { inParallel } from '../../../domain/in-parallel.ts';

/** Items that are processed in parallel. */
const atATime = 25;

/**
 * Processes items in parallel until the time is up; items that were begun are finished.
 * @returns the results so far, and whether items are left
 */
export async function processUntil<Item, Result>(
  items: readonly Item[],
  { until, clock }: { readonly until: number; readonly clock: () => number },
  work: (item: Item) => Promise<Result>,
): Promise<{ results: Result[]; remaining: boolean }> {
  let remaining = false;
  const results = await inParallel(items, atATime, async (item): Promise<Result[]> => {
    if (clock() >= until) {
      remaining = true;
      return [];
    }
    return [await work(item)];
  });
  return { results: results.flat(), remaining };
}
