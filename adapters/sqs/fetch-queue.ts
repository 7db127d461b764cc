import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FetchMessage } from '../../domain/uploads/fetch-message.ts';
import { sendJson } from './send-json.ts';

export interface FetchQueue {
  /** Sends a message to the queue of fetch-files: one request. Repeating it does no harm. */
  requestFetch(message: FetchMessage): Promise<void>;
}

export function fetchQueue(sqs: SQSClient, queueUrl: string): FetchQueue {
  const send = sendJson(sqs, queueUrl);
  return { requestFetch: (message) => send(message) };
}
