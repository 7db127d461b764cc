import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Sends messages to a queue, one request each. @param queueUrl of the queue */
export function sendJson(sqs: SQSClient, queueUrl: string): (message: object) => Promise<void> {
  return async (message) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  };
}
