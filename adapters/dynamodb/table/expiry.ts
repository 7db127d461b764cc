import { jobDays } from '../keys.ts';

/** When DynamoDB's TTL may delete an item that ended at this time: seconds since 1970. */
export function expiryOf(ended: string): number {
  return Math.floor(Date.parse(ended) / 1_000) + jobDays * 24 * 60 * 60;
}
