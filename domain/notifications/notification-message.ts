/**
 * What stands in the queue of send-notification: which job, never what to send. Whoever takes it reads the job as it
 * is by then.
 */
export type NotificationMessage =
  /** A job has begun or ended. May come more than once. */
  | { readonly kind: 'begun' | 'ended'; readonly company: string; readonly jobId: string }
  /** The job's notification is to be tried again. */
  | {
      readonly kind: 'attempt';
      readonly company: string;
      readonly jobId: string;
      /** ISO 8601, UTC. */
      readonly due: string;
    };

/** Seconds: the longest that SQS holds a message back. */
export const maxQueueDelay = 900;

/**
 * Seconds that a message is to be held back so that it arrives when it is due, or, where that is further away than SQS
 * takes, on the way there: it is then sent on.
 */
export function queueDelayUntil(due: string, now: string): number {
  const seconds = Math.ceil((Date.parse(due) - Date.parse(now)) / 1_000);
  return Math.min(Math.max(seconds, 0), maxQueueDelay);
}
