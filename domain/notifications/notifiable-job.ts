import { isTerminal, type Job } from '../jobs/job.ts';
import type { TerminalStatus } from '../jobs/lifecycle.ts';

/** A job in a terminal state: records write the state and the time of its end at once. */
export type FinishedJob = Job & { readonly status: TerminalStatus; readonly ended: string };

export interface NotificationRule {
  /** A job that published nothing is kept silent about, however it ended. An upload job publishes what it records. */
  readonly onlyIfPublished: boolean;
}

/**
 * Whether a notification is due: in every terminal state, or only when something was published (DOMAIN.md, "HTTP
 * notification and chaining").
 * @returns the job, if so
 */
export function notifiableJob(job: Job, { onlyIfPublished }: NotificationRule): FinishedJob | undefined {
  if (!isFinished(job)) return undefined;
  return onlyIfPublished && job.counts.done === 0 ? undefined : job;
}

function isFinished(job: Job): job is FinishedJob {
  return isTerminal(job.status) && job.ended !== undefined;
}
