import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
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
]);

export interface SendNotificationDependencies
  extends Pick<JobStore, 'getJob'>,
    Pick<NotificationQueue, 'sendNotification'>,
    NotifyByWebhookDependencies,
    NotifyByMailDependencies {
  readonly log: {
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/**
 * Tells of jobs that have begun or ended: the notification over HTTP, and mail. The messages of a batch are worked on
 * side by side, so that a slow receiver holds no other up; those that fail are handed over again, and no others.
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
 * A try that is due later than SQS can hold a message back is sent on: a request every 15 minutes, and nothing else.
 * 75 hours of tries are 300 of them, a twentieth of a cent.
 */
async function handle(
  message: NotificationMessage,
  dependencies: SendNotificationDependencies,
): Promise<void> {
  const { company, jobId } = message;
  const hop = message.kind === 'attempt' ? queueDelayUntil(message.due, dependencies.now()) : 0;
  if (hop > 0) return dependencies.sendNotification(message, hop);

  const found = await dependencies.getJob(company, jobId);
  if (!found) {
    dependencies.log.warn('A message of a job that is not there', { company, jobId });
    return;
  }
  if (message.kind === 'begun') return notifyByMail(found, 'begin', dependencies);
  // It is told of when it ends: then another message comes.
  if (!isTerminal(found.status)) return;
  // Each shall be done, whatever becomes of the other: what is done already is not done again.
  const results = await Promise.allSettled([
    notifyByWebhook(found, message.kind === 'attempt' ? message.due : undefined, dependencies),
    message.kind === 'ended' ? notifyByMail(found, 'end', dependencies) : undefined,
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
