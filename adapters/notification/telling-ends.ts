import type { UploadRecords } from '../dynamodb/upload-records.ts';
import type { NotificationQueue } from '../sqs/notification-queue.ts';

/**
 * Records that have the end of an upload told. One that is found ended is told again, lest whoever ended it died before:
 * send-notification knows what it has sent.
 */
export function tellingEnds<Records extends Pick<UploadRecords, 'endIfComplete'>>(
  records: Records,
  { sendNotification }: NotificationQueue,
): Records {
  return {
    ...records,
    async endIfComplete(company, jobId, at) {
      const ended = await records.endIfComplete(company, jobId, at);
      if (ended) await sendNotification({ what: 'ended', company, jobId });
      return ended;
    },
  };
}
