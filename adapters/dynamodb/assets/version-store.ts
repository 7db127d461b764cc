/** The versions of assets, in the asset table: the objects in the masters bucket, and who made them. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset, AssetType } from '../../../domain/assets/asset.ts';
import { type MediaFacts, mediaFactNames, mediaFactsOf } from '../../../domain/assets/media-facts.ts';
import { versionName } from '../../../domain/assets/version-name.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { assetKey, versionKey } from '../keys.ts';
import { batchGet } from '../table/batch-get.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';
import { assetItem } from './asset-store.ts';

/** A version of an asset: its object in the masters bucket and the facts of its bytes. */
export interface AssetVersion
  extends MediaFacts<AssetType>,
    Pick<
      Asset,
      | 'version'
      | 'fileName'
      | 'masterKey'
      | 'masterVersionId'
      | 'uploadJobId'
      | 'parent'
      | 'recipe'
      | 'memberCount'
    > {
  /** ISO 8601, UTC: when the version was made. */
  readonly at: string;
  readonly by: string;
  /** The earlier version whose content it restored. */
  readonly rollbackOf?: number;
}

export interface VersionStore {
  /** 1 write unit. If a transaction writes the record, put `versionItem` into it instead. */
  putVersion(asset: Asset): Promise<void>;
  /** Strongly consistent. */
  getVersion(company: string, id: string, version: number): Promise<AssetVersion | undefined>;
  /** Versions of different assets, by `versionName`. Half a read unit for each. */
  getVersions(
    company: string,
    versions: readonly { readonly id: string; readonly version: number }[],
  ): Promise<Map<string, AssetVersion>>;
  /** By version: the earlier version whose content it restored, if any. Half a read unit for each version. */
  findRollbacks(company: string, id: string, versions: readonly number[]): Promise<Map<number, number>>;
  /** Newest first. @param page `after`: the last version of the previous page */
  listVersions(
    company: string,
    id: string,
    page: { limit: number; after?: number | undefined },
  ): Promise<{ items: AssetVersion[]; next?: number }>;
  /**
   * Replaces `before` by `after`, its next version, which restores the content of an earlier one: all or nothing.
   * @returns false, with nothing written, if the record has changed since it was read
   */
  recordRollback(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    rollbackOf: number,
  ): Promise<boolean>;
}

/**
 * The item of an asset's current version. It is written wherever a version is made: by an upload, an edit or a rollback,
 * never by publishing.
 */
export function versionItem(
  asset: Asset,
  more: { readonly rollbackOf?: number } = {},
): AssetVersion & { pk: string; sk: string } {
  const { version, fileName, masterKey, masterVersionId, uploadJobId, parent, recipe, memberCount } = asset;
  const optional = { uploadJobId, parent, recipe, memberCount, ...more };
  return {
    ...versionKey(asset.company, asset.id, version),
    ...mediaFactsOf(asset),
    version,
    fileName,
    masterKey,
    masterVersionId,
    at: asset.modified,
    by: asset.modifiedBy,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** The attributes of a record that belong to its version, with the index keys that follow from them. */
const versionAttributes = [
  ...mediaFactNames,
  'version',
  'fileName',
  'masterKey',
  'masterVersionId',
  'recipe',
  'modified',
  'modifiedBy',
  'typeKey',
  'pendingKey',
] as const;

export function versionStore(documents: DynamoDBDocumentClient, tableName: string): VersionStore {
  return {
    async putVersion(asset) {
      await documents.send(new PutCommand({ TableName: tableName, Item: versionItem(asset) }));
    },

    async getVersion(company, id, version) {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: tableName,
          Key: versionKey(company, id, version),
          ConsistentRead: true,
        }),
      );
      return Item && versionOf(Item);
    },

    async getVersions(company, versions) {
      const names = new Map(versions.map(({ id, version }) => [versionName(id, version), { id, version }]));
      const keys = [...names.values()].map(({ id, version }) => versionKey(company, id, version));
      const items = await batchGet(documents, tableName, keys, false);
      const { pk: prefix } = versionKey(company, '', 0);
      return new Map(
        items.map((item) => {
          const version = versionOf(item);
          return [versionName(String(item.pk).slice(prefix.length), version.version), version];
        }),
      );
    },

    async findRollbacks(company, id, versions) {
      // Version 1 has no earlier version.
      const keys = [...new Set(versions)]
        .filter((version) => version > 1)
        .map((version) => versionKey(company, id, version));
      const items = (await batchGet(documents, tableName, keys, false)).map(versionOf);
      return new Map(
        items.flatMap(({ version, rollbackOf }) =>
          rollbackOf === undefined ? [] : [[version, rollbackOf] as const],
        ),
      );
    },

    async listVersions(company, id, { limit, after }) {
      const { pk, sk: prefix } = { ...versionKey(company, id, 0), sk: 'VERSION#' };
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: limit,
          ...(after === undefined ? {} : { ExclusiveStartKey: versionKey(company, id, after) }),
        }),
      );
      const items = Items.map(versionOf);
      const last = items.at(-1);
      return LastEvaluatedKey && last ? { items, next: last.version } : { items };
    },

    async recordRollback(before, after, settings, rollbackOf) {
      const item = assetItem(after, settings);
      const { company, id, version, modified, intent, publications, derivedCount } = before;
      const writes = [
        {
          // Only these attributes: others may change meanwhile, such as the count of derived images.
          Update: updateOf(tableName, {
            key: assetKey(company, id),
            replace: Object.fromEntries(versionAttributes.map((name) => [name, item[name]])),
            // An image that is derived meanwhile would not be refreshed, so their count must not change.
            when: { version, modified, intent, publications, derivedCount, trashed: undefined },
          }),
        },
        { Put: { TableName: tableName, Item: versionItem(after, { rollbackOf }) } },
      ];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },
  };
}

function versionOf(item: Record<string, unknown>): AssetVersion {
  const { pk, sk, ...version } = item;
  return version as unknown as AssetVersion;
}
