import type { AttemptOutcome } from './attempt-outcome.ts';
import { nextAttempt } from './next-attempt.ts';

/** What to do after a try. */
export type AttemptDecision =
  | { readonly decision: 'delivered' }
  /** The receiver wants no more: nothing is to be sent there until somebody sets it anew. */
  | { readonly decision: 'disable'; readonly because: string }
  | { readonly decision: 'retry'; readonly at: string; readonly because: string }
  | { readonly decision: 'given-up'; readonly because: string };

/**
 * Standard Webhooks, "Delivery success and failure": only a 2xx is a success, 410 disables, everything else is tried
 * again. An address that is refused is refused the next time as well, so that is not.
 * @param attempts how many were made, this one included
 * @param at when this one was made: ISO 8601, UTC
 */
export function decideAfterAttempt(outcome: AttemptOutcome, attempts: number, at: string): AttemptDecision {
  if (outcome.outcome === 'refused') return { decision: 'given-up', because: outcome.reason };
  if (outcome.outcome === 'responded' && outcome.status >= 200 && outcome.status <= 299) {
    return { decision: 'delivered' };
  }
  const because = outcome.outcome === 'responded' ? describeStatus(outcome.status) : outcome.reason;
  if (outcome.outcome === 'responded' && outcome.status === 410) return { decision: 'disable', because };
  const next = nextAttempt(attempts, at, outcome.outcome === 'responded' ? outcome.retryAfter : undefined);
  return next === undefined ? { decision: 'given-up', because } : { decision: 'retry', at: next, because };
}

function describeStatus(status: number): string {
  if (status === 410) return 'it answered 410 (gone), so no more is sent there';
  if (status >= 300 && status <= 399) {
    return `it answered ${status}, and redirects are not followed: set the address that it leads to`;
  }
  return `it answered ${status}; a status from 200 to 299 says that it was received`;
}
