/** Lists of assets: by the folders of a company, then by the index of each folder. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Asset, isPublished } from '../../domain/asset/asset.ts';
import type { AssetRecords } from './asset-records.ts';
import { assetTable, folderIndexKey, folderItemKey } from './keys.ts';

/** Where a page ended. */
export interface AssetPosition {
  readonly folder: string;
  readonly id: string;
}

export interface AssetPageRequest {
  readonly limit: number;
  readonly after?: AssetPosition | undefined;
  /** Only this folder, not those below it; all folders unless given. */
  readonly folder?: string | undefined;
  readonly state?: 'published' | 'unpublished' | undefined;
}

export interface AssetListing {
  /**
   * By folder, then by id. With a state the page ends early, perhaps empty, where too little of it was found in
   * 5 seconds: `next` then goes on from there.
   */
  listAssets(company: string, page: AssetPageRequest): Promise<{ items: Asset[]; next?: AssetPosition }>;
}

/** Milliseconds. Leaves a request far from API Gateway's 30 seconds. */
const mostTime = 5_000;

/** What one BatchGetItem reads. */
const mostAtOnce = 100;

export function assetListing(
  documents: DynamoDBDocumentClient,
  tableName: string,
  getAssets: AssetRecords['getAssets'],
  clock: () => number,
): AssetListing {
  return {
    async listAssets(company, { limit, after, folder, state }) {
      const end = clock() + mostTime;
      const items: Asset[] = [];
      let last = after;
      for await (const positions of positionsOf(company, folder, after, Math.min(limit + 1, mostAtOnce))) {
        const assets = await getAssets(
          company,
          positions.map(({ id }) => id),
        );
        for (const position of positions) {
          const asset = assets.get(position.id);
          // The index follows the records after a moment: an asset that has just moved is still in its old folder.
          if (asset?.folder === position.folder && isInState(asset, state)) {
            if (items.length === limit && last) return { items, next: last };
            items.push(asset);
          }
          last = position;
        }
        if (last && clock() >= end) return { items, next: last };
      }
      return { items };
    },
  };

  async function* positionsOf(
    company: string,
    only: string | undefined,
    after: AssetPosition | undefined,
    atOnce: number,
  ): AsyncGenerator<AssetPosition[]> {
    const folders = only === undefined ? foldersOf(company, after?.folder) : [only];
    for await (const folder of folders) {
      let id = folder === after?.folder ? after.id : undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: assetTable.indexes.byFolder.name,
            KeyConditionExpression:
              id === undefined ? 'folderKey = :folder' : 'folderKey = :folder AND id > :id',
            ExpressionAttributeValues: {
              ':folder': folderIndexKey(company, folder),
              ...(id === undefined ? {} : { ':id': id }),
            },
            Limit: atOnce,
          }),
        );
        const ids = Items.map((item) => String(item.id));
        id = LastEvaluatedKey === undefined ? undefined : ids.at(-1);
        if (ids.length > 0) yield ids.map((found) => ({ folder, id: found }));
      } while (id !== undefined);
    }
  }

  /** In order, from the first one on. */
  async function* foldersOf(company: string, first: string | undefined): AsyncGenerator<string> {
    const { pk, sk: prefix } = folderItemKey(company, '');
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': pk,
            ':first': prefix + (first ?? ''),
            ':last': `${prefix}\u{10FFFF}`,
          },
          ProjectionExpression: 'sk',
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      yield* Items.map((item) => String(item.sk).slice(prefix.length));
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }
}

function isInState(asset: Asset, state: AssetPageRequest['state']): boolean {
  return state === undefined || isPublished(asset) === (state === 'published');
}
