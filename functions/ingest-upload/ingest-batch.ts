import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { isCopiedInParts } from '../../domain/delivery/copy-plan.ts';
import { readStagedKey } from '../../domain/uploads/staged-key.ts';
import { maxReceives, retrySeconds, unfinishedSeconds } from './ingest-upload.contract.ts';
import type { Arrival } from './ingest-upload.ts';

/** EventBridge's "Object Created". Unlike in S3's own notifications, the key is not URL-encoded. */
const objectCreated = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), size: z.number().optional() }),
  }),
});

type ObjectCreated = z.output<typeof objectCreated>;

export interface BatchDependencies {
  readonly bucket: string;
  readonly ingest: (arrival: Arrival) => Promise<void>;
  /** Passes an event on to the function for large files. Undefined for that function itself. */
  readonly passOn: ((event: ObjectCreated) => Promise<void>) | undefined;
  /** Makes a message visible again after some seconds. */
  readonly retryAfter: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly log: {
    info(message: string, facts: Record<string, unknown>): void;
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/**
 * Processes the messages of an event; the queue delivers one at a time. A message that fails stays in the queue, and is
 * delivered again after a pause that grows with each attempt: without it, after the visibility timeout. A file that is
 * copied in parts is passed on, so that no image waits for a video.
 */
export async function ingestBatch(
  event: SQSEvent,
  dependencies: BatchDependencies,
): Promise<SQSBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    try {
      await ingestMessage(record, dependencies);
    } catch (error) {
      failures.push({ itemIdentifier: record.messageId });
      await retryLater(record, error as Error, dependencies);
    }
  }
  return { batchItemFailures: failures };
}

async function ingestMessage(record: SQSRecord, dependencies: BatchDependencies): Promise<void> {
  const { bucket, ingest, passOn, log } = dependencies;
  const created = objectCreated.parse(JSON.parse(record.body));
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
  await ingest({ ...place, lastAttempt: receivesOf(record) >= maxReceives });
}

async function retryLater(record: SQSRecord, error: Error, dependencies: BatchDependencies): Promise<void> {
  const { log, retryAfter } = dependencies;
  const isUnfinished = [error, error.cause].some(
    (one) => one instanceof Error && one.name === 'CopyUnfinished',
  );
  if (isUnfinished) log.info('The copy goes on in another call', { message: record.messageId, error });
  else log.error(`Message ${record.messageId} failed`, error);
  const seconds = isUnfinished ? unfinishedSeconds : retrySeconds(receivesOf(record));
  await retryAfter(record.receiptHandle, seconds).catch((failure: unknown) =>
    log.warn('The message comes back after the visibility timeout only', { failure }),
  );
}

function receivesOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}
