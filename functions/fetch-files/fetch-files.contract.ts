/** What the queue of fetch-files and the function agree on. */

/** Receives of a message before it is given up. With the pauses of `retrySeconds`, ten failed attempts take about an hour. */
export const maxReceives = 10;

/** Seconds until a failed message is delivered again: 15, 30, 60 … and at most 15 minutes. @param receives from 1 */
export function retrySeconds(receives: number): number {
  return Math.min(15 * 2 ** (receives - 1), 900);
}

/** Seconds until a transfer goes on whose time was up. */
export const unfinishedSeconds = 1;
