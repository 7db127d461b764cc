import { isTerminal, type NotifiedJob } from '../jobs/job.ts';
import type { TerminalStatus } from '../jobs/lifecycle.ts';

/** A job in a terminal status. Stores write the status and the time of its end together. */
export type FinishedJob = NotifiedJob & { readonly status: TerminalStatus; readonly ended: string };

export interface NotificationRule {
  /** Send nothing for a job that published nothing, whatever its status is. Files that an upload job records count. */
  readonly onlyIfPublished: boolean;
}

/**
 * The job, if a notification must be sent: in every terminal status, or only if something was published
 * (docs/notifications.md).
 * @returns undefined if no notification is sent
 */
export function notifiableJob(
  job: NotifiedJob,
  { onlyIfPublished }: NotificationRule,
): FinishedJob | undefined {
  if (!isFinished(job)) return undefined;
  return onlyIfPublished && job.counts.done === 0 ? undefined : job;
}

function isFinished(job: NotifiedJob): job is FinishedJob {
  return isTerminal(job.status) && job.ended !== undefined;
}
