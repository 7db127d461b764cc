/** Lists of assets, folder by folder, by the indexes of folders. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Asset, isPublished } from '../../../domain/assets/asset.ts';
import { type AssetOrder, type AssetSort, sortValue } from '../../../domain/library/asset-order.ts';
import { assetKey, assetTable, folderIndexKey } from '../keys.ts';
import type { FolderStore } from '../library/folder-store.ts';
import { queryPages } from '../table/query-pages.ts';
import type { AssetStore } from './asset-store.ts';

/** The last asset of a page. */
export interface AssetPosition {
  readonly folder: string;
  readonly id: string;
  /** The value that the list is sorted by, unless it is the id. */
  readonly value?: string | number | undefined;
}

export interface AssetPageRequest {
  readonly limit: number;
  readonly after?: AssetPosition | undefined;
  /** Only this folder. All folders by default. */
  readonly folder?: string | undefined;
  /** Also the folders below it. */
  readonly below?: boolean | undefined;
  /** Order within each folder: by id by default. */
  readonly sort?: AssetSort | undefined;
  readonly order?: AssetOrder | undefined;
  readonly state?: 'published' | 'unpublished' | undefined;
}

export interface AssetListStore {
  /**
   * By folder, then as sorted. A page of 100 costs the same wherever it begins: 101 keys of an index, about 13 read
   * units, and half a read unit for each asset. With a state, the page ends early, perhaps empty, if too little was found
   * in 5 seconds: `next` then continues from there.
   */
  listAssets(company: string, page: AssetPageRequest): Promise<{ items: Asset[]; next?: AssetPosition }>;
  /** The ids in one folder, sorted, from the index, which follows the records after a moment. */
  idsInFolder(company: string, folder: string): AsyncGenerator<string[]>;
}

/** Far below the 30 seconds that API Gateway allows. */
const maxTimeMs = 5_000;

/** The limit of BatchGetItem. */
const maxBatchSize = 100;

const { byFolder, byFolderDate, byFolderSize, byFolderType } = assetTable.indexes;
const indexes = { name: byFolder, date: byFolderDate, size: byFolderSize, type: byFolderType } as const;

export function assetListStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  getAssets: AssetStore['getAssets'],
  foldersWithin: FolderStore['foldersWithin'],
  clock: () => number,
): AssetListStore {
  return {
    async listAssets(company, { limit, after, folder, below = false, sort = 'name', order = 'asc', state }) {
      const end = clock() + maxTimeMs;
      const items: Asset[] = [];
      let last = after;
      const folders =
        folder === undefined || below ? foldersOf(company, folder ?? '/', after?.folder) : [folder];
      for await (const current of folders) {
        const start = current === after?.folder ? after : undefined;
        const pages = positionsOf(company, current, sort, order, start, Math.min(limit + 1, maxBatchSize));
        for await (const positions of pages) {
          const assets = await getAssets(
            company,
            positions.map(({ id }) => id),
          );
          for (const position of positions) {
            const asset = assets.get(position.id);
            if (isAt(asset, position, sort) && isInState(asset, state)) {
              if (items.length === limit && last) return { items, next: last };
              items.push(asset);
            }
            last = position;
          }
          if (last && clock() >= end) return { items, next: last };
        }
      }
      return { items };
    },

    async *idsInFolder(company, folder) {
      for await (const page of positionsOf(company, folder, 'name', 'asc', undefined, maxBatchSize)) {
        yield page.map(({ id }) => id);
      }
    },
  };

  async function* foldersOf(company: string, within: string, first: string | undefined) {
    for await (const { folder } of foldersWithin(company, within, first)) yield folder;
  }

  async function* positionsOf(
    company: string,
    folder: string,
    sort: AssetSort,
    order: AssetOrder,
    after: AssetPosition | undefined,
    batchSize: number,
  ): AsyncGenerator<AssetPosition[]> {
    const { name, partitionKey, sortKey } = indexes[sort];
    const folderKey = folderIndexKey(company, folder);
    const { pk: prefix } = assetKey(company, '');
    const pages = queryPages(documents, {
      TableName: tableName,
      IndexName: name,
      KeyConditionExpression: 'folderKey = :folder',
      ExpressionAttributeValues: { ':folder': folderKey },
      ScanIndexForward: order === 'asc',
      Limit: batchSize,
      ExclusiveStartKey: after && {
        ...assetKey(company, after.id),
        [partitionKey]: folderKey,
        [sortKey]: sort === 'name' ? after.id : after.value,
      },
    });
    for await (const items of pages) {
      const positions = items.map((item) => ({
        folder,
        id: String(item.pk).slice(prefix.length),
        ...(sort === 'name' ? {} : { value: item[sortKey] as string | number }),
      }));
      if (positions.length > 0) yield positions;
    }
  }
}

/** The index follows the records after a moment: an asset that has just moved is still listed in its old folder too. */
function isAt(asset: Asset | undefined, position: AssetPosition, sort: AssetSort): asset is Asset {
  return (
    asset?.folder === position.folder &&
    asset.trashed === undefined &&
    (sort === 'name' || sortValue(asset, sort) === position.value)
  );
}

function isInState(asset: Asset, state: AssetPageRequest['state']): boolean {
  return state === undefined || isPublished(asset) === (state === 'published');
}
