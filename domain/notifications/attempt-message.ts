import type { AttemptDecision, AttemptOutcome } from './attempt-decision.ts';
import { retryDelays } from './next-attempt.ts';

/**
 * The entry of a job's log about an attempt. It names only the host: the rest of a URL may contain a token, and every
 * viewer can read the log.
 * @param host with the port, if the URL has one
 * @param attempts number of attempts so far, including this one
 */
export function attemptMessage(
  host: string,
  attempts: number,
  outcome: AttemptOutcome,
  decision: AttemptDecision,
): string {
  // A member can ask for more attempts than there are by themselves.
  const of = attempts <= retryDelays.length ? ` of ${retryDelays.length}` : '';
  const start = `Notification to ${host}, attempt ${attempts}${of}`;
  switch (decision.decision) {
    case 'delivered':
      return `${start}: received${outcome.outcome === 'responded' ? ` (${outcome.status})` : ''}.`;
    case 'disable':
      return `${start}: ${decision.because}. To enable them again, set the notification's URL again.`;
    case 'retry':
      return `${start}: ${decision.because}. Next attempt at ${decision.at}.`;
    case 'given-up':
      return `${start}: ${decision.because}. There is no further attempt.`;
  }
}
