/**
 * The relations of an asset, found from the other side: the sets that show it and the images derived from it. A set's
 * record in the masters bucket names its members, and a derived image's own item names its parent.
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
import { conditionOf, type ExpectedState, isNew, present } from '../table/condition.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

/** A set that shows an asset. */
export interface Membership {
  readonly set: string;
  /** How often the set shows it, as a member or as a swatch. */
  readonly places: number;
}

export interface RelationPageRequest {
  readonly limit: number;
  /** The last id of the previous page. */
  readonly after?: string | undefined;
}

export interface RelationStore {
  /**
   * Records for each of these assets that the set shows it, replacing the previous membership: 1 write unit each.
   * Write them before the set's own record, so that every asset that a set shows leads back to the set.
   * @param places by id of the asset: `occurrencesInSet` of set-record.ts, or only its new and changed entries
   */
  putMemberships(company: string, set: string, places: ReadonlyMap<string, number>): Promise<void>;
  /** Call it after the set's own record has stopped naming these assets. 1 write unit each, even if there is none. */
  deleteMemberships(company: string, set: string, members: readonly string[]): Promise<void>;
  /** The sets that show an asset, by id. In rare cases it names a set that does not, after an interrupted change. */
  listMemberships(
    company: string,
    member: string,
    page: RelationPageRequest,
  ): Promise<{ items: Membership[]; next?: string }>;
  /**
   * Records that an image is derived from another and counts it on the parent's record (`derivedCount`): one
   * transaction, 4 write units. Does nothing if it is already recorded. Call it before the derived image's own record is
   * written. The parent's `version` and `modified` stay as they are.
   * @returns false if the parent does not exist or is in the trash
   */
  linkDerived(company: string, parent: string, id: string): Promise<boolean>;
  /** The opposite. Call it after the derived image's own record was deleted. Link and parent may already be deleted. */
  unlinkDerived(company: string, parent: string, id: string): Promise<void>;
  /** The images derived from an image, by id. In rare cases it names a deleted one, after an interrupted change. */
  listDerived(
    company: string,
    parent: string,
    page: RelationPageRequest,
  ): Promise<{ items: string[]; next?: string }>;
  /** All images derived from an image. */
  derivedOf(company: string, parent: string): Promise<string[]>;
  /** All sets that show an asset. */
  membershipsOf(company: string, member: string): Promise<Membership[]>;
}

/** Items of a page when all are read: 1,000 of about 100 bytes are 13 half read units. */
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
      const writes = [
        { Put: { TableName: tableName, Item: link, ...isNew } },
        { Update: countDerived(company, parent, 1, { pk: present, trashed: undefined }) },
      ];
      try {
        await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes })));
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return !isRefused(error, 1);
      }
    },

    async unlinkDerived(company, parent, id) {
      const link = { TableName: tableName, Key: derivedKey(company, parent, id) };
      const writes = [
        { Delete: { ...link, ...conditionOf({ pk: present }) } },
        { Update: countDerived(company, parent, -1, { pk: present }) },
      ];
      try {
        await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes })));
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

  function countDerived(company: string, parent: string, change: number, when: ExpectedState) {
    return updateOf(tableName, { key: assetKey(company, parent), add: { derivedCount: change }, when });
  }

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
        // A caller sees the change that it has just made.
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
