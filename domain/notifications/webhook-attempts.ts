import { jobUser, type ListedJob } from '../jobs/job-order.ts';
import type { AttemptDecision, AttemptOutcome } from './attempt-decision.ts';
import { redactedUrl } from './redacted-url.ts';

/** The attempts to send a job's notification. */
export interface WebhookAttempts {
  /** Number of attempts so far. */
  readonly made: number;
  /** Time of the last one: ISO 8601, UTC. */
  readonly last: string;
  /** `retry`: there will be another attempt. */
  readonly decision: AttemptDecision['decision'];
  /** Time of the next attempt: ISO 8601, UTC. */
  readonly next?: string;
  /** The last attempt, for the list of deliveries. */
  readonly delivery: Delivery;
}

/** Where a delivery stands, as members see it. */
export const deliveryStates = ['received', 'waiting', 'given-up', 'ended'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export function deliveryState({ decision }: Pick<WebhookAttempts, 'decision'>): DeliveryState {
  switch (decision) {
    case 'delivered':
      return 'received';
    case 'retry':
      return 'waiting';
    case 'given-up':
      return 'given-up';
    case 'disable':
      return 'ended';
  }
}

/** An attempt as members see it. */
export interface Delivery {
  readonly jobName: string;
  /** Subjects of the owner and of the submitter of the job, who may send it again. Earlier releases recorded none. */
  readonly user?: string;
  readonly submittedBy?: string;
  /** Without the part that may be a secret. */
  readonly url: string;
  readonly milliseconds: number;
  /** HTTP status. Missing if there was no response. */
  readonly status?: number;
  /** The first characters of the response. */
  readonly response?: string;
  /** Why the attempt was not successful. */
  readonly because?: string;
}

/** Characters of a response that are kept: with them an item has less than 1 kB, one write unit. */
const maxResponse = 300;

/** @param url of the receiver */
export function toDelivery(
  job: Pick<ListedJob, 'name' | 'runAs' | 'submittedBy'>,
  url: string,
  outcome: AttemptOutcome,
  decided: AttemptDecision,
  milliseconds: number,
): Delivery {
  const text = outcome.outcome === 'responded' ? outcome.body.replace(/\p{Cc}+/gu, ' ').trim() : '';
  return {
    jobName: job.name,
    user: jobUser(job),
    submittedBy: job.submittedBy,
    url: redactedUrl(url),
    milliseconds,
    ...(outcome.outcome === 'responded' && { status: outcome.status }),
    ...(text !== '' && { response: text.slice(0, maxResponse).toWellFormed() }),
    ...('because' in decided && { because: decided.because }),
  };
}

/**
 * Whether a message must make an attempt. Messages may arrive twice and late; only the one of the next attempt counts.
 * @param attempts undefined if there was no attempt
 * @param due time in the message: ISO 8601, UTC; undefined for the message that the job has finished
 */
export function isAttemptDue(attempts: WebhookAttempts | undefined, due: string | undefined): boolean {
  if (attempts === undefined) return due === undefined;
  return attempts.decision === 'retry' && attempts.next === due;
}

/**
 * Whether a message that asks for another attempt is new: it may arrive twice, and the attempt that it asked for is then
 * recorded. @param asked ISO 8601, UTC
 */
export function isAskedAgain(attempts: WebhookAttempts | undefined, asked: string): boolean {
  return attempts !== undefined && attempts.last < asked;
}

/**
 * The attempts after another one.
 * @param made number of attempts, including this one
 * @param at time of this attempt: ISO 8601, UTC
 */
export function afterAttempt(
  made: number,
  at: string,
  decided: AttemptDecision,
  delivery: Delivery,
): WebhookAttempts {
  return {
    made,
    last: at,
    decision: decided.decision,
    ...(decided.decision === 'retry' && { next: decided.at }),
    delivery,
  };
}
