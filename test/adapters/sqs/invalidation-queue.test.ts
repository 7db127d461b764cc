import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { invalidationQueue } from '../../../adapters/sqs/invalidation-queue.ts';

describe('the queue of send-invalidations', () => {
  it.each([
    [0, []],
    [1, [1]],
    [100, [100]],
    [250, [100, 100, 50]],
  ])('gets the ids of %i assets in messages of at most 100', async (count, messages) => {
    const sqs = mockClient(SQSClient);
    const ids = Array.from({ length: count }, (_, index) => `red shoe ${index}`);
    await invalidationQueue(new SQSClient({}), 'https://queue').invalidateAssets('luma', ids);
    const sent = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
    expect(sent.every(({ QueueUrl }) => QueueUrl === 'https://queue')).toBe(true);
    const bodies = sent.map(({ MessageBody = '' }) => JSON.parse(MessageBody));
    expect(bodies.map((body) => body.ids.length)).toEqual(messages);
    expect(bodies.flatMap((body) => body.ids)).toEqual(ids);
    expect(bodies.every((body) => body.company === 'luma')).toBe(true);
  });

  it('gets one message for a whole company', async () => {
    const sqs = mockClient(SQSClient);
    await invalidationQueue(new SQSClient({}), 'https://queue').invalidateCompany('luma');
    expect(sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
      { QueueUrl: 'https://queue', MessageBody: JSON.stringify({ company: 'luma', all: true }) },
    ]);
  });
});
