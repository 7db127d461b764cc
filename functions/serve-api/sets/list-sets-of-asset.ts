import * as z from 'zod';
import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { RelationStore } from '../../../adapters/dynamodb/sets/relation-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { isPublished } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ListSetsOfAssetDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<RelationStore, 'listMemberships'>;

const position = z.strictObject({ set: z.string().min(1).max(400) });

/** The sets in which an asset appears, as member or as swatch; those in the trash among them. */
export async function listSetsOfAsset(
  { company, params, query }: Pick<RequestOf<'listSetsOfAsset'>, 'company' | 'params' | 'query'>,
  { getAsset, getAssets, listMemberships }: ListSetsOfAssetDependencies,
): PromisedResponse<'listSetsOfAsset'> {
  const after = readCursor(position, query.cursor);
  if (!(await getAsset(company, params.id))) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const { items, next } = await listMemberships(company, params.id, {
    limit: query.limit,
    after: after?.set,
  });
  const sets = await getAssets(
    company,
    items.map(({ set }) => set),
  );
  return {
    items: items.flatMap(({ set, places }) => {
      const found = sets.get(set);
      if (!found) return [];
      const { id, type, trashed } = found;
      return [{ id, type, places, published: isPublished(found), trashed: trashed !== undefined }];
    }),
    ...(next === undefined ? {} : { next: writeCursor({ set: next }) }),
  };
}
