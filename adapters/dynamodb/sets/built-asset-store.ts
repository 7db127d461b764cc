/** Writes of assets that are built, not uploaded: sets and derived images. */
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
import { unchanged } from '../library/library-store.ts';
import { type Condition, conditionOf, isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

export interface BuiltAssetStore {
  /**
   * Writes the items of a new asset and of its first version in one transaction, and the item of its folder before it.
   * The transaction of a derived image also checks, for two more write units, that the parent still has the same bytes
   * and is not in the trash.
   * @returns false, with nothing written, if the id is taken or the parent has changed
   */
  createAsset(asset: Asset, settings: Pick<CompanySettings, 'servers'>): Promise<boolean>;
  /**
   * Replaces an asset by its next version: a transaction with the item of that version.
   * @param before the asset as it was read
   * @returns false, with nothing written, if it has changed since, was trashed or restored, or does not exist
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
      // If the transaction fails, an empty folder is left, which does no harm.
      await ensureFolder(asset.company, asset.folder);
      const { company, parent, masterVersionId } = asset;
      const parentCheck =
        parent === undefined
          ? []
          : [
              {
                ConditionCheck: {
                  TableName: tableName,
                  Key: assetKey(company, parent),
                  ...conditionOf({ masterVersionId, trashed: undefined }),
                },
              },
            ];
      return put(asset, settings, isNew, {}, parentCheck);
    },

    async replaceAsset(before, after, settings, version = {}) {
      return put(after, settings, unchanged(before), version);
    },
  };

  async function put(
    asset: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    condition: Condition,
    more: { readonly rollbackOf?: number } = {},
    checks: NonNullable<TransactWriteCommandInput['TransactItems']> = [],
  ): Promise<boolean> {
    const record = { TableName: tableName, Item: assetItem(asset, settings), ...condition };
    const version = { TableName: tableName, Item: versionItem(asset, more) };
    const writes = [{ Put: record }, { Put: version }, ...checks];
    const held = await conditionHeld(() =>
      retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
    );
    return held || isNow(asset);
  }

  /** The client repeats a call whose response was lost, and the repetition fails although the write was made. */
  async function isNow(asset: Asset): Promise<boolean> {
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
