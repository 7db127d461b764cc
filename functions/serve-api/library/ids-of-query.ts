import type { queryScope } from '@pressroom/api/jobs/publish-options';
import type * as z from 'zod';
import { Failure } from '../../../domain/failure.ts';
import { checkCount } from '../../../domain/library/check-count.ts';
import { maxScopeAssets } from '../../../domain/library/limits.ts';
import { foldName } from '../../../domain/library/search-filters.ts';
import type { Dependencies } from '../dependencies.ts';

/** Ids of a scope, and the last one if the scope has more behind it. */
export interface IdsOfQuery {
  readonly ids: readonly string[];
  readonly next?: string;
}

/**
 * The ids of the assets that a search finds, in the order of ids.
 * @param page of the scope. Default: all of it
 * @throws Failure `scope.changed` if more assets match than the caller has seen; `scope.too-large` above 100,000;
 * `search.not-ready`
 */
export async function idsOfQuery(
  company: string,
  { query: { type: types, ...others }, count }: z.output<typeof queryScope>,
  { library }: Pick<Dependencies, 'library'>,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined } = {
    limit: maxScopeAssets,
  },
): Promise<IdsOfQuery> {
  const filters = { ...others, types };
  const { hits, total, next } = await library.search(company, {
    filters,
    sort: 'name',
    order: 'asc',
    limit,
    ...(after === undefined ? {} : { after: { value: foldName(after), id: after } }),
  });
  checkCount(total, count);
  if (total > maxScopeAssets) {
    throw new Failure(
      'scope.too-large',
      `${total} assets match. A scope may have at most ${maxScopeAssets}: add filters`,
      { facts: { matches: String(total) } },
    );
  }
  const ids = hits.map(({ id }) => id);
  return { ids, ...(next && { next: next.id }) };
}
