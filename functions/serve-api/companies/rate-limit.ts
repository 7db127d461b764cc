import type { RateLimit } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * Counts a call, and refuses it where there were too many.
 * @throws Failure `request.rate-limited`, with the seconds to wait as `retryAfter`
 */
export async function enforceRateLimit(
  what: string,
  limit: RateLimit,
  { companies: { countCall }, now }: Dependencies,
): Promise<void> {
  const wait = await countCall(what, limit, now());
  if (wait === undefined) return;
  throw new Failure(
    'request.rate-limited',
    `At most ${limit.calls} in ${limit.windowSeconds} seconds are taken here; try again in ${wait} seconds`,
    { facts: { retryAfter: String(wait) } },
  );
}
