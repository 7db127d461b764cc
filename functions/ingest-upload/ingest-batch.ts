import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import {
  type ProcessMessagesOptions,
  processMessages,
  type ReceivedMessage,
} from '../../adapters/sqs/process-messages.ts';
import { isCopiedInParts } from '../../domain/delivery/copy-plan.ts';
import { readStagedKey } from '../../domain/uploads/staged-key.ts';
import { maxReceives } from './ingest-upload.contract.ts';
import type { Arrival } from './ingest-upload.ts';

/** EventBridge's "Object Created". Unlike in S3's own notifications, the key is not URL-encoded. */
const objectCreated = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), size: z.number().optional() }),
  }),
});

type ObjectCreated = z.output<typeof objectCreated>;

export interface BatchDependencies extends Pick<ProcessMessagesOptions, 'retryAfter' | 'log'> {
  readonly bucket: string;
  readonly ingest: (arrival: Arrival) => Promise<void>;
  /** Passes an event on to the function for large files. Undefined for that function itself. */
  readonly passOn: ((event: ObjectCreated) => Promise<void>) | undefined;
}

/**
 * Ingests the files that the messages of an event name; the queue delivers one at a time. A file that is copied in parts is
 * passed on, so that no image waits for a video.
 */
export function ingestBatch(event: SQSEvent, dependencies: BatchDependencies): Promise<SQSBatchResponse> {
  return processMessages(event, {
    ...dependencies,
    maxReceives,
    process: (message) => ingestMessage(message, dependencies),
    isUnfinished: (error) =>
      [error, error.cause].some((one) => one instanceof Error && one.name === 'CopyUnfinished'),
  });
}

async function ingestMessage(
  { body, lastAttempt }: ReceivedMessage,
  { bucket, ingest, passOn, log }: BatchDependencies,
): Promise<void> {
  const created = objectCreated.parse(body);
  const { key, size = 0 } = created.detail.object;
  const place = created.detail.bucket.name === bucket ? readStagedKey(key) : undefined;
  if (!place) {
    log.warn('The event names an object that no upload put there', {
      bucket: created.detail.bucket.name,
      key,
    });
    return;
  }
  if (passOn && isCopiedInParts(size)) return passOn(created);
  await ingest({ ...place, lastAttempt });
}
