import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { readStagedKey } from '../../domain/uploads/staged-key.ts';
import type { Arrival } from './ingest-upload.ts';

/** Receives of a message before the queue moves it to the dead-letter queue: the queue's `maxReceiveCount`. */
export const maxReceives = 5;

/** EventBridge's "Object Created". Unlike in S3's own notifications, the key is not URL-encoded. */
const objectCreated = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string() }),
  }),
});

export interface BatchDependencies {
  readonly bucket: string;
  readonly ingest: (arrival: Arrival) => Promise<void>;
  readonly log: {
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/**
 * Processes messages one after another, because each may need the memory for a whole image. Only messages that fail stay in
 * the queue.
 */
export async function ingestBatch(
  event: SQSEvent,
  dependencies: BatchDependencies,
): Promise<SQSBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    try {
      const arrival = readArrival(record, dependencies);
      if (arrival) await dependencies.ingest(arrival);
    } catch (error) {
      dependencies.log.error(`Message ${record.messageId} failed`, error as Error);
      failures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures: failures };
}

/** @returns undefined for an object that no upload put there */
function readArrival(record: SQSRecord, { bucket, log }: BatchDependencies): Arrival | undefined {
  const { detail } = objectCreated.parse(JSON.parse(record.body));
  const place = detail.bucket.name === bucket ? readStagedKey(detail.object.key) : undefined;
  if (!place) {
    log.warn('The event names an object that no upload put there', {
      bucket: detail.bucket.name,
      key: detail.object.key,
    });
    return undefined;
  }
  return { ...place, lastAttempt: Number(record.attributes.ApproximateReceiveCount) >= maxReceives };
}
