import type { queryScope } from '@pressroom/api/jobs/publish-options';
import type * as z from 'zod';
import { Failure } from '../../../domain/failure.ts';
import { checkCount } from '../../../domain/library/check-count.ts';
import { maxScopeAssets } from '../../../domain/library/limits.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * The ids of every asset that a search finds, by id.
 * @param max assets that the scope may have
 * @throws Failure `scope.changed` if more assets match than the caller has seen; `scope.too-large`; `search.not-ready`
 */
export async function idsOfQuery(
  company: string,
  { query: { type: types, ...others }, count }: z.output<typeof queryScope>,
  { library }: Pick<Dependencies, 'library'>,
  max = maxScopeAssets,
): Promise<string[]> {
  const filters = { ...others, types };
  const { hits, total } = await library.search(company, {
    filters,
    sort: 'name',
    order: 'asc',
    limit: max,
  });
  checkCount(total, count);
  if (total > hits.length) {
    throw new Failure(
      'scope.too-large',
      `${total} assets match. A scope may have at most ${max}: add filters`,
      { facts: { matches: String(total) } },
    );
  }
  return hits.map(({ id }) => id);
}
