import type { JobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import type { UploadRecords } from '../../adapters/dynamodb/uploads/upload-records.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';

/**
 * Records that have the end of an upload told. One that is found ended is told again, lest whoever ended it died before:
 * send-notification knows what it has sent. Where nobody finds it, reconcile-jobs does, as it is noted only then that the
 * end was told (1 write unit).
 */
export function tellingEnds<Records extends Pick<UploadRecords, 'endIfComplete'>>(
  records: Records,
  { sendNotification, noteTold }: NotificationQueue & Pick<JobRecords, 'noteTold'>,
): Records {
  return {
    ...records,
    async endIfComplete(company, jobId, at) {
      const ended = await records.endIfComplete(company, jobId, at);
      if (!ended) return false;
      await sendNotification({ what: 'ended', company, jobId });
      await noteTold(company, jobId);
      return true;
    },
  };
}
