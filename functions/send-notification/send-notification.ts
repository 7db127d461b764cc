import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { type StartFollowUpDependencies, startFollowUp } from '../../application/uploads/start-follow-up.ts';
import { isTerminal } from '../../domain/jobs/job.ts';
import {
  type NotificationMessage,
  queueDelayUntil,
} from '../../domain/notifications/notification-message.ts';
import { type NotifyByMailDependencies, notifyByMail } from './notify-by-mail.ts';
import { type NotifyByWebhookDependencies, notifyByWebhook } from './notify-by-webhook.ts';

const job = { company: z.string().min(1), jobId: z.string().min(1) };
const notificationMessage: z.ZodType<NotificationMessage> = z.union([
  z.object({ kind: z.enum(['begun', 'ended']), ...job }),
  z.object({ kind: z.literal('attempt'), ...job, due: z.iso.datetime() }),
  z.object({ kind: z.literal('again'), ...job, asked: z.iso.datetime() }),
]);

export interface SendNotificationDependencies
  extends Pick<JobStore, 'getJob'>,
    Pick<NotificationQueue, 'sendNotification'>,
    NotifyByWebhookDependencies,
    NotifyByMailDependencies,
    StartFollowUpDependencies {
  readonly log: {
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/**
 * "Send Notification": sends the HTTP notification and the mails about jobs that have begun or ended, and starts the publish
 * job that follows an upload job. Messages of a batch are
 * processed in parallel, so that a slow receiver delays no other; only messages that fail stay in the queue.
 *
 * Costs: one read for each message, and those of notifyByWebhook, notifyByMail and startFollowUp.
 */
export async function sendNotification(
  event: SQSEvent,
  dependencies: SendNotificationDependencies,
): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    event.Records.map(async ({ messageId, body }) => {
      try {
        await handle(notificationMessage.parse(JSON.parse(body)), dependencies);
        return [];
      } catch (error) {
        dependencies.log.error(`Message ${messageId} failed`, error as Error);
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
}

/**
 * An attempt that is due later than SQS can delay a message is put into the queue again, with one request every 15 minutes:
 * 300 requests for the 75 hours of all attempts, $0.0005.
 */
async function handle(
  message: NotificationMessage,
  dependencies: SendNotificationDependencies,
): Promise<void> {
  const { company, jobId } = message;
  const delay = message.kind === 'attempt' ? queueDelayUntil(message.due, dependencies.now()) : 0;
  if (delay > 0) return dependencies.sendNotification(message, delay);

  const found = await dependencies.getJob(company, jobId);
  if (!found) {
    dependencies.log.warn('The message names a job that does not exist', { company, jobId });
    return;
  }
  // Action jobs have no notifications.
  if (found.kind === 'action') return;
  if (message.kind === 'begun') return notifyByMail(found, 'begin', dependencies);
  // Another message comes when the job ends.
  if (!isTerminal(found.status)) return;
  // A failure of one does not stop the others; the next delivery repeats only what is not done.
  const results = await Promise.allSettled([
    notifyByWebhook(found, message, dependencies),
    message.kind === 'ended' ? notifyByMail(found, 'end', dependencies) : undefined,
    message.kind === 'ended' && found.kind === 'upload' ? startFollowUp(found, dependencies) : undefined,
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
