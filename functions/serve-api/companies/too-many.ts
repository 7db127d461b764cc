import type { CallLimit, CallLimits } from '../../../adapters/dynamodb/companies/call-limits.ts';
import { Failure } from '../../../domain/failure.ts';

/**
 * Counts a call, and refuses it where there were too many.
 * @throws Failure `request.too-many`, with the seconds to wait as `retryAfter`
 */
export async function refuseTooMany(
  what: string,
  limit: CallLimit,
  { countCall, now }: CallLimits & { readonly now: () => string },
): Promise<void> {
  const wait = await countCall(what, limit, now());
  if (wait === undefined) return;
  throw new Failure(
    'request.too-many',
    `At most ${limit.calls} in ${limit.windowSeconds} seconds are taken here; try again in ${wait} seconds`,
    { facts: { retryAfter: String(wait) } },
  );
}
