/** Rate limits, counted in the job table: all environments of a function count together. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { jobTable, rateLimitKey } from '../keys.ts';
import { below, missingOr } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { updateOf } from '../table/update-of.ts';

export interface RateLimit {
  /** Calls that are allowed in a window. */
  readonly calls: number;
  readonly windowSeconds: number;
}

export interface RateLimitStore {
  /**
   * Counts a call: one write unit, also if it is refused.
   * @param what the thing that is called: `test#luma`
   * @param now ISO 8601, UTC
   * @returns undefined if the call is allowed, otherwise the seconds until the next window
   */
  countCall(what: string, limit: RateLimit, now: string): Promise<number | undefined>;
}

export function rateLimitStore(documents: DynamoDBDocumentClient, tableName: string): RateLimitStore {
  return {
    async countCall(what, { calls, windowSeconds }, now) {
      const windowMs = windowSeconds * 1_000;
      const begin = Math.floor(Date.parse(now) / windowMs) * windowMs;
      const secondsLeft = Math.max(1, Math.ceil((begin + windowMs - Date.parse(now)) / 1_000));
      const update = updateOf(tableName, {
        key: rateLimitKey(what, new Date(begin).toISOString()),
        set: { [jobTable.timeToLive]: Math.floor((begin + 2 * windowMs) / 1_000) },
        add: { calls: 1 },
        when: { calls: missingOr(below(calls)) },
      });
      return (await conditionHeld(() => documents.send(new UpdateCommand(update)))) ? undefined : secondsLeft;
    },
  };
}
