import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { forgetByQueue } from '../../../adapters/sqs/forget-by-queue.ts';

it('an asset whose address has gone is named to flush-withdrawn, with its tag', async () => {
  const sqs = mockClient(SQSClient);
  await forgetByQueue(new SQSClient({}), 'https://queue')('luma', 'red shoe');
  const { QueueUrl, MessageBody } = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {};
  expect(QueueUrl).toBe('https://queue');
  expect(JSON.parse(MessageBody ?? '')).toEqual({
    company: 'luma',
    ids: ['red shoe'],
    tags: ['luma/red%20shoe'],
  });
});
