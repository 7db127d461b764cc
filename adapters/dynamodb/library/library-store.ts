/** Writes of whole records of assets. Each has the condition that the record has not changed since it was read. */
import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { assetItem, assetOf } from '../assets/asset-store.ts';
import { assetKey } from '../keys.ts';
import { type Condition, conditionOf, isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

type Settings = Pick<CompanySettings, 'servers'>;

/** Every change of a record changes at least one of these attributes. */
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

/** The record has not changed since it was read. */
export function unchanged(before: Asset): Condition {
  return conditionOf(Object.fromEntries(versionAttributes.map((name) => [name, before[name]])));
}

export interface LibraryStore {
  /**
   * Replaces a record, with its index keys: 1 write unit, and 1 or 2 for each index that changes.
   * @returns false, with nothing written, if the record has changed since it was read
   */
  replaceRecord(before: Asset, after: Asset, settings: Settings): Promise<boolean>;
  /**
   * Gives an asset another id: writes `renamed` under the new id and `former` under the old one, both or none.
   * @param inPlaceOf the record that has the new id and is replaced
   * @returns false, with nothing written, if the asset has changed since it was read or another record has the new id
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
      const put = { TableName: tableName, Item: assetItem(after, settings), ...unchanged(before) };
      return (await conditionHeld(() => documents.send(new PutCommand(put)))) || isNow(after);
    },

    async renameAsset(before, { renamed, former, inPlaceOf }, settings) {
      const writes = [
        {
          Put: {
            TableName: tableName,
            Item: assetItem(renamed, settings),
            ...(inPlaceOf ? unchanged(inPlaceOf) : isNew),
          },
        },
        { Put: { TableName: tableName, Item: assetItem(former, settings), ...unchanged(before) } },
      ];
      const held = await conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
      return held || isNow(former);
    },
  };

  /** The client repeats a call whose response was lost, and the repetition fails although the write was made. */
  async function isNow(after: Asset): Promise<boolean> {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: tableName,
        Key: assetKey(after.company, after.id),
        ConsistentRead: true,
      }),
    );
    // The database stores no undefined attributes.
    return Item !== undefined && isDeepStrictEqual(assetOf(Item), JSON.parse(JSON.stringify(after)));
  }
}
