/** Writes the items of assets that are built, not uploaded: sets and derived images. */
import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { assetItem } from '../assets/asset-store.ts';
import { versionItem } from '../assets/version-store.ts';
import { assetKey } from '../keys.ts';
import { folderStore } from '../library/folder-store.ts';
import { type Condition, unchanged } from '../library/library-store.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

export interface BuiltAssetStore {
  /**
   * Writes the item of a new asset and that of its first version in one transaction, and that of its folder before it.
   * A derived image is only made of the very version of its parent that it was worked out from, outside the trash: two
   * write units more for looking at it in the same transaction.
   * @returns false, with nothing written, where the id is taken or the parent is another by now
   */
  createAsset(asset: Asset, settings: Pick<CompanySettings, 'servers'>): Promise<boolean>;
  /**
   * Replaces an asset by its next version: a transaction with the item of that version.
   * @param before as it was read
   * @returns false, with nothing written, if it is another by now, went into the trash or came out of it, or is gone
   */
  replaceAsset(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    version?: { readonly rollbackOf?: number },
  ): Promise<boolean>;
}

export function builtAssetStore(documents: DynamoDBDocumentClient, tableName: string): BuiltAssetStore {
  const { ensureFolder } = folderStore(documents, tableName);
  return {
    async createAsset(asset, settings) {
      // A folder that holds nothing, should what follows be refused, does no harm.
      await ensureFolder(asset.company, asset.folder);
      const { company, parent, masterVersionId } = asset;
      const ofParent =
        parent === undefined
          ? []
          : [
              {
                ConditionCheck: {
                  TableName: tableName,
                  Key: assetKey(company, parent),
                  ConditionExpression: 'masterVersionId = :master AND attribute_not_exists(trashed)',
                  ExpressionAttributeValues: { ':master': masterVersionId },
                },
              },
            ];
      const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
      return put(asset, settings, isNew, {}, ofParent);
    },

    async replaceAsset(before, after, settings, version = {}) {
      return put(after, settings, unchanged(before), version);
    },
  };

  async function put(
    asset: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    condition: Pick<Condition, 'ConditionExpression'> & Partial<Condition>,
    more: { readonly rollbackOf?: number } = {},
    beside: NonNullable<TransactWriteCommandInput['TransactItems']> = [],
  ): Promise<boolean> {
    const record = { TableName: tableName, Item: assetItem(asset, settings), ...condition };
    const version = { TableName: tableName, Item: versionItem(asset, more) };
    try {
      await retryConflicts(() =>
        documents.send(
          new TransactWriteCommand({ TransactItems: [{ Put: record }, { Put: version }, ...beside] }),
        ),
      );
      return true;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      // The client asks again where an answer got lost, and is then refused what it has already done.
      const { Item: now } = await documents.send(
        new GetCommand({
          TableName: tableName,
          Key: assetKey(asset.company, asset.id),
          ConsistentRead: true,
        }),
      );
      return (
        now?.version === asset.version &&
        now.masterVersionId === asset.masterVersionId &&
        now.modified === asset.modified &&
        now.modifiedBy === asset.modifiedBy &&
        now.recipe === asset.recipe &&
        isDeepStrictEqual(now.publications, asset.publications)
      );
    }
  }
}
