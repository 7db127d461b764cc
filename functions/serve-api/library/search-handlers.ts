import { createHash } from 'node:crypto';
import type { searchRoutes } from '@pressroom/api/library/search-routes';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { invalidField } from '../../../domain/failure.ts';
import { planSearch } from '../../../domain/library/plan-search.ts';
import { matchesSearch } from '../../../domain/library/search-filters.ts';
import { toListedAsset } from '../assets/asset-response.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

const position = z.strictObject({
  of: z.string().length(8),
  group: z.string().max(600),
  id: z.string().min(1).max(400),
  sort: z.union([z.string().max(100), z.number()]).optional(),
});

/** Finds assets by the narrowest index for what is asked, and checks the rest against their records. */
async function searchAssets(
  { company, query }: RequestOf<'searchAssets'>,
  dependencies: Dependencies,
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
    throw invalidField('cursor', 'is not one that this search gave: it is of another one');
  }
  const { items, next } = await dependencies.library.searchAssets(
    company,
    plan,
    (asset) => matchesSearch(asset, filters),
    { limit, after },
  );
  const linker = await previewLinker(company, items, dependencies);
  return {
    items: items.map((asset) => toListedAsset(asset, linker, dependencies.deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor({ of, ...next }) }),
  };
}

export const searchHandlers = {
  searchAssets,
} satisfies HandlersOf<typeof searchRoutes>;
