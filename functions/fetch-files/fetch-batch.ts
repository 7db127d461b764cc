import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { SourceUnavailable } from '../../domain/uploads/opened-source.ts';
import { type FetchAttempt, TransferUnfinished } from './fetch-file.ts';
import { maxReceives, retrySeconds, unfinishedSeconds } from './fetch-files.contract.ts';

const upload = { company: z.string().min(1), jobId: z.string().length(26) };
const fetchMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('list'), ...upload }),
  z.object({ kind: z.enum(['file', 'unpack']), ...upload, file: z.int().min(1) }),
]);

export interface BatchDependencies {
  readonly list: (upload: { company: string; jobId: string }, lastAttempt: boolean) => Promise<void>;
  readonly fetch: (attempt: FetchAttempt) => Promise<void>;
  readonly unpack: (attempt: FetchAttempt) => Promise<void>;
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
 * delivered again after a pause that grows with each attempt.
 */
export async function fetchBatch(
  event: SQSEvent,
  dependencies: BatchDependencies,
): Promise<SQSBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    try {
      await fetchMessageOf(record, dependencies);
    } catch (error) {
      failures.push({ itemIdentifier: record.messageId });
      await retryLater(record, error as Error, dependencies);
    }
  }
  return { batchItemFailures: failures };
}

async function fetchMessageOf(record: SQSRecord, { list, fetch, unpack }: BatchDependencies): Promise<void> {
  const message = fetchMessage.parse(JSON.parse(record.body));
  const { company, jobId } = message;
  const lastAttempt = receivesOf(record) >= maxReceives;
  if (message.kind === 'list') await list({ company, jobId }, lastAttempt);
  else await (message.kind === 'file' ? fetch : unpack)({ company, jobId, file: message.file, lastAttempt });
}

async function retryLater(
  record: SQSRecord,
  error: Error,
  { log, retryAfter }: Pick<BatchDependencies, 'log' | 'retryAfter'>,
): Promise<void> {
  const isUnfinished = error instanceof TransferUnfinished;
  if (isUnfinished || error instanceof SourceUnavailable)
    log.info(error.message, { message: record.messageId });
  else log.error(`Message ${record.messageId} failed`, error);
  const seconds = isUnfinished ? unfinishedSeconds : retrySeconds(receivesOf(record));
  await retryAfter(record.receiptHandle, seconds).catch((failure: unknown) =>
    log.warn('The message comes back after the visibility timeout only', { failure }),
  );
}

function receivesOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}
