import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';

/**
 * Records that have the end of an upload told. One that is found ended is told again, lest whoever ended it died before:
 * send-notification knows what it has sent. Where nobody finds it, reconcile-jobs does, as it is noted only then that the
 * end was told (1 write unit).
 */
export function notifyingUploadEnd<Records extends Pick<UploadStore, 'endIfComplete'>>(
  records: Records,
  { sendNotification, markEndProcessed }: NotificationQueue & Pick<JobStore, 'markEndProcessed'>,
): Records {
  return {
    ...records,
    async endIfComplete(company, jobId, at) {
      const ended = await records.endIfComplete(company, jobId, at);
      if (!ended) return false;
      await sendNotification({ kind: 'ended', company, jobId });
      await markEndProcessed(company, jobId);
      return true;
    },
  };
}
