import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { NotificationMessage } from '../../domain/notifications/notification-message.ts';

export interface NotificationQueue {
  /**
   * Sends a message to the queue of send-notification: one request.
   * @param delay seconds before the message is delivered, at most 900
   */
  sendNotification(message: NotificationMessage, delay?: number): Promise<void>;
}

export function notificationQueue(sqs: SQSClient, queueUrl: string): NotificationQueue {
  return {
    async sendNotification(message, delay = 0) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          ...(delay > 0 && { DelaySeconds: delay }),
        }),
      );
    },
  };
}
