/** What companies use, day by day, and their quotas, in the job table. */
import { createHash } from 'node:crypto';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Quota } from '../../../domain/companies/quota.ts';
import type { AnnouncedUsage, DayUsage, StoredUsage } from '../../../domain/companies/usage.ts';
import type { DeliveredOnDay } from '../../cloudfront/read-access-log.ts';
import { assetTable, countedLogKey, jobTable, nameIndexKey, quotaKey, usageKey } from '../keys.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { queryPages } from '../table/query-pages.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

export interface UsageStore {
  /**
   * Counts what a log file says was delivered, once: another call with the same file changes nothing. A transaction: 4 write units,
   * and 2 for each company and day.
   * @param file name of the log file
   * @param now ISO 8601, UTC
   */
  countDelivered(file: string, delivered: readonly DeliveredOnDay[], now: string): Promise<void>;
  /**
   * Records what a company has stored.
   * @param announcedBefore what uploads of that day had announced when the count began
   */
  recordStored(
    company: string,
    day: string,
    stored: StoredUsage,
    announcedBefore: AnnouncedUsage,
  ): Promise<void>;
  /** The days of a period that have something, in order. @param from, to `2026-11-24`, both included */
  readUsage(company: string, from: string, to: string): Promise<DayUsage[]>;
  readQuota(company: string): Promise<Quota>;
  /** Changes the given limits. `undefined` removes one. */
  changeQuota(company: string, change: { readonly [Name in keyof Quota]: number | undefined }): Promise<void>;
}

/** Days that a message about a log file may come again: it is kept for 14 days among the dead letters. */
const logDays = 30;

/** A transaction writes 100 items; one is that of the file. */
const maxCounted = 99;

export function usageStore(documents: DynamoDBDocumentClient, tableName: string): UsageStore {
  return {
    async countDelivered(file, delivered, now) {
      const hash = createHash('sha256').update(file).digest('hex').slice(0, 32);
      const expires = Math.floor(Date.parse(now) / 1_000) + logDays * 86_400;
      for (let first = 0; first < delivered.length; first += maxCounted) {
        const writes = delivered
          .slice(first, first + maxCounted)
          .map(({ company, day, requests, bytes }) => ({
            Update: updateOf(tableName, {
              key: usageKey(company, day),
              set: { [jobTable.timeToLive]: expiryOf(day) },
              add: { requests, bytes },
            }),
          }));
        const Item = { ...countedLogKey(`${hash}-${first}`), [jobTable.timeToLive]: expires };
        const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
        await conditionHeld(() =>
          retryConflicts(() =>
            documents.send(
              new TransactWriteCommand({
                TransactItems: [{ Put: { TableName: tableName, Item, ...isNew } }, ...writes],
              }),
            ),
          ),
        );
      }
    },

    async recordStored(company, day, stored, announcedBefore) {
      const update = updateOf(tableName, {
        key: usageKey(company, day),
        set: { stored, announcedBefore, [jobTable.timeToLive]: expiryOf(day) },
      });
      await retryConflicts(() => documents.send(new UpdateCommand(update)));
    },

    async readUsage(company, from, to) {
      const days: DayUsage[] = [];
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': usageKey(company, '').pk, ':from': from, ':to': to },
        ConsistentRead: true,
      });
      for await (const items of pages) days.push(...items.map(dayOf));
      return days;
    },

    async readQuota(company) {
      const { Item = {} } = await documents.send(
        new GetCommand({ TableName: tableName, Key: quotaKey(company), ConsistentRead: true }),
      );
      const { assets, bytes } = Item as Quota;
      return { ...(assets !== undefined && { assets }), ...(bytes !== undefined && { bytes }) };
    },

    async changeQuota(company, change) {
      await documents.send(
        new UpdateCommand(updateOf(tableName, { key: quotaKey(company), replace: change })),
      );
    },
  };
}

function dayOf(item: Record<string, unknown>): DayUsage {
  const { sk, requests = 0, bytes = 0, stored, announcedBefore } = item;
  return {
    day: String(sk),
    requests: Number(requests),
    bytes: Number(bytes),
    ...(stored ? { stored: stored as StoredUsage } : {}),
    announced: { assets: Number(item.announcedAssets ?? 0), bytes: Number(item.announcedBytes ?? 0) },
    announcedBefore: (announcedBefore as AnnouncedUsage | undefined) ?? { assets: 0, bytes: 0 },
  };
}

/**
 * The number of assets in the library of a company: half a read unit for about 25 assets.
 * @param max where counting stops
 */
export async function countAssets(
  documents: DynamoDBDocumentClient,
  tableName: string,
  company: string,
  max = Number.POSITIVE_INFINITY,
): Promise<number> {
  const { name, partitionKey } = assetTable.indexes.byName;
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const { Count = 0, LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: '#partition = :company',
        ExpressionAttributeNames: { '#partition': partitionKey },
        ExpressionAttributeValues: { ':company': nameIndexKey(company) },
        Select: 'COUNT',
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    count += Count;
    start = LastEvaluatedKey;
  } while (start !== undefined && count < max);
  return count;
}
