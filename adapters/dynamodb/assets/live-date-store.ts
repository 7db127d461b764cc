/** The dates of assets: from when until when they are live, and which of them are due. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import { isPending } from '../../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import {
  assetKey,
  assetTable,
  dueIndexKeys,
  dueShardKey,
  dueShards,
  dueSortKey,
  pendingIndexKey,
} from '../keys.ts';
import { present } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';
import { updateOf } from '../table/update-of.ts';
import { assetOf } from './asset-store.ts';

/** A moment at which assets of a company are due. */
export interface DueMoment {
  readonly company: string;
  /** ISO 8601, UTC. */
  readonly due: string;
}

export interface LiveDateStore {
  /**
   * Replaces the dates, the intent, and the times of `before` by those of `after`: 1 write unit for each kilobyte of the record, 1 or 2
   * for each index that changes.
   * @returns false, with nothing written, if the record has changed since it was read
   */
  recordDates(before: Asset, after: Asset, settings: Pick<CompanySettings, 'servers'>): Promise<boolean>;
  /**
   * Moments with something that is due until a time, in order; a moment may come several times. Costs a query of each shard, and one for
   * each moment with more than 1,000 assets.
   */
  listDueMoments(until: string): AsyncIterable<DueMoment>;
  /** Ids of a company that are due at a moment, about 5,000 at a time. The index follows the records after a moment. */
  listDue(moment: DueMoment): AsyncIterable<string[]>;
}

const pageSize = 1_000;

/** Assets of a batch, at least: 15 MB of records. Those that are published make a job. */
const batchSize = 5_000;

export function liveDateStore(documents: DynamoDBDocumentClient, tableName: string): LiveDateStore {
  const index = { TableName: tableName, IndexName: assetTable.indexes.due.name, Limit: pageSize };
  return {
    async recordDates(before, after, settings) {
      const { company, id } = before;
      const { liveFrom, liveUntil, datesBy, due, intent, stateAt, modified, modifiedBy } = after;
      const keys = due === undefined ? undefined : dueIndexKeys(due, company, id);
      const isListed = !after.trashed && isPending(after, settings);
      const replace = {
        ...{ liveFrom, liveUntil, datesBy, due, dueKey: keys?.dueKey, dueSort: keys?.dueSort },
        pendingKey: isListed ? pendingIndexKey(company, id) : undefined,
      };
      const update = updateOf(tableName, {
        key: assetKey(company, id),
        set: { intent, stateAt, modified, modifiedBy },
        replace,
        when: {
          version: before.version,
          modified: before.modified,
          intent: before.intent,
          publications: before.publications,
          stateAt: before.stateAt,
          due: before.due,
          trashed: before.trashed ? present : undefined,
        },
      });
      if (await conditionHeld(() => documents.send(new UpdateCommand(update)))) return true;
      // The client repeats a call whose response was lost, and the repetition fails although the write was made.
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: assetKey(company, id), ConsistentRead: true }),
      );
      const now = Item && assetOf(Item);
      return now !== undefined && now.stateAt === stateAt && now.due === due && now.modified === modified;
    },

    async *listDueMoments(until) {
      for (let shard = 0; shard < dueShards; shard += 1) {
        for (let first: string | undefined = ' '; first !== undefined; ) {
          const page: QueryCommandOutput = await documents.send(
            new QueryCommand({
              ...index,
              KeyConditionExpression: 'dueKey = :shard AND dueSort BETWEEN :first AND :last',
              // The time itself is included: what follows it sorts before a tilde.
              ExpressionAttributeValues: {
                ':shard': dueShardKey(shard),
                ':first': first,
                ':last': `${until}~`,
              },
            }),
          );
          const found = [...new Set((page.Items ?? []).map(({ dueSort }) => String(dueSort)))];
          for (const text of found) yield momentOf(text);
          const last = found.at(-1);
          // Behind all assets of the last moment: no company has a blank in its name.
          first = page.LastEvaluatedKey && last !== undefined ? `${last} ` : undefined;
        }
      }
    },

    async *listDue({ company, due }) {
      const prefix = assetKey(company, '').pk;
      let batch: string[] = [];
      for (let shard = 0; shard < dueShards; shard += 1) {
        const pages = queryPages(documents, {
          ...index,
          KeyConditionExpression: 'dueKey = :shard AND dueSort = :moment',
          ExpressionAttributeValues: { ':shard': dueShardKey(shard), ':moment': dueSortKey(due, company) },
        });
        for await (const items of pages) {
          batch.push(...items.map(({ pk }) => String(pk).slice(prefix.length)));
          if (batch.length < batchSize) continue;
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },
  };
}

function momentOf(text: string): DueMoment {
  const hash = text.indexOf('#');
  return { due: text.slice(0, hash), company: text.slice(hash + 1) };
}
