import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/**
 * Whether no message of a queue waits to be received. SQS counts approximately: the number may be a minute old. Messages
 * that were received and are being processed do not count.
 */
export function isQueueEmpty(sqs: SQSClient, queueUrl: string): () => Promise<boolean> {
  return async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0) === 0;
  };
}
