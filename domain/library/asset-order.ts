import type { Asset } from '../assets/asset.ts';

/** The sort orders of assets in a folder: by id, last change, bytes or type. */
export const assetSorts = ['name', 'date', 'size', 'type'] as const;
export type AssetSort = (typeof assetSorts)[number];

export const assetOrders = ['asc', 'desc'] as const;
export type AssetOrder = (typeof assetOrders)[number];

const attributes = { name: 'id', date: 'modified', size: 'bytes', type: 'type' } as const satisfies Record<
  AssetSort,
  keyof Asset
>;

/** The value by which an asset is sorted. */
export function sortValue(asset: Asset, sort: AssetSort): string | number {
  return asset[attributes[sort]];
}
