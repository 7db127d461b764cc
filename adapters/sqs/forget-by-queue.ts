import type { SQSClient } from '@aws-sdk/client-sqs';
import { cacheTag } from '../../domain/delivery/cache-tag.ts';
import { sendJson } from './send-json.ts';

/**
 * Has the CDN forget an asset of which an address has gone: one message to flush-withdrawn.
 * @param queueUrl of the queue of what was withdrawn
 */
export function forgetByQueue(
  sqs: SQSClient,
  queueUrl: string,
): (company: string, id: string) => Promise<void> {
  const send = sendJson(sqs, queueUrl);
  return async (company, id) => {
    const withdrawn = { company, ids: [id], tags: [cacheTag(company, id)] };
    await send(withdrawn);
  };
}
