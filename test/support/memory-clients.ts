/** Clients of the SDK whose calls end in memory. They may be many: each with a hook of its own, on the same memory. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type CalledService, type CallHook, sendThrough, withSend } from './calls.ts';

/** Made once: it takes milliseconds. */
const base = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'memory', secretAccessKey: 'memory' },
  }),
);

export function documentsThrough(hook: CallHook, service: CalledService): DynamoDBDocumentClient {
  return withSend(base, sendThrough(hook, service));
}
