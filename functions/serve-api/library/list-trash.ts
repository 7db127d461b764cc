import * as z from 'zod';
import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { TrashRecords } from '../../../adapters/dynamodb/library/trash-records.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { daysLeft, isInTrash } from '../../../domain/library/trash.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from '../assets/asset-answer.ts';

export type ListTrashDependencies = Pick<AssetRecords, 'getAssets'> &
  Pick<TrashRecords, 'listTrash'> & {
    readonly deliveryDomain: string;
    readonly now: () => string;
  };

const position = z.string().min(1).max(400);

/** What lies in the trash, by id. */
export async function listTrash(
  { company, query }: Pick<RequestOf<'listTrash'>, 'company' | 'query'>,
  { listTrash: list, getAssets, deliveryDomain, now }: ListTrashDependencies,
): ReplyOf<'listTrash'> {
  const { limit, cursor } = query;
  const { ids, next } = await list(company, { limit, after: readCursor(position, cursor) });
  const assets = await getAssets(company, ids, { consistent: true });
  const at = now();
  return {
    items: ids.flatMap((id) => {
      const asset = assets.get(id);
      // The index follows the records after a moment.
      if (!asset?.trashed || !isInTrash(asset)) return [];
      return [{ asset: assetAnswer(asset, deliveryDomain), daysLeft: daysLeft(asset.trashed, at) }];
    }),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
