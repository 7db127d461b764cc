import * as z from 'zod';
import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { TrashStore } from '../../../adapters/dynamodb/library/trash-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { daysLeft, isInTrash } from '../../../domain/library/trash.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ListTrashDependencies = Pick<AssetStore, 'getAssets'> &
  Pick<TrashStore, 'listTrash'> & {
    readonly deliveryDomain: string;
    readonly now: () => string;
  };

const position = z.string().min(1).max(400);

/** What lies in the trash, by id. */
export async function listTrash(
  { company, query }: Pick<RequestOf<'listTrash'>, 'company' | 'query'>,
  { listTrash: list, getAssets, deliveryDomain, now }: ListTrashDependencies,
): PromisedResponse<'listTrash'> {
  const { limit, cursor } = query;
  const { ids, next } = await list(company, { limit, after: readCursor(position, cursor) });
  const assets = await getAssets(company, ids, { consistent: true });
  const at = now();
  return {
    items: ids.flatMap((id) => {
      const asset = assets.get(id);
      // The index follows the records after a moment.
      if (!asset?.trashed || !isInTrash(asset)) return [];
      return [{ asset: toAssetResponse(asset, deliveryDomain), daysLeft: daysLeft(asset.trashed, at) }];
    }),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
