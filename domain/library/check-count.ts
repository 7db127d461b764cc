import { Failure } from '../failure.ts';

/**
 * Refuses a scope by a search if more assets match than its author has seen.
 * @param total assets that match now
 * @param count assets that matched when the author looked
 * @throws Failure `scope.changed`
 */
export function checkCount(total: number, count: number): void {
  if (total <= count) return;
  throw new Failure(
    'scope.changed',
    `${total} assets match now, and scope.count is ${count}. Look at the search again and repeat the request with its total`,
    { facts: { matches: String(total) } },
  );
}
