import { createHash } from 'node:crypto';
import type { searchRoutes } from '@pressroom/api/library/search-routes';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { invalidField } from '../../../domain/failure.ts';
import { defaultOrder } from '../../../domain/library/indexed-asset.ts';
import { matchesSearch } from '../../../domain/library/search-filters.ts';
import { toListedAsset } from '../assets/asset-response.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

const position = z.strictObject({
  of: z.string().length(8),
  value: z.union([z.string().max(1_500), z.number()]),
  id: z.string().min(1).max(400),
});

/** Finds assets by the search index, and checks each hit against its record. */
async function searchAssets(
  { company, query }: RequestOf<'searchAssets'>,
  dependencies: Dependencies,
): PromisedResponse<'searchAssets'> {
  const { limit, cursor, sort, order = defaultOrder(sort), facets, type: types, ...others } = query;
  const filters = { ...others, types };
  // A position in one search means nothing in another.
  const of = createHash('sha256')
    .update(JSON.stringify([filters, sort, order]))
    .digest('base64url')
    .slice(0, 8);
  const after = readCursor(position, cursor);
  if (after && after.of !== of) {
    throw invalidField('cursor', 'is not one that this search gave: it is of another one');
  }
  const found = await dependencies.library.search(company, { filters, sort, order, limit, after, facets });
  const records = await dependencies.assets.getAssets(
    company,
    found.hits.map(({ id }) => id),
  );
  const hits = found.hits.flatMap((hit) => {
    const asset = records.get(hit.id);
    return asset && matchesSearch(asset, filters) ? [{ ...hit, asset }] : [];
  });
  const linker = await previewLinker(
    company,
    hits.map(({ asset }) => asset),
    dependencies,
  );
  const items = hits.map(({ asset, unused, incomplete, stillLive }) => ({
    ...toListedAsset(asset, linker, dependencies.deliveryDomain),
    unused,
    incomplete,
    stillLive,
  }));
  return {
    items,
    total: found.total,
    ...(found.next === undefined ? {} : { next: writeCursor({ of, ...found.next }) }),
    ...(facets === undefined
      ? {}
      : {
          facets: Object.fromEntries(
            Object.entries(found.facets).map(([facet, values]) => [facet, [...values]]),
          ),
        }),
  };
}

async function rebuildSearchIndex(
  { company }: RequestOf<'rebuildSearchIndex'>,
  { library }: Dependencies,
): PromisedResponse<'rebuildSearchIndex'> {
  await library.requestIndex({ company, rebuild: true });
  return {};
}

export const searchHandlers = {
  searchAssets,
  rebuildSearchIndex,
} satisfies HandlersOf<typeof searchRoutes>;
