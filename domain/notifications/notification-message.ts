/** A message in the queue of send-notification. It names the job; send-notification then reads its current record. */
export type NotificationMessage =
  /** A job has begun or finished. The message may arrive more than once. */
  | { readonly kind: 'begun' | 'ended'; readonly company: string; readonly jobId: string }
  /** The next attempt to send the job's notification. */
  | {
      readonly kind: 'attempt';
      readonly company: string;
      readonly jobId: string;
      /** ISO 8601, UTC. */
      readonly due: string;
    }
  /** A member wants the job's notification to be sent again. */
  | {
      readonly kind: 'again';
      readonly company: string;
      readonly jobId: string;
      /** ISO 8601, UTC. */
      readonly asked: string;
    };

/** Seconds: the maximum delay of an SQS message. */
export const maxQueueDelay = 900;

/**
 * The delay of an SQS message in seconds, so that it arrives when it is due. If that is later than SQS allows, the
 * message arrives earlier, and its receiver sends it again.
 * @param due ISO 8601, UTC
 * @param now ISO 8601, UTC
 */
export function queueDelayUntil(due: string, now: string): number {
  const seconds = Math.ceil((Date.parse(due) - Date.parse(now)) / 1_000);
  return Math.min(Math.max(seconds, 0), maxQueueDelay);
}
