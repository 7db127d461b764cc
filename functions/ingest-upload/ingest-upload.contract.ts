/** What the queues of ingest-upload and the function agree on. */

/**
 * Receives of a message before the queue moves it to the dead-letter queue. A receive counts even if Lambda throttles the
 * invocation and the function never runs, and then takes a visibility timeout of 6 minutes: ten receives are an hour. With
 * the pauses of `retrySeconds`, ten failed attempts take an hour too.
 */
export const maxReceives = 10;

/** Seconds until a failed message is delivered again: 15, 30, 60 … and at most 15 minutes. @param receives from 1 */
export function retrySeconds(receives: number): number {
  return Math.min(15 * 2 ** (receives - 1), 900);
}

/** Seconds until a copy goes on whose time was up. */
export const unfinishedSeconds = 1;
