/** How often something may be called: counted in the job table, so that all environments of a function count together. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { jobTable, rateLimitKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';

export interface RateLimit {
  /** How many are let through in a window. */
  readonly calls: number;
  readonly windowSeconds: number;
}

export interface RateLimitStore {
  /**
   * Counts a call: one write unit, also for one that is refused.
   * @param what is called: `test#luma`
   * @param now ISO 8601, UTC
   * @returns undefined if it is let through; else the seconds until the next window
   */
  countCall(what: string, limit: RateLimit, now: string): Promise<number | undefined>;
}

export function rateLimitStore(documents: DynamoDBDocumentClient, tableName: string): RateLimitStore {
  return {
    async countCall(what, { calls, windowSeconds }, now) {
      const window = windowSeconds * 1_000;
      const begin = Math.floor(Date.parse(now) / window) * window;
      const left = Math.max(1, Math.ceil((begin + window - Date.parse(now)) / 1_000));
      try {
        await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: rateLimitKey(what, new Date(begin).toISOString()),
            UpdateExpression: 'ADD #calls :one SET #expires = :expires',
            ConditionExpression: 'attribute_not_exists(#calls) OR #calls < :max',
            ExpressionAttributeNames: { '#calls': 'calls', '#expires': jobTable.timeToLive },
            ExpressionAttributeValues: {
              ':one': 1,
              ':max': calls,
              ':expires': Math.floor((begin + 2 * window) / 1_000),
            },
          }),
        );
        return undefined;
      } catch (error) {
        if (isConditionFailure(error)) return left;
        throw error;
      }
    },
  };
}
