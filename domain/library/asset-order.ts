import type { Asset } from '../assets/asset.ts';

/** What the assets of a folder can be sorted by: the id, the last change, the bytes, the type. */
export const assetSorts = ['name', 'date', 'size', 'type'] as const;
export type AssetSort = (typeof assetSorts)[number];

export const assetOrders = ['asc', 'desc'] as const;
export type AssetOrder = (typeof assetOrders)[number];

const attributes = { name: 'id', date: 'modified', size: 'bytes', type: 'type' } as const satisfies Record<
  AssetSort,
  keyof Asset
>;

/** The value of an asset that a sort goes by. */
export function sortValue(asset: Asset, sort: AssetSort): string | number {
  return asset[attributes[sort]];
}
