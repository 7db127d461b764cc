import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { cacheTag } from '../../domain/delivery/cache-tag.ts';

/**
 * Has the CDN forget an asset of which an address has gone: one message to flush-withdrawn.
 * @param queueUrl of the queue of what was withdrawn
 */
export function forgetByQueue(
  sqs: SQSClient,
  queueUrl: string,
): (company: string, id: string) => Promise<void> {
  return async (company, id) => {
    const withdrawn = { company, ids: [id], tags: [cacheTag(company, id)] };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(withdrawn) }));
  };
}
