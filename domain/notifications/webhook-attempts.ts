import type { AttemptDecision } from './attempt-decision.ts';

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
 * The attempts after another one.
 * @param made number of attempts, including this one
 * @param at time of this attempt: ISO 8601, UTC
 */
export function afterAttempt(made: number, at: string, decided: AttemptDecision): WebhookAttempts {
  return {
    made,
    last: at,
    decision: decided.decision,
    ...(decided.decision === 'retry' && { next: decided.at }),
  };
}
