import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';

export type EndUploadDependencies = Pick<UploadStore, 'endIfComplete'> &
  Pick<JobStore, 'markEndProcessed'> &
  Pick<NotificationQueue, 'sendNotification'>;

/** Seconds. An attempt to notify takes up to 15. */
const repeatDelay = 60;

/**
 * Ends an upload job if all its files are settled, and sends the notification about its end. Called by ingest-upload
 * after each file, by serve-api when an upload is cancelled, and by closeOverdue and reconcile-jobs.
 *
 * A job that is found ended is notified again, because the call that ended it may have died before it sent the message.
 * Several files are often settled at the same moment, so this message comes later: by then send-notification knows what it
 * has sent, and sends nothing twice. If no call finds the job, reconcile-jobs does: the job stays in the
 * index of active jobs until `markEndProcessed`.
 *
 * Costs for a job that has ended: one SQS request and 1 write unit.
 * @param at ISO 8601, UTC
 */
export async function endUpload(
  company: string,
  jobId: string,
  at: string,
  { endIfComplete, sendNotification, markEndProcessed }: EndUploadDependencies,
): Promise<void> {
  const ending = await endIfComplete(company, jobId, at);
  if (ending === undefined) return;
  await sendNotification({ kind: 'ended', company, jobId }, ending === 'now' ? 0 : repeatDelay);
  await markEndProcessed(company, jobId);
}
