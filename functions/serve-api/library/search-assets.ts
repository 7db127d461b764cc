import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { SearchStore } from '../../../adapters/dynamodb/library/search-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { Failure } from '../../../domain/failure.ts';
import { planSearch } from '../../../domain/library/plan-search.ts';
import { matchesSearch } from '../../../domain/library/search-filters.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type SearchAssetsDependencies = SearchStore & { readonly deliveryDomain: string };

const position = z.strictObject({
  of: z.string().length(8),
  group: z.string().max(600),
  id: z.string().min(1).max(400),
  sort: z.union([z.string().max(100), z.number()]).optional(),
});

/** Finds assets by the narrowest index for what is asked, and checks the rest against their records. */
export async function searchAssets(
  { company, query }: RequestOf<'searchAssets'>,
  { searchAssets: search, deliveryDomain }: SearchAssetsDependencies,
): PromisedResponse<'searchAssets'> {
  const { limit, cursor, sort, order, type: types, ...others } = query;
  const filters = { ...others, types };
  const plan = planSearch(filters, sort, order);
  // A place in one search means nothing in another.
  const of = createHash('sha256')
    .update(JSON.stringify([filters, plan]))
    .digest('base64url')
    .slice(0, 8);
  const after = readCursor(position, cursor);
  if (after && after.of !== of) {
    const message = 'is not one that this search gave: it is of another one';
    throw new Failure('request.invalid', `cursor: ${message}`, { details: [{ field: 'cursor', message }] });
  }
  const { items, next } = await search(company, plan, (asset) => matchesSearch(asset, filters), {
    limit,
    after,
  });
  return {
    items: items.map((asset) => toAssetResponse(asset, deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor({ of, ...next }) }),
  };
}
