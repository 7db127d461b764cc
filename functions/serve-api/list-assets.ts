import * as z from 'zod';
import type { AssetListing } from '../../adapters/dynamodb/asset-listing.ts';
import { readCursor, writeCursor } from '../../adapters/http/cursor.ts';
import { Failure } from '../../domain/failure.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { assetAnswer } from './asset-answer.ts';

export type ListAssetsDependencies = Pick<AssetListing, 'listAssets'> & { readonly deliveryDomain: string };

const position = z.strictObject({ folder: z.string().min(1).max(500), id: z.string().min(1).max(400) });

/** Assets by folder and id, of one folder or all, in one state or any. */
export async function listAssets(
  { company, query }: RequestOf<'listAssets'>,
  { listAssets: list, deliveryDomain }: ListAssetsDependencies,
): ReplyOf<'listAssets'> {
  const { limit, cursor, folder, state } = query;
  const after = readCursor(position, cursor);
  if (after && folder !== undefined && after.folder !== folder) {
    const message = 'is not one that this list gave: it is of another folder';
    throw new Failure('request.invalid', `cursor: ${message}`, { details: [{ field: 'cursor', message }] });
  }
  const { items, next } = await list(company, { limit, after, folder, state });
  return {
    items: items.map((asset) => assetAnswer(asset, deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
