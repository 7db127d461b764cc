import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { notificationQueue } from '../../../adapters/sqs/notification-queue.ts';

it('sends messages to the queue, with a delay if one is given', async () => {
  const mock = mockClient(SQSClient);
  mock.on(SendMessageCommand).resolves({});
  const { sendNotification } = notificationQueue(new SQSClient({ region: 'eu-west-1' }), 'https://queue');
  const message = { kind: 'ended', company: 'luma', jobId: 'J1' } as const;
  await sendNotification(message);
  await sendNotification(message, 900);
  const sent = { QueueUrl: 'https://queue', MessageBody: JSON.stringify(message) };
  expect(mock.commandCalls(SendMessageCommand).map((call) => call.args[0].input)).toEqual([
    sent,
    { ...sent, DelaySeconds: 900 },
  ]);
});
