import { setTimeout as wait } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * An asynchronous invocation is retried twice, after 1 minute and after 2 more.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const retryAfterSeconds = [60, 120];

/** Reads a queue until it is stopped, one batch at a time. Unfinished messages are received again after a restart. */
export function pollQueue(options: {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** @throws Error to receive the message again later, at most twice */
  handle(body: string): Promise<void>;
  log(line: string): void;
}): { stop(): Promise<void> } {
  const { sqs, queueUrl: QueueUrl, handle, log } = options;
  const stopping = new AbortController();

  const work = async (message: Message): Promise<void> => {
    const receipt = { QueueUrl, ReceiptHandle: message.ReceiptHandle };
    try {
      await handle(message.Body ?? '');
    } catch (error) {
      const tries = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
      const again = retryAfterSeconds[tries - 1];
      const then = again === undefined ? 'The event is dropped.' : `Next attempt in ${again} s.`;
      log(`${error instanceof Error ? error.message : error} ${then}`);
      if (again !== undefined) {
        await sqs.send(new ChangeMessageVisibilityCommand({ ...receipt, VisibilityTimeout: again }));
        return;
      }
    }
    await sqs.send(new DeleteMessageCommand(receipt));
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 20,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { abortSignal: stopping.signal },
        );
        await Promise.all(Messages.map(work));
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`The queue ${QueueUrl} could not be read: ${error instanceof Error ? error.message : error}`);
        await wait(1000, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };

  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
