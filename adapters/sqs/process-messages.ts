import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** A received message, with what its processing has to know. */
export interface ReceivedMessage {
  /** The parsed body. */
  readonly body: unknown;
  /** Whether the queue gives the message up if it fails now. */
  readonly lastAttempt: boolean;
}

export interface ProcessMessagesOptions {
  /** Receives of a message before the queue gives it up. */
  readonly maxReceives: number;
  /** @throws errors after which the message is delivered again */
  readonly process: (message: ReceivedMessage) => Promise<void>;
  /** Work that goes on in another call, at once. It is no error. */
  readonly isUnfinished: (error: Error) => boolean;
  /** Errors that are expected and no fault of the installation. */
  readonly isExpected?: (error: Error) => boolean;
  /** Makes a message visible again after some seconds. */
  readonly retryAfter: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly log: {
    info(message: string, facts: Record<string, unknown>): void;
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/** Seconds until work goes on whose time was up. */
const unfinishedSeconds = 1;

/** Seconds until a failed message is delivered again: 15, 30, 60 … and at most 15 minutes. @param receives from 1 */
function retrySeconds(receives: number): number {
  return Math.min(15 * 2 ** (receives - 1), 900);
}

/**
 * Processes the messages of an event. A message that fails stays in the queue, and is delivered again after a pause that
 * grows with each attempt: without it, after the visibility timeout. Ten failed attempts take about an hour.
 */
export async function processMessages(
  { Records }: SQSEvent,
  options: ProcessMessagesOptions,
): Promise<SQSBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      const lastAttempt = receivesOf(record) >= options.maxReceives;
      await options.process({ body: JSON.parse(record.body), lastAttempt });
    } catch (error) {
      failures.push({ itemIdentifier: record.messageId });
      await retryLater(record, error as Error, options);
    }
  }
  return { batchItemFailures: failures };
}

async function retryLater(
  { messageId, receiptHandle, ...record }: SQSRecord,
  error: Error,
  { isUnfinished, isExpected, retryAfter, log }: ProcessMessagesOptions,
): Promise<void> {
  const goesOn = isUnfinished(error);
  if (goesOn) log.info('The work goes on in another call', { message: messageId, error });
  else if (isExpected?.(error)) log.info(error.message, { message: messageId });
  else log.error(`Message ${messageId} failed`, error);
  const seconds = goesOn ? unfinishedSeconds : retrySeconds(receivesOf(record));
  await retryAfter(receiptHandle, seconds).catch((failure: unknown) =>
    log.warn('The message comes back after the visibility timeout only', { failure }),
  );
}

function receivesOf({ attributes }: Pick<SQSRecord, 'attributes'>): number {
  return Number(attributes.ApproximateReceiveCount);
}
