/** The pending index of the asset table: the assets that a job could take. It does not grow with the library. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Candidate } from '../../../domain/jobs/select-servers.ts';
import { assetTable, pendingShardKey, pendingShards } from '../keys.ts';

/** Where reading continues. */
export interface PendingPosition {
  readonly shard: number;
  /** Key of the last record that was read in the shard. */
  readonly after?: Readonly<Record<string, string>> | undefined;
}

export interface PendingStore {
  /**
   * A page of at most 1 MB: about 3,000 records of 300 bytes, 128 half read units. Global indexes are eventually
   * consistent: a record that was written a moment ago may be missing, and the next job finds it.
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
