import type { AttemptDecision } from './attempt-decision.ts';

/** How far the notification of a job is. */
export interface WebhookAttempts {
  /** How many were made. */
  readonly made: number;
  /** When the last of them was made: ISO 8601, UTC. */
  readonly last: string;
  /** `retry` while another one is to come. */
  readonly decision: AttemptDecision['decision'];
  /** When that is due: ISO 8601, UTC. */
  readonly next?: string;
}

/**
 * Whether a message is to make a try. Messages may come twice, and late: only the one that was sent for the try that
 * is due now counts.
 * @param due of the message; undefined for the first one, that the job has ended
 */
export function isAttemptDue(attempts: WebhookAttempts | undefined, due: string | undefined): boolean {
  if (attempts === undefined) return due === undefined;
  return attempts.decision === 'retry' && attempts.next === due;
}

/** The tries after another one was made. */
export function afterAttempt(made: number, at: string, verdict: AttemptDecision): WebhookAttempts {
  return {
    made,
    last: at,
    decision: verdict.decision,
    ...(verdict.decision === 'retry' && { next: verdict.at }),
  };
}
