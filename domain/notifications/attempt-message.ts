import type { AttemptDecision } from './attempt-decision.ts';
import type { AttemptOutcome } from './attempt-outcome.ts';
import { retryDelays } from './next-attempt.ts';

/**
 * The line of a job's log that tells of a try. It names the host alone: the rest of a URL may hold a token, and every
 * viewer reads the log.
 * @param host with the port, where one is given
 * @param attempts how many were made, this one included
 */
export function attemptMessage(
  host: string,
  attempts: number,
  outcome: AttemptOutcome,
  decision: AttemptDecision,
): string {
  const start = `Notification to ${host}, try ${attempts} of ${retryDelays.length}`;
  switch (decision.decision) {
    case 'delivered':
      return `${start}: received${outcome.outcome === 'responded' ? ` (${outcome.status})` : ''}.`;
    case 'disable':
      return `${start}: ${decision.because}. Notifications are off until they are set anew.`;
    case 'retry':
      return `${start}: ${decision.because}. Next try at ${decision.at}.`;
    case 'given-up':
      return `${start}: ${decision.because}. It is not tried again.`;
  }
}
