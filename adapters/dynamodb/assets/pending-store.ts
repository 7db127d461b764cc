/** The pending index of the asset table: what some job could take, whatever the size of the library. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Candidate } from '../../../domain/jobs/select-servers.ts';
import { assetTable, pendingShardKey, pendingShards } from '../keys.ts';

/** Where reading goes on. */
export interface PendingPosition {
  readonly shard: number;
  /** Key of the last record that was read of the shard. */
  readonly after?: Readonly<Record<string, string>> | undefined;
}

export interface PendingStore {
  /**
   * A page of at most 1 MB: some 3,000 records of 300 bytes, 128 half read units. Eventually consistent, as every
   * index of this kind: a record that was written a moment ago may be missing, and is there for the next job.
   * @returns no `next` after the last record of the last shard
   */
  readPending(
    company: string,
    position: PendingPosition,
  ): Promise<{ items: Candidate[]; next?: PendingPosition | undefined }>;
}

export function pendingStore(documents: DynamoDBDocumentClient, tableName: string): PendingStore {
  return {
    async readPending(company, { shard, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: assetTable.indexes.pending.name,
          KeyConditionExpression: 'pendingKey = :shard',
          ExpressionAttributeValues: { ':shard': pendingShardKey(company, shard) },
          ...(after === undefined ? {} : { ExclusiveStartKey: after }),
        }),
      );
      const next = LastEvaluatedKey
        ? { shard, after: LastEvaluatedKey as Record<string, string> }
        : shard + 1 < pendingShards
          ? { shard: shard + 1 }
          : undefined;
      return { items: Items as Candidate[], next };
    },
  };
}
