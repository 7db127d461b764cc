/** The versions of assets in the asset table: what the versioned bucket holds, and who made it. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset, MediaFacts } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { assetKey, versionKey } from '../keys.ts';
import { batchGet } from '../table/batch-get.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { assetItem } from './asset-store.ts';

/** A version of an asset: its bytes in the masters bucket and what was read from them. */
export interface AssetVersion
  extends MediaFacts,
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
  /** The version whose content it took up again. */
  readonly rollbackOf?: number;
}

export interface VersionStore {
  /** 1 write unit. Where the record is written in a transaction, put `versionItem` into it instead. */
  putVersion(asset: Asset): Promise<void>;
  /** Strongly consistent. */
  getVersion(company: string, id: string, version: number): Promise<AssetVersion | undefined>;
  /** Of these versions, those that took up the content of an earlier one: its number. Half a read unit for each. */
  findRollbacks(company: string, id: string, versions: readonly number[]): Promise<Map<number, number>>;
  /** Newest first. @param page `after`: the number of the version that the page before ended with */
  listVersions(
    company: string,
    id: string,
    page: { limit: number; after?: number | undefined },
  ): Promise<{ items: AssetVersion[]; next?: number }>;
  /**
   * Replaces `before` by `after`, its next version, which took up the content of an earlier one: all or nothing.
   * @returns false, with nothing written, if the record is not as it was read
   */
  recordRollback(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    rollbackOf: number,
  ): Promise<boolean>;
}

/**
 * The item of an asset's current version, to be written wherever a version is made: by an upload, an edit, a rollback;
 * never by publishing.
 */
export function versionItem(
  asset: Asset,
  more: { readonly rollbackOf?: number } = {},
): AssetVersion & { pk: string; sk: string } {
  const { type, mimeType, bytes, width, height, colourSpace, hasAlpha, orientation } = asset;
  const { version, fileName, masterKey, masterVersionId, uploadJobId, parent, recipe, memberCount } = asset;
  const known = {
    width,
    height,
    colourSpace,
    hasAlpha,
    orientation,
    uploadJobId,
    parent,
    recipe,
    memberCount,
    rollbackOf: more.rollbackOf,
  };
  return {
    ...versionKey(asset.company, asset.id, version),
    version,
    fileName,
    type,
    mimeType,
    bytes,
    masterKey,
    masterVersionId,
    at: asset.modified,
    by: asset.modifiedBy,
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<
      Pick<AssetVersion, Exclude<keyof typeof known, undefined>>
    >),
  };
}

/** What of a record belongs to its version, with the keys that follow from it. */
const recordNames = [
  'version',
  'type',
  'mimeType',
  'bytes',
  'width',
  'height',
  'colourSpace',
  'hasAlpha',
  'orientation',
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

    async findRollbacks(company, id, versions) {
      // The first has nothing before it.
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
      const kept = recordNames.filter((name) => item[name] !== undefined);
      const gone = recordNames.filter((name) => item[name] === undefined);
      const names = [
        'version',
        'intent',
        'publications',
        'modified',
        'trashed',
        'derivedCount',
        ...recordNames,
      ];
      try {
        await retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [
                {
                  // Not the whole item: what else stands in it may change meanwhile, as the count of derived images.
                  Update: {
                    TableName: tableName,
                    Key: assetKey(before.company, before.id),
                    UpdateExpression: `SET ${kept.map((name) => `#${name} = :${name}`).join(', ')}${
                      gone.length === 0 ? '' : ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}`
                    }`,
                    // Also no image may have been derived meanwhile: it would not be brought up to date.
                    ConditionExpression: `#version = :versionBefore AND #modified = :modifiedBefore AND #intent = :intentBefore AND #publications = :publicationsBefore AND attribute_not_exists(#trashed) AND ${
                      before.derivedCount === undefined
                        ? 'attribute_not_exists(#derivedCount)'
                        : '#derivedCount = :derivedCount'
                    }`,
                    ExpressionAttributeNames: Object.fromEntries(
                      [...new Set(names)].map((name) => [`#${name}`, name]),
                    ),
                    ExpressionAttributeValues: {
                      ':versionBefore': before.version,
                      ':modifiedBefore': before.modified,
                      ':intentBefore': before.intent,
                      ':publicationsBefore': before.publications,
                      ...(before.derivedCount === undefined ? {} : { ':derivedCount': before.derivedCount }),
                      ...Object.fromEntries(kept.map((name) => [`:${name}`, item[name]])),
                    },
                  },
                },
                { Put: { TableName: tableName, Item: versionItem(after, { rollbackOf }) } },
              ],
            }),
          ),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

function versionOf(item: Record<string, unknown>): AssetVersion {
  const { pk, sk, ...version } = item;
  return version as unknown as AssetVersion;
}
