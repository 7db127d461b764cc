import * as z from 'zod';
import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { RelationRecords } from '../../../adapters/dynamodb/sets/relation-records.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from './asset-answer.ts';

export type ListDerivedDependencies = Pick<AssetRecords, 'getAsset' | 'getAssets'> &
  Pick<RelationRecords, 'listDerived'> & { readonly deliveryDomain: string };

const position = z.string().min(1).max(400);

/** What is derived from an image, by id. A link without its image, left by a change that broke off, is passed over. */
export async function listDerived(
  { company, params, query }: Pick<RequestOf<'listDerived'>, 'company' | 'params' | 'query'>,
  { getAsset, getAssets, listDerived: list, deliveryDomain }: ListDerivedDependencies,
): ReplyOf<'listDerived'> {
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
    items: derived.map((asset) => assetAnswer(asset, deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
