import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '@aws-sdk/client-sqs';
import type { InvokeResult } from '../cloud-services.ts';
import { batchFailures } from './batch-failures.ts';

/** Messages that SQS gives at once, and the longest it waits for them. */
const receiveLimit = 10;
const longestWaitSeconds = 20;
/** Bytes of messages in one event: Lambda's request limit less room for what surrounds them. */
const eventLimit = 6_000_000;
/** Pause after a failed call to the queue. */
const pauseMilliseconds = 1000;
/** Stopping waits that long for batches under way, so that what is done is also deleted. */
const stopMilliseconds = 2000;

export interface QueuePollerOptions {
  readonly queueArn: string;
  readonly region: string;
  readonly batchSize: number;
  /** MaximumBatchingWindowInSeconds */
  readonly windowSeconds: number;
  /** Batches that are worked on at once. */
  readonly concurrency: number;
  /** The function answers with batchItemFailures. */
  readonly reportsFailures: boolean;
}

export interface QueuePollerDependencies {
  /** Long polling: comes back early with what there is. Rejects when the signal is aborted. */
  receive(limit: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]>;
  remove(messages: readonly Message[]): Promise<void>;
  invoke(event: unknown): Promise<InvokeResult>;
  log(line: string): void;
}

/**
 * Feeds a function from a queue, as Lambda's event source mapping does: what succeeds is deleted; what fails
 * stays, comes back after the queue's visibility timeout, and goes where the redrive policy says.
 * @returns a function that stops it
 */
export function startQueuePoller(
  options: QueuePollerOptions,
  dependencies: QueuePollerDependencies,
): () => Promise<void> {
  const stopped = new AbortController();
  const underway = new Set<Promise<void>>();

  async function collect(): Promise<readonly Message[]> {
    const { signal } = stopped;
    const batch: Message[] = [];
    const receive = async (seconds: number) => {
      const limit = Math.min(receiveLimit, options.batchSize - batch.length);
      batch.push(...(await dependencies.receive(limit, seconds, signal)));
    };
    await receive(longestWaitSeconds);
    if (batch.length === 0) return batch;
    const end = Date.now() + options.windowSeconds * 1000;
    while (batch.length < options.batchSize && Date.now() < end) {
      try {
        await receive(Math.min(longestWaitSeconds, Math.ceil((end - Date.now()) / 1000)));
      } catch (error) {
        if (signal.aborted) throw error;
        // What is there already is not held back for it.
        dependencies.log(`${options.queueArn}: ${String(error)}`);
        break;
      }
    }
    return batch;
  }

  async function deliver(messages: readonly Message[]): Promise<void> {
    const result = await dependencies.invoke({
      Records: messages.map((message) => record(message, options.queueArn, options.region)),
    });
    const ids = messages.map((message) => message.MessageId ?? '');
    const failed = batchFailures(result, ids, options.reportsFailures);
    await dependencies.remove(messages.filter((message) => !failed.has(message.MessageId ?? '')));
  }

  function start(messages: readonly Message[]): void {
    const work = deliver(messages)
      .catch((error: unknown) => dependencies.log(`${options.queueArn}: ${String(error)}`))
      .finally(() => underway.delete(work));
    underway.add(work);
  }

  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (underway.size >= options.concurrency) {
        await Promise.race(underway);
        continue;
      }
      try {
        for (const part of splitBySize(await collect())) start(part);
      } catch (error) {
        if (stopped.signal.aborted) return;
        dependencies.log(`${options.queueArn}: ${String(error)}`);
        await wait(pauseMilliseconds, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    }
  }

  const polling = poll();
  return async () => {
    stopped.abort();
    await polling;
    const timer = new AbortController();
    const patience = wait(stopMilliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(underway), patience]);
    timer.abort();
  };
}

function splitBySize(messages: readonly Message[]): Message[][] {
  const parts: Message[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const bytes = Buffer.byteLength(JSON.stringify(message));
    if (size + bytes > eventLimit) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(message);
    size += bytes;
  }
  return parts;
}

/** A message as a function gets it. */
function record(message: Message, queueArn: string, region: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    {
      ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
      ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
      stringListValues: [],
      binaryListValues: [],
      dataType: value.DataType,
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
