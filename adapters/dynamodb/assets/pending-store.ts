/** The pending index of the asset table: the assets that a job could take. It does not grow with the library. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Candidate } from '../../../domain/jobs/select-servers.ts';
import { assetTable, pendingShardKey, pendingShards } from '../keys.ts';

/** Where reading continues in one shard: after the last record that was read, by its key. */
export type ShardPosition = 'begin' | 'end' | Readonly<Record<string, string>>;

/** Where reading continues in each shard, by its number. Missing: at the beginning. */
export interface PendingPosition {
  readonly shards: readonly ShardPosition[];
}

export interface PendingStore {
  /**
   * The next records of all shards, taken in turn: at most 3,200. Workers write in this order, and a shard is a partition
   * of the index, which takes 1,000 write units a second. Read one after the other, the shards would be written one after
   * the other. Costs: 16 queries in parallel, half a read unit for 13 records. Global indexes are eventually consistent: a
   * record that was written a moment ago may be missing, and the next job finds it.
   * @returns no `next` after the last record of all shards
   */
  readPending(
    company: string,
    position: PendingPosition,
  ): Promise<{ items: Candidate[]; next?: PendingPosition | undefined }>;
}

/** Records of a shard that are read at once. 16 times as many, of 300 bytes, are the megabyte that a planner holds. */
const shardPage = 200;

export function pendingStore(documents: DynamoDBDocumentClient, tableName: string): PendingStore {
  return {
    async readPending(company, position) {
      const pages = await Promise.all(
        Array.from({ length: pendingShards }, (_, shard) =>
          readShard(company, shard, position.shards[shard] ?? 'begin'),
        ),
      );
      const longest = Math.max(...pages.map(({ items }) => items.length));
      const items = Array.from({ length: longest }, (_, index) =>
        pages.flatMap((page) => page.items[index] ?? []),
      ).flat();
      const shards = pages.map(({ next }) => next);
      return shards.every((next) => next === 'end') ? { items } : { items, next: { shards } };
    },
  };

  async function readShard(
    company: string,
    shard: number,
    after: ShardPosition,
  ): Promise<{ items: Candidate[]; next: ShardPosition }> {
    if (after === 'end') return { items: [], next: 'end' };
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: assetTable.indexes.pending.name,
        KeyConditionExpression: 'pendingKey = :shard',
        ExpressionAttributeValues: { ':shard': pendingShardKey(company, shard) },
        Limit: shardPage,
        ...(after === 'begin' ? {} : { ExclusiveStartKey: after }),
      }),
    );
    return {
      items: Items as Candidate[],
      next: (LastEvaluatedKey as Record<string, string> | undefined) ?? 'end',
    };
  }
}
