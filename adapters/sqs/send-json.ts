import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Sends a message. @param delay seconds before it is delivered, at most 900 */
export type SendJson = (message: object, delay?: number) => Promise<void>;

/** Sends messages to a queue, one request each. @param queueUrl of the queue */
export function sendJson(sqs: SQSClient, queueUrl: string): SendJson {
  return async (message, delay = 0) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        ...(delay > 0 && { DelaySeconds: delay }),
      }),
    );
  };
}
