import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import type { InvokeResult } from '../../src/cloud-services.ts';
import { type QueuePollerOptions, startQueuePoller } from '../../src/lambda/queue-poller.ts';

const queueArn = 'arn:aws:sqs:eu-central-1:000000000000:uploads';
let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

/** A queue as a list: received messages do not return, as within their visibility timeout. */
function start(
  messages: Message[],
  invoke: (event: { Records: { messageId: string; body: string }[] }) => Promise<InvokeResult>,
  options: Partial<QueuePollerOptions> = {},
  failures: { receive?: number; fullBatch?: number } = {},
) {
  const removed: string[] = [];
  const lines: string[] = [];
  let failing = failures.receive ?? 0;
  stop = startQueuePoller(
    {
      queueArn,
      region: 'eu-central-1',
      batchSize: 10,
      windowSeconds: 0,
      concurrency: 5,
      reportsFailures: true,
      ...options,
    },
    {
      async receive(limit, waitSeconds, signal) {
        if (failing > 0) {
          failing -= 1;
          throw new Error('the queue is unavailable');
        }
        const taken = messages.splice(0, Math.min(limit, failures.fullBatch ?? limit));
        if (taken.length === 0) await wait(waitSeconds * 1000, undefined, { signal });
        return taken;
      },
      async remove(done) {
        removed.push(...done.map((message) => message.MessageId ?? ''));
      },
      invoke: (event) => invoke(event as { Records: { messageId: string; body: string }[] }),
      log: (line) => lines.push(line),
    },
  );
  return { removed, lines };
}

const messages = (count: number, body = 'x'): Message[] =>
  Array.from({ length: count }, (_, at) => ({ MessageId: `m${at}`, ReceiptHandle: `r${at}`, Body: body }));

describe('a queue that feeds a function', () => {
  it('passes messages in the form of Lambda', async () => {
    let received: unknown;
    const message: Message = {
      MessageId: 'm',
      ReceiptHandle: 'r',
      Body: 'text',
      MD5OfBody: 'md5',
      Attributes: { ApproximateReceiveCount: '2' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'image' } },
    };
    start([message], async (event) => {
      received = event;
      return {};
    });
    await expect
      .poll(() => received)
      .toEqual({
        Records: [
          {
            messageId: 'm',
            receiptHandle: 'r',
            body: 'text',
            attributes: { ApproximateReceiveCount: '2' },
            messageAttributes: {
              kind: { stringValue: 'image', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: 'md5',
            eventSource: 'aws:sqs',
            eventSourceARN: queueArn,
            awsRegion: 'eu-central-1',
          },
        ],
      });
  });

  it('deletes only the messages that did not fail', async () => {
    const { removed } = start(messages(3), async () => ({
      payload: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
    }));
    await expect.poll(() => removed).toEqual(['m0', 'm2']);
  });

  it('keeps all messages if the function fails', async () => {
    let calls = 0;
    const { removed } = start(messages(3), async () => {
      calls += 1;
      return { error: { errorType: 'Error', errorMessage: 'no' } };
    });
    await expect.poll(() => calls).toBe(1);
    await stop();
    expect(removed).toEqual([]);
  });

  it('runs no more batches at once than the mapping allows', async () => {
    let running = 0;
    let maxRunning = 0;
    const { removed } = start(
      messages(12),
      async () => {
        running += 1;
        maxRunning = Math.max(maxRunning, running);
        await wait(5);
        running -= 1;
        return {};
      },
      { batchSize: 1, concurrency: 2 },
    );
    await expect.poll(() => removed.length).toBe(12);
    expect(maxRunning).toBe(2);
  });

  it('collects a batch within its window', async () => {
    const sizes: number[] = [];
    const { removed } = start(
      messages(25),
      async (event) => {
        sizes.push(event.Records.length);
        return {};
      },
      { batchSize: 25, windowSeconds: 5 },
      { fullBatch: 7 },
    );
    await expect.poll(() => removed.length).toBe(25);
    expect(sizes).toEqual([25]);
  });

  it('splits a batch that is too large for one event', async () => {
    const sizes: number[] = [];
    const { removed } = start(messages(10, 'x'.repeat(1_000_000)), async (event) => {
      sizes.push(event.Records.length);
      return {};
    });
    await expect.poll(() => removed.length).toBe(10);
    expect(sizes).toEqual([5, 5]);
  });

  it('continues after the queue was unavailable', async () => {
    const { removed, lines } = start(messages(1), async () => ({}), {}, { receive: 1 });
    await expect.poll(() => removed, { timeout: 3000 }).toEqual(['m0']);
    expect(lines).toEqual([`${queueArn}: Error: the queue is unavailable`]);
  });
});
