/** How often something may be called: counted in the job table, so that all environments of a function count together. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { jobTable, limitKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';

export interface CallLimit {
  /** How many are let through in a window. */
  readonly calls: number;
  readonly windowSeconds: number;
}

export interface CallLimits {
  /**
   * Counts a call: one write unit, also for one that is refused.
   * @param what is called: `test#luma`
   * @param now ISO 8601, UTC
   * @returns undefined if it is let through; else the seconds until the next window
   */
  countCall(what: string, limit: CallLimit, now: string): Promise<number | undefined>;
}

export function callLimits(documents: DynamoDBDocumentClient, tableName: string): CallLimits {
  return {
    async countCall(what, { calls, windowSeconds }, now) {
      const window = windowSeconds * 1_000;
      const begin = Math.floor(Date.parse(now) / window) * window;
      const left = Math.max(1, Math.ceil((begin + window - Date.parse(now)) / 1_000));
      try {
        await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: limitKey(what, new Date(begin).toISOString()),
            UpdateExpression: 'ADD #calls :one SET #expires = :expires',
            ConditionExpression: 'attribute_not_exists(#calls) OR #calls < :most',
            ExpressionAttributeNames: { '#calls': 'calls', '#expires': jobTable.timeToLive },
            ExpressionAttributeValues: {
              ':one': 1,
              ':most': calls,
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
