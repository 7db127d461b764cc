import { retryDelays } from './next-try.ts';
import type { TryOutcome } from './try-outcome.ts';
import type { Verdict } from './verdict.ts';

/**
 * The line of a job's log that tells of a try. It names the host alone: the rest of a URL may hold a token, and every
 * viewer reads the log.
 * @param host with the port, where one is given
 * @param tries how many were made, this one included
 */
export function tryMessage(host: string, tries: number, outcome: TryOutcome, verdict: Verdict): string {
  const start = `Notification to ${host}, try ${tries} of ${retryDelays.length}`;
  switch (verdict.verdict) {
    case 'delivered':
      return `${start}: received${outcome.outcome === 'answered' ? ` (${outcome.status})` : ''}.`;
    case 'disable':
      return `${start}: ${verdict.because}. Notifications are off until they are set anew.`;
    case 'retry':
      return `${start}: ${verdict.because}. Next try at ${verdict.at}.`;
    case 'given-up':
      return `${start}: ${verdict.because}. It is not tried again.`;
  }
}
