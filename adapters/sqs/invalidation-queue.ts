import type { SQSClient } from '@aws-sdk/client-sqs';
import type { InvalidationMessage } from '../../domain/delivery/invalidation.ts';
import { sendJson } from './send-json.ts';

/** Ids in one message: 100 of at most 800 bytes are below half of SQS's 256 kB. */
const maxIds = 100;

/** Requests to remove assets from the CDN cache. send-invalidations carries them out; repeating one does no harm. */
export interface InvalidationQueue {
  /** Requests the invalidation of assets, in all their variants: one message for each 100 ids, none for none. */
  invalidateAssets(company: string, ids: readonly string[]): Promise<void>;
  /** Requests the invalidation of everything a company has at the edge: one message. */
  invalidateCompany(company: string): Promise<void>;
  /** Requests the invalidation of every image that was made with an image preset. @param preset its name in lower case */
  invalidatePreset(company: string, preset: string): Promise<void>;
}

/** @param queueUrl the queue that send-invalidations reads */
export function invalidationQueue(sqs: SQSClient, queueUrl: string): InvalidationQueue {
  const send: (message: InvalidationMessage) => Promise<void> = sendJson(sqs, queueUrl);
  return {
    async invalidateAssets(company, ids) {
      for (let start = 0; start < ids.length; start += maxIds) {
        await send({ company, ids: ids.slice(start, start + maxIds) });
      }
    },
    invalidateCompany: (company) => send({ company, all: true }),
    invalidatePreset: (company, preset) => send({ company, preset }),
  };
}
