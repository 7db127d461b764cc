import * as z from 'zod';
import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { RelationStore } from '../../../adapters/dynamodb/sets/relation-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { Failure } from '../../../domain/failure.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toAssetResponse } from './asset-response.ts';

export type ListDerivedDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<RelationStore, 'listDerived'> & { readonly deliveryDomain: string };

const position = z.string().min(1).max(400);

/** What is derived from an image, by id. A link without its image, left by a change that broke off, is passed over. */
export async function listDerived(
  { company, params, query }: Pick<RequestOf<'listDerived'>, 'company' | 'params' | 'query'>,
  { getAsset, getAssets, listDerived: list, deliveryDomain }: ListDerivedDependencies,
): PromisedResponse<'listDerived'> {
  if (!(await getAsset(company, params.id))) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const after = readCursor(position, query.cursor);
  const { items: ids, next } = await list(company, params.id, { limit: query.limit, after });
  const assets = await getAssets(company, ids, { consistent: true });
  const derived = ids.flatMap((id) => {
    const asset = assets.get(id);
    return asset?.parent === params.id ? [asset] : [];
  });
  return {
    items: derived.map((asset) => toAssetResponse(asset, deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
