/**
 * What hangs together with an asset, looked up from the other end: the sets that show it, the images derived from it.
 * A set itself names its members in its record in the masters bucket, a derived image its parent in its own item.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { assetKey, derivedKey, memberOfKey } from '../keys.ts';
import { batchWrite } from '../table/batch-write.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

/** A set that shows an asset. */
export interface Membership {
  readonly set: string;
  /** In how many of the set's places, as member or as swatch. */
  readonly places: number;
}

export interface RelationPageRequest {
  readonly limit: number;
  /** The id on which the page before ended. */
  readonly after?: string | undefined;
}

export interface RelationStore {
  /**
   * Notes for each of these assets that the set shows it, replacing what was noted before: 1 write unit each.
   * To be written before the set's own record, so that whatever a set shows can be traced back to it.
   * @param places by id of the asset: `occurrencesInSet` of set-record.ts, or only what is new or changed of it
   */
  putMemberships(company: string, set: string, places: ReadonlyMap<string, number>): Promise<void>;
  /** Of these assets, after the set's own record has stopped naming them. 1 write unit each, also where there is none. */
  deleteMemberships(company: string, set: string, members: readonly string[]): Promise<void>;
  /** The sets that show an asset, by id. May name a set that does not, where a change of one broke off: rarely. */
  listMemberships(
    company: string,
    member: string,
    page: RelationPageRequest,
  ): Promise<{ items: Membership[]; next?: string }>;
  /**
   * Notes that an image is derived from another, and counts it on the record of the parent (`derivedCount`): one
   * transaction, 4 write units; nothing where it is noted already. To be done before the derived image's own record is
   * written. The parent's `version` and `modified` stay as they are.
   * @returns false if there is no such parent, or it is in the trash
   */
  linkDerived(company: string, parent: string, id: string): Promise<boolean>;
  /** The opposite, after the derived image's own record is gone. Also where it is not noted, or the parent is gone. */
  unlinkDerived(company: string, parent: string, id: string): Promise<void>;
  /** The images derived from an image, by id. May name one that is gone, where a change broke off: rarely. */
  listDerived(
    company: string,
    parent: string,
    page: RelationPageRequest,
  ): Promise<{ items: string[]; next?: string }>;
  /** All of them, page after page. */
  derivedOf(company: string, parent: string): Promise<string[]>;
  /** All of them, page after page. */
  membershipsOf(company: string, member: string): Promise<Membership[]>;
}

/** Items that are read at once where all are wanted: 1,000 of some 100 bytes are 13 half read units. */
const maxBatchSize = 1_000;

export function relationStore(documents: DynamoDBDocumentClient, tableName: string): RelationStore {
  const records: RelationStore = {
    async putMemberships(company, set, places) {
      await batchWrite(
        documents,
        tableName,
        [...places].map(([member, count]) => ({
          put: { ...memberOfKey(company, member, set), set, places: count },
        })),
      );
    },

    async deleteMemberships(company, set, members) {
      await batchWrite(
        documents,
        tableName,
        [...new Set(members)].map((member) => ({ delete: memberOfKey(company, member, set) })),
      );
    },

    async listMemberships(company, member, page) {
      const { items, more } = await list(memberOfKey(company, member, ''), page, (set) =>
        memberOfKey(company, member, set),
      );
      const memberships = items.map((item) => ({ set: String(item.set), places: Number(item.places) }));
      const last = memberships.at(-1);
      return { items: memberships, ...(more && last ? { next: last.set } : {}) };
    },

    async linkDerived(company, parent, id) {
      const link = { ...derivedKey(company, parent, id), derived: id };
      try {
        await retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [
                {
                  Put: { TableName: tableName, Item: link, ConditionExpression: 'attribute_not_exists(pk)' },
                },
                {
                  Update: {
                    TableName: tableName,
                    Key: assetKey(company, parent),
                    UpdateExpression: 'ADD derivedCount :one',
                    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(trashed)',
                    ExpressionAttributeValues: { ':one': 1 },
                  },
                },
              ],
            }),
          ),
        );
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return !isRefused(error, 1);
      }
    },

    async unlinkDerived(company, parent, id) {
      const link = { TableName: tableName, Key: derivedKey(company, parent, id) };
      try {
        await retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [
                { Delete: { ...link, ConditionExpression: 'attribute_exists(pk)' } },
                {
                  Update: {
                    TableName: tableName,
                    Key: assetKey(company, parent),
                    UpdateExpression: 'ADD derivedCount :one',
                    ConditionExpression: 'attribute_exists(pk)',
                    ExpressionAttributeValues: { ':one': -1 },
                  },
                },
              ],
            }),
          ),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        if (!isRefused(error, 0)) await documents.send(new DeleteCommand(link));
      }
    },

    async listDerived(company, parent, page) {
      const { items, more } = await list(derivedKey(company, parent, ''), page, (id) =>
        derivedKey(company, parent, id),
      );
      const ids = items.map((item) => String(item.derived));
      const last = ids.at(-1);
      return { items: ids, ...(more && last !== undefined ? { next: last } : {}) };
    },

    derivedOf: (company, parent) => all((page) => records.listDerived(company, parent, page)),
    membershipsOf: (company, member) => all((page) => records.listMemberships(company, member, page)),
  };
  return records;

  async function list(
    { pk, sk: prefix }: { pk: string; sk: string },
    { limit, after }: RelationPageRequest,
    keyOf: (id: string) => { sk: string },
  ): Promise<{ items: Record<string, unknown>[]; more: boolean }> {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        Limit: limit,
        // A change that has just been made is seen by whoever made it.
        ConsistentRead: true,
        ...(after === undefined ? {} : { ExclusiveStartKey: { pk, ...keyOf(after) } }),
      }),
    );
    return { items: Items, more: LastEvaluatedKey !== undefined };
  }
}

/** Whether the condition of this item of the transaction did not hold. */
function isRefused(error: unknown, index: number): boolean {
  const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  return reasons[index]?.Code === 'ConditionalCheckFailed';
}

async function all<Item>(
  read: (page: RelationPageRequest) => Promise<{ items: Item[]; next?: string }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await read({ limit: maxBatchSize, after });
    found.push(...items);
    after = next;
  } while (after !== undefined);
  return found;
}
