/**
 * Folders, in the asset table. A folder exists while it or a folder below it has an item. A folder that was deleted or
 * moved keeps a marked item for a day. An upload into it that had already started restores the folder. The clean-up checks
 * the folder again before it deletes the item, so no asset becomes unreachable.
 */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { childWithin } from '../../../domain/library/folder-path.ts';
import { dateAfter } from '../../../domain/library/trash.ts';
import { assetTable, folderIndexKey, folderItemKey, purgeIndexKey } from '../keys.ts';
import { conditionOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { updateOf } from '../table/update-of.ts';

export interface FolderRecord {
  readonly folder: string;
  /** The target while the folder is being moved: calling the move again continues it. */
  readonly movingTo?: string;
  /** ISO 8601: when it was deleted. */
  readonly deleted?: string;
}

export interface FolderStore {
  /** Creates the folder unless it exists: 1 read unit, and a write unit to create it. */
  ensureFolder(company: string, folder: string): Promise<void>;
  getFolder(company: string, folder: string): Promise<FolderRecord | undefined>;
  /** Whether the folder or one below it exists. The root always does. */
  folderExists(company: string, folder: string): Promise<boolean>;
  /**
   * The folders directly below one, sorted by their bytes. A query for each page, and one for each child that has more
   * folders than a page.
   * @param page `after`: the last path of the previous page
   */
  listChildren(
    company: string,
    parent: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ items: string[]; next?: string }>;
  /** The items of a folder and of all folders below it, sorted, including deleted ones. */
  foldersWithin(company: string, folder: string, from?: string): AsyncGenerator<FolderRecord>;
  markMoving(company: string, folder: string, to: string): Promise<void>;
  /** Marks a folder deleted: members no longer see it. */
  markFolderDeleted(company: string, folder: string, at: string): Promise<void>;
  /**
   * A day after it was marked: deletes the item if the folder is empty, otherwise removes the mark.
   * @returns whether it was deleted
   */
  settleDeletedFolder(company: string, folder: string, deletedAt: string): Promise<boolean>;
}

/** Items of a query: 1,000 of about 150 bytes are 19 half read units. */
const pageSize = 1_000;

const end = '\u{10FFFF}';

export function folderStore(documents: DynamoDBDocumentClient, tableName: string): FolderStore {
  const records: FolderStore = {
    async ensureFolder(company, folder) {
      const found = await records.getFolder(company, folder);
      if (found && found.deleted === undefined) return;
      await documents.send(
        new PutCommand({ TableName: tableName, Item: { ...folderItemKey(company, folder), folder } }),
      );
    },

    async getFolder(company, folder) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: folderItemKey(company, folder), ConsistentRead: true }),
      );
      return Item && recordOf(Item);
    },

    async folderExists(company, folder) {
      if (folder === '/') return true;
      for await (const { deleted } of records.foldersWithin(company, folder)) {
        if (deleted === undefined) return true;
      }
      return false;
    },

    async listChildren(company, parent, { limit, after }) {
      const items: string[] = [];
      let from = after === undefined ? parent : after + end;
      for (;;) {
        const { found, more } = await query(company, parent, from, Math.min(limit + 2, pageSize));
        for (const { folder, deleted } of found) {
          if (folder === parent || deleted !== undefined) continue;
          const child = childWithin(folder, parent);
          if (child === items.at(-1)) continue;
          if (items.length === limit) return { items, next: items.at(-1) ?? child };
          items.push(child);
        }
        const last = found.at(-1);
        if (!more || !last) return { items };
        // If the page ended inside a folder that is already listed, the rest of that folder is skipped.
        const child = last.folder === parent ? undefined : childWithin(last.folder, parent);
        from = child !== undefined && child === items.at(-1) ? child + end : `${last.folder}\u0000`;
      }
    },

    async *foldersWithin(company, folder, first = folder) {
      let from = first;
      for (;;) {
        const { found, more } = await query(company, folder, from, pageSize);
        yield* found;
        const last = found.at(-1);
        if (!more || !last) return;
        from = `${last.folder}\u0000`;
      }
    },

    async markMoving(company, folder, to) {
      await documents.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...folderItemKey(company, folder), folder, movingTo: to },
        }),
      );
    },

    async markFolderDeleted(company, folder, at) {
      const { pk, sk } = folderItemKey(company, folder);
      await documents.send(
        new PutCommand({
          TableName: tableName,
          Item: {
            pk,
            sk,
            folder,
            deleted: at,
            purgeKey: purgeIndexKey(dateAfter(at.slice(0, 10), 1), `${company}#${folder}`),
          },
        }),
      );
    },

    async settleDeletedFolder(company, folder, deletedAt) {
      const key = folderItemKey(company, folder);
      const when = { deleted: deletedAt };
      // If the condition does not hold, the folder was restored meanwhile.
      if (!(await isEmptyFolder(company, folder))) {
        const update = updateOf(tableName, { key, remove: ['deleted', 'purgeKey'], when });
        await conditionHeld(() => documents.send(new UpdateCommand(update)));
        return false;
      }
      return conditionHeld(() =>
        documents.send(new DeleteCommand({ TableName: tableName, Key: key, ...conditionOf(when) })),
      );
    },
  };
  return records;

  async function isEmptyFolder(company: string, folder: string): Promise<boolean> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: assetTable.indexes.byFolder.name,
        KeyConditionExpression: 'folderKey = :folder',
        ExpressionAttributeValues: { ':folder': folderIndexKey(company, folder) },
        Limit: 1,
      }),
    );
    return Items.length === 0;
  }

  async function query(
    company: string,
    within: string,
    from: string,
    limit: number,
  ): Promise<{ found: FolderRecord[]; more: boolean }> {
    const { pk, sk: first } = folderItemKey(company, from);
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': pk,
          ':first': first,
          ':last': folderItemKey(company, within + end).sk,
        },
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    return { found: Items.map(recordOf), more: LastEvaluatedKey !== undefined };
  }
}

function recordOf(item: Record<string, unknown>): FolderRecord {
  const { pk, sk, purgeKey, ...folder } = item;
  return folder as unknown as FolderRecord;
}
