import * as z from 'zod';
import type { AssetListStore, AssetPosition } from '../../../adapters/dynamodb/assets/asset-list-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { isWithin } from '../../../domain/library/folder-path.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toAssetResponse } from './asset-response.ts';

export type ListAssetsDependencies = Pick<AssetListStore, 'listAssets'> & { readonly deliveryDomain: string };

const position = { folder: z.string().min(1).max(500), id: z.string().min(1).max(400) };

/** Each sort has its own: what it goes by is part of the place. */
const positions = {
  name: z.strictObject(position),
  date: z.strictObject({ ...position, value: z.iso.datetime() }),
  size: z.strictObject({ ...position, value: z.int().min(0) }),
  type: z.strictObject({ ...position, value: z.enum(assetTypes) }),
} as const;

/** Assets by folder, within it as sorted: of one folder, those below it, or all; in one state or any. */
export async function listAssets(
  { company, query }: RequestOf<'listAssets'>,
  { listAssets: list, deliveryDomain }: ListAssetsDependencies,
): PromisedResponse<'listAssets'> {
  const { limit, cursor, folder, below, sort, order, state } = query;
  const after: AssetPosition | undefined = readCursor<z.ZodType<AssetPosition>>(positions[sort], cursor);
  if (after && folder !== undefined && (below ? !isWithin(after.folder, folder) : after.folder !== folder)) {
    const message = 'is not one that this list gave: it is of another folder';
    throw new Failure('request.invalid', `cursor: ${message}`, { details: [{ field: 'cursor', message }] });
  }
  const { items, next } = await list(company, { limit, after, folder, below, sort, order, state });
  return {
    items: items.map((asset) => toAssetResponse(asset, deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
