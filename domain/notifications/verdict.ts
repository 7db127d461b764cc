import { nextTry } from './next-try.ts';
import type { TryOutcome } from './try-outcome.ts';

/** What to do after a try. */
export type Verdict =
  | { readonly verdict: 'delivered' }
  /** The receiver wants no more: nothing is to be sent there until somebody sets it anew. */
  | { readonly verdict: 'disable'; readonly because: string }
  | { readonly verdict: 'retry'; readonly at: string; readonly because: string }
  | { readonly verdict: 'given-up'; readonly because: string };

/**
 * Standard Webhooks, "Delivery success and failure": only a 2xx is a success, 410 disables, everything else is tried
 * again. An address that is refused is refused the next time as well, so that is not.
 * @param tries how many were made, this one included
 * @param at when this one was made: ISO 8601, UTC
 */
export function verdictOn(outcome: TryOutcome, tries: number, at: string): Verdict {
  if (outcome.outcome === 'refused') return { verdict: 'given-up', because: outcome.reason };
  if (outcome.outcome === 'answered' && outcome.status >= 200 && outcome.status <= 299) {
    return { verdict: 'delivered' };
  }
  const because = outcome.outcome === 'answered' ? describeStatus(outcome.status) : outcome.reason;
  if (outcome.outcome === 'answered' && outcome.status === 410) return { verdict: 'disable', because };
  const next = nextTry(tries, at, outcome.outcome === 'answered' ? outcome.retryAfter : undefined);
  return next === undefined ? { verdict: 'given-up', because } : { verdict: 'retry', at: next, because };
}

function describeStatus(status: number): string {
  if (status === 410) return 'it answered 410 (gone), so no more is sent there';
  if (status >= 300 && status <= 399) {
    return `it answered ${status}, and redirects are not followed: set the address that it leads to`;
  }
  return `it answered ${status}; a status from 200 to 299 says that it was received`;
}
