/** Writes of whole records of assets, each bound to the record as it was read. */
import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { assetItem, assetOf } from '../assets/asset-store.ts';
import { assetKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

type Settings = Pick<CompanySettings, 'servers'>;

/** Every change of a record changes one of these. */
const versionAttributes = [
  'version',
  'modified',
  'intent',
  'publications',
  'stateAt',
  'folder',
  'parent',
  'derivedCount',
  'redirectsFrom',
  'trashed',
] as const satisfies readonly (keyof Asset)[];

export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** That the record is as it was read. */
export function unchanged(before: Asset): Condition {
  const given = versionAttributes.filter((name) => before[name] !== undefined);
  return {
    ConditionExpression: versionAttributes
      .map((name) => (before[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`))
      .join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(versionAttributes.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(given.map((name) => [`:${name}`, before[name]])),
  };
}

export interface LibraryStore {
  /**
   * Replaces a record, with the keys of its indexes: 1 write unit, and 1 or 2 for each index that it changes.
   * @returns false, with nothing written, if it is not as it was read
   */
  replaceRecord(before: Asset, after: Asset, settings: Settings): Promise<boolean>;
  /**
   * Gives an asset another id: `renamed` is written and `former` put in the place of what was, both or none.
   * @param inPlaceOf what holds the new id and is to give way to it
   * @returns false, with nothing written, if the asset is not as it was read or the new id is taken by something else
   */
  renameAsset(
    before: Asset,
    change: { readonly renamed: Asset; readonly former: Asset; readonly inPlaceOf?: Asset | undefined },
    settings: Settings,
  ): Promise<boolean>;
}

export function libraryStore(documents: DynamoDBDocumentClient, tableName: string): LibraryStore {
  return {
    async replaceRecord(before, after, settings) {
      try {
        await documents.send(
          new PutCommand({ TableName: tableName, Item: assetItem(after, settings), ...unchanged(before) }),
        );
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return isNow(after);
      }
    },

    async renameAsset(before, { renamed, former, inPlaceOf }, settings) {
      const writes: TransactWriteCommandInput['TransactItems'] = [
        {
          Put: {
            TableName: tableName,
            Item: assetItem(renamed, settings),
            ...(inPlaceOf ? unchanged(inPlaceOf) : { ConditionExpression: 'attribute_not_exists(pk)' }),
          },
        },
        { Put: { TableName: tableName, Item: assetItem(former, settings), ...unchanged(before) } },
      ];
      try {
        await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes })));
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return isNow(former);
      }
    },
  };

  /** The client asks again where an answer got lost, and is then refused what it has already done. */
  async function isNow(after: Asset): Promise<boolean> {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: tableName,
        Key: assetKey(after.company, after.id),
        ConsistentRead: true,
      }),
    );
    // As the database holds it: without what is undefined.
    return Item !== undefined && isDeepStrictEqual(assetOf(Item), JSON.parse(JSON.stringify(after)));
  }
}
