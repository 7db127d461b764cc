import type { Verdict } from './verdict.ts';

/** How far the notification of a job is. */
export interface Tries {
  /** How many were made. */
  readonly made: number;
  /** When the last of them was made: ISO 8601, UTC. */
  readonly last: string;
  /** `retry` while another one is to come. */
  readonly verdict: Verdict['verdict'];
  /** When that is due: ISO 8601, UTC. */
  readonly next?: string;
}

/**
 * Whether a message is to make a try. Messages may come twice, and late: only the one that was sent for the try that
 * is due now counts.
 * @param due of the message; undefined for the first one, that the job has ended
 */
export function isTryDue(tries: Tries | undefined, due: string | undefined): boolean {
  if (tries === undefined) return due === undefined;
  return tries.verdict === 'retry' && tries.next === due;
}

/** The tries after another one was made. */
export function afterTry(made: number, at: string, verdict: Verdict): Tries {
  return {
    made,
    last: at,
    verdict: verdict.verdict,
    ...(verdict.verdict === 'retry' && { next: verdict.at }),
  };
}
