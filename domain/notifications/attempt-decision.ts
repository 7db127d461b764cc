import { nextAttempt } from './next-attempt.ts';

/** The outcome of one attempt to send a notification. Reasons are public text without a full stop at the end. */
export type AttemptOutcome =
  /** The receiver responded, with any status. */
  | {
      readonly outcome: 'responded';
      /** HTTP status. */
      readonly status: number;
      /** The first 4 kB of the body, as text. */
      readonly body: string;
      /** The body was longer. */
      readonly truncated: boolean;
      /** The response's `Retry-After` header. */
      readonly retryAfter?: string;
    }
  /** There was no response. */
  | {
      readonly outcome: 'failed';
      readonly cause: 'timeout' | 'unknown-host' | 'unreachable' | 'tls' | 'not-http';
      readonly reason: string;
    }
  /** Nothing was sent: notifications may not go to this address. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** What to do after an attempt. */
export type AttemptDecision =
  | { readonly decision: 'delivered' }
  /** The receiver wants no more notifications: none are sent until a member sets the URL again. */
  | { readonly decision: 'disable'; readonly because: string }
  /** `at`: ISO 8601, UTC. */
  | { readonly decision: 'retry'; readonly at: string; readonly because: string }
  | { readonly decision: 'given-up'; readonly because: string };

/**
 * Decides by Standard Webhooks, "Delivery success and failure": only a 2xx is a success, 410 disables the notification,
 * everything else is retried. A refused address is not retried, since it would be refused again.
 * @param attempts number of attempts so far, including this one
 * @param at time of this attempt: ISO 8601, UTC
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
  if (status === 410) return 'the receiver responded with 410 (gone), so notifications to it stop';
  if (status >= 300 && status <= 399) {
    return `the receiver responded with ${status}, and redirects are not followed: set the URL that it redirects to`;
  }
  return `the receiver responded with ${status}; only a status from 200 to 299 counts as received`;
}
