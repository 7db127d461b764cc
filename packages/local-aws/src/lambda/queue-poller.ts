import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '@aws-sdk/client-sqs';
import type { InvokeResult } from '../cloud-services.ts';
import { batchFailures } from './batch-failures.ts';

/** Limits of one ReceiveMessage call of SQS. */
const receiveLimit = 10;
const maxWaitSeconds = 20;
/** Bytes of messages in one event: Lambda's request limit minus room for the rest of the event. */
const eventLimit = 6_000_000;
/** Pause after a failed call to the queue. */
const pauseMilliseconds = 1000;
/** Time that stopping waits for running batches, so that processed messages are deleted. */
const stopMilliseconds = 2000;

export interface QueuePollerOptions {
  readonly queueArn: string;
  readonly region: string;
  readonly batchSize: number;
  /** MaximumBatchingWindowInSeconds */
  readonly windowSeconds: number;
  /** Concurrent batches. */
  readonly concurrency: number;
  /** The function returns batchItemFailures. */
  readonly reportsFailures: boolean;
}

export interface QueuePollerDependencies {
  /** Long polling: returns early if there are messages. Rejects if the signal is aborted. */
  receive(limit: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]>;
  remove(messages: readonly Message[]): Promise<void>;
  invoke(event: unknown): Promise<InvokeResult>;
  log(line: string): void;
}

/**
 * Feeds a function from a queue, as Lambda's event source mapping does. Processed messages are deleted. Failed messages
 * stay in the queue, return after its visibility timeout, and follow its redrive policy.
 * @returns function that stops the poller
 */
export function startQueuePoller(
  options: QueuePollerOptions,
  dependencies: QueuePollerDependencies,
): () => Promise<void> {
  const stopped = new AbortController();
  const running = new Set<Promise<void>>();

  async function collect(): Promise<readonly Message[]> {
    const { signal } = stopped;
    const batch: Message[] = [];
    const receive = async (seconds: number) => {
      const limit = Math.min(receiveLimit, options.batchSize - batch.length);
      batch.push(...(await dependencies.receive(limit, seconds, signal)));
    };
    await receive(maxWaitSeconds);
    if (batch.length === 0) return batch;
    const end = Date.now() + options.windowSeconds * 1000;
    while (batch.length < options.batchSize && Date.now() < end) {
      try {
        await receive(Math.min(maxWaitSeconds, Math.ceil((end - Date.now()) / 1000)));
      } catch (error) {
        if (signal.aborted) throw error;
        // The messages received so far are processed anyway.
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
      .finally(() => running.delete(work));
    running.add(work);
  }

  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (running.size >= options.concurrency) {
        await Promise.race(running);
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
    const timeout = wait(stopMilliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(running), timeout]);
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

/** A message in the form of the function's event. */
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
