/** The trash: what is in it, what is due to be purged, and the purging itself. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import type { Asset, Publications } from '../../../domain/assets/asset.ts';
import { reductionObjects } from '../../../domain/delivery/reduction.ts';
import {
  assetKey,
  assetTable,
  derivedKey,
  folderItemKey,
  historyKey,
  purgeShardKey,
  trashIndexKey,
} from '../keys.ts';
import { batchWrite } from '../table/batch-write.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';

/** An item of the purge index. */
export type PurgeItem =
  | { readonly company: string; readonly id: string }
  | { readonly company: string; readonly folder: string };

/** A shard of a date of the purge index. `after` is a place in it. */
export interface PurgePlace {
  /** `2026-11-24`, UTC. */
  readonly date: string;
  readonly shard: number;
  readonly after?: string | undefined;
}

/** A version of an object in the masters bucket. */
export type MasterVersion = Pick<Asset, 'masterKey' | 'masterVersionId'>;

export interface DerivedLink {
  readonly parent: string;
  readonly id: string;
}

export interface TrashStore {
  /** Ids in a company's trash, sorted, from the index. */
  listTrash(
    company: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ ids: string[]; next?: string }>;
  /**
   * Companies with something that is due, page by page, from the index. The items of a company are skipped once it is known:
   * one with a million of them costs one page, like any other. `next` leads on in this shard.
   */
  listPurgeCompanies(
    from: PurgePlace,
  ): AsyncGenerator<{ readonly companies: readonly string[]; readonly next?: PurgePlace }>;
  /** What is due of a company, page by page, from the index: first its assets, by id, after that of `after`; then its folders. */
  listPurgeItems(company: string, from: PurgePlace): AsyncGenerator<PurgeItem[]>;
  /** Writes the history of publications that ended because the asset was trashed or renamed. */
  putWithdrawn(
    asset: Asset,
    ended: Publications,
    withdrawal: { readonly at: string; readonly by: string },
  ): Promise<void>;
  /** Moves the link from a parent to a derived image when one of them gets another id. May be repeated. */
  moveDerived(company: string, from: DerivedLink, to: DerivedLink): Promise<void>;
  /** Moves the history and the versions of an asset to its new id. May be repeated. */
  moveOwnItems(company: string, from: string, to: string): Promise<void>;
  /** Deletes the history and the versions of an asset. */
  deleteOwnItems(company: string, id: string): Promise<void>;
  /** The master versions of all versions of an asset, from its items. */
  masterVersions(company: string, id: string): Promise<MasterVersion[]>;
  /** Deletes a record that is in the trash. @returns false if it is not in the trash */
  deleteAsset(company: string, id: string): Promise<boolean>;
}

/** Items of a query, which reads at most 1 MB. */
const pageSize = 1_000;

/** Items with the id's partition key that belong to other assets, or are handled separately. */
const others = ['MEMBEROF#', 'DERIVED#'];

export function trashStore(documents: DynamoDBDocumentClient, tableName: string): TrashStore {
  const isDue = 'purgeKey = :due';
  const due = {
    TableName: tableName,
    IndexName: assetTable.indexes.purge.name,
    Limit: pageSize,
  };

  return {
    async listTrash(company, { limit, after }) {
      const folderKey = trashIndexKey(company);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: assetTable.indexes.byFolder.name,
          KeyConditionExpression: 'folderKey = :trash',
          ExpressionAttributeValues: { ':trash': folderKey },
          Limit: limit,
          ...(after === undefined
            ? {}
            : { ExclusiveStartKey: { ...assetKey(company, after), folderKey, id: after } }),
        }),
      );
      const ids = Items.map((item) => String(item.id));
      const last = ids.at(-1);
      return LastEvaluatedKey && last !== undefined ? { ids, next: last } : { ids };
    },

    async *listPurgeCompanies({ date, shard, after: from = '' }) {
      for (let after: string | undefined = from; after !== undefined; ) {
        const page: QueryCommandOutput = await documents.send(
          new QueryCommand({
            ...due,
            KeyConditionExpression: `${isDue} AND pk > :after`,
            // No key begins with a blank, and no value of a condition on a key may be empty.
            ExpressionAttributeValues: { ':due': purgeShardKey(date, shard), ':after': after || ' ' },
          }),
        );
        const keys = (page.Items ?? []).map(({ pk }) => String(pk));
        const last = keys.at(-1);
        const companies = [...new Set(keys.map((pk) => pk.split('#', 2)[1] ?? ''))];
        after = page.LastEvaluatedKey && last !== undefined ? behindCompany(last) : undefined;
        yield { companies, ...(after === undefined ? {} : { next: { date, shard, after } }) };
      }
    },

    async *listPurgeItems(company, { date, shard, after }) {
      const prefix = assetKey(company, '').pk;
      const assets = queryPages(documents, {
        ...due,
        KeyConditionExpression: `${isDue} AND pk BETWEEN :first AND :last`,
        ExpressionAttributeValues: {
          ':due': purgeShardKey(date, shard),
          ':first': after === undefined ? prefix : assetKey(company, after).pk,
          ':last': behindCompany(prefix),
        },
      });
      for await (const items of assets) {
        const found = items.map((item) => ({ company, id: String(item.pk).slice(prefix.length) }));
        yield found.filter(({ id }) => id !== after);
      }
      const { pk, sk: folderPrefix } = folderItemKey(company, '');
      const folders = queryPages(documents, {
        ...due,
        KeyConditionExpression: `${isDue} AND pk = :pk`,
        ExpressionAttributeValues: { ':due': purgeShardKey(date, shard), ':pk': pk },
      });
      for await (const items of folders) {
        yield items.map((item) => ({ company, folder: String(item.sk).slice(folderPrefix.length) }));
      }
    },

    async putWithdrawn({ company, id }, ended, { at, by }) {
      await Promise.all(
        Object.entries(ended).map(([server, { version }]) =>
          documents.send(
            new PutCommand({
              TableName: tableName,
              Item: {
                ...historyKey(company, id, 'WITHDRAWN', at, server),
                event: 'WITHDRAWN',
                at,
                server,
                version,
                by,
              },
            }),
          ),
        ),
      );
    },

    async moveDerived(company, from, to) {
      await batchWrite(documents, tableName, [
        { put: { ...derivedKey(company, to.parent, to.id), derived: to.id } },
      ]);
      await batchWrite(documents, tableName, [{ delete: derivedKey(company, from.parent, from.id) }]);
    },

    async moveOwnItems(company, from, to) {
      const { pk } = assetKey(company, to);
      for await (const items of ownItems(company, from)) {
        await batchWrite(
          documents,
          tableName,
          items.map((item) => ({ put: { ...item, pk } })),
        );
        await batchWrite(documents, tableName, items.map(deletion));
      }
    },

    async deleteOwnItems(company, id) {
      for await (const items of ownItems(company, id)) {
        await batchWrite(documents, tableName, items.map(deletion));
      }
    },

    async masterVersions(company, id) {
      const found: MasterVersion[] = [];
      for await (const items of ownItems(company, id)) {
        for (const { masterKey, masterVersionId, originalVersionId, reduction, poster } of items) {
          if (typeof masterKey !== 'string') continue;
          found.push(
            ...reductionObjects(company, { reduction, poster } as Pick<Asset, 'reduction' | 'poster'>),
          );
          for (const versionId of [masterVersionId, originalVersionId]) {
            if (typeof versionId === 'string') found.push({ masterKey, masterVersionId: versionId });
          }
        }
      }
      return found;
    },

    async deleteAsset(company, id) {
      const deletion = {
        TableName: tableName,
        Key: assetKey(company, id),
        ConditionExpression: 'attribute_exists(trashed) OR attribute_not_exists(pk)',
      };
      return conditionHeld(() => documents.send(new DeleteCommand(deletion)));
    },
  };

  /** The asset's own items, except its record. */
  async function* ownItems(company: string, id: string): AsyncGenerator<Record<string, unknown>[]> {
    const { pk, sk } = assetKey(company, id);
    const pages = queryPages(documents, {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
    for await (const items of pages) {
      yield items.filter(
        (item) => item.sk !== sk && !others.some((prefix) => String(item.sk).startsWith(prefix)),
      );
    }
  }
}

function deletion({ pk, sk }: Record<string, unknown>) {
  return { delete: { pk: String(pk), sk: String(sk) } };
}

/** Behind all keys of the company of a key of the purge index: `ASSET#<company>#<id>` or `COMPANY#<company>`. */
function behindCompany(pk: string): string {
  const [kind, company] = pk.split('#', 2);
  // The character after the `#` that ends the name of the company; no name has it.
  return `${kind}#${company}$`;
}
