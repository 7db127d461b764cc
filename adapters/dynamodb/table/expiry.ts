import { jobDays } from '../keys.ts';

/** When an item that ends now may be swept: seconds since 1970, as DynamoDB's TTL wants it. */
export function expiryOf(ended: string): number {
  return Math.floor(Date.parse(ended) / 1000) + jobDays * 24 * 60 * 60;
}
