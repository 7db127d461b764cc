import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../domain/jobs/job.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;
let queueUrl: string;
const seen: { type: string; source: string; detail: Record<string, unknown> }[] = [];

beforeAll(async () => {
  test = await startTestCloud();
  const { cloud } = test;
  const made = await test.sqs.send(new CreateQueueCommand({ QueueName: 'listener' }));
  queueUrl = made.QueueUrl ?? '';
  const events = new EventBridgeClient({
    region: cloud.region,
    credentials: cloud.rootCredentials,
    endpoint: cloud.ministackEndpoint,
  });
  const EventBusName = 'pressroom';
  await events.send(
    new PutRuleCommand({
      Name: 'listen',
      EventBusName,
      EventPattern: JSON.stringify({ source: ['pressroom'] }),
    }),
  );
  await events.send(
    new PutTargetsCommand({
      Rule: 'listen',
      EventBusName,
      Targets: [{ Id: 'queue', Arn: `arn:aws:sqs:${cloud.region}:${cloud.account}:listener` }],
    }),
  );
});

afterAll(() => test?.stop());

/** Receives messages until a condition is met. */
async function until(condition: () => void): Promise<void> {
  await vi.waitFor(
    async () => {
      const { Messages = [] } = await test.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = '' } of Messages) {
        const event = JSON.parse(Body);
        seen.push({ type: event['detail-type'], source: event.source, detail: event.detail });
      }
      if (Messages.length > 0) {
        await test.sqs.send(
          new DeleteMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
          }),
        );
      }
      condition();
    },
    { timeout: 30_000, interval: 50 },
  );
}

const statusesOf = (jobId: string) =>
  seen
    .filter(({ type, detail }) => type === 'PublishJobStatusChanged' && (detail.job as Job).id === jobId)
    .map(({ detail }) => detail.status);

const published = () =>
  seen
    .filter(({ type }) => type === 'AssetPublished')
    .flatMap(({ detail }) =>
      (detail.publications as { asset: string; version: number; server: string }[]).map((publication) => ({
        ...publication,
        jobId: detail.jobId,
      })),
    );

describe('the event bus', () => {
  const text = (name: string) => ({
    name,
    type: 'text/css',
    bytes: Buffer.from(`.${name[0]} { color: red }`),
  });

  it('gets an event for every status of a job and for every asset that the job published', async () => {
    const names = ['a.css', 'b.css', 'c.css'];
    const { job: upload } = await test.upload(names.map(text), { publishAfterUploading: false });
    await test.until(upload.id, 'succeeded');
    const job = await test.as('user').call('submitJob', { body: { name: 'Styles' } });
    await test.until(job.id, 'succeeded');
    await until(() => {
      expect([...statusesOf(job.id)].sort()).toEqual(['queued', 'running', 'succeeded']);
      expect(published().filter(({ jobId }) => jobId === job.id)).toHaveLength(3);
    });
    const last = seen.find(({ detail }) => detail.status === 'succeeded')?.detail;
    expect(last).toMatchObject({ version: 1, company: 'brightside', counts: { total: 3, done: 3 } });
  });

  it('gets an event for assets that were published by an upload or by hand', async () => {
    const { job: upload } = await test.upload([text('d.css')]);
    await test.until(upload.id, 'succeeded');
    const live = { asset: 'd', version: 1, server: 'image-serving' };
    await until(() => expect(published()).toContainEqual(expect.objectContaining(live)));

    const before = published().length;
    await test.as('user').call('unpublishAsset', { params: { id: 'd' } });
    await test.as('user').call('publishAsset', { params: { id: 'd' } });
    await until(() => expect(published()).toHaveLength(before + 1));
    expect(published().at(-1)).toMatchObject({ ...live, jobId: undefined });
  });
});
