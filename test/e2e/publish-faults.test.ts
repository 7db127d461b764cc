import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { jobKey, memberKey } from '../../adapters/dynamodb/keys.ts';
import { type FaultyAssembly, faultyPublishPart } from './support/faulty-assembly.ts';
import {
  type BodyOf,
  company,
  type JobResponse,
  startTestCloud,
  type TestCloud,
  type TestFile,
} from './support/test-cloud.ts';

let faulty: FaultyAssembly;
let test: TestCloud;
let dynamodb: DynamoDBDocumentClient;

beforeAll(async () => {
  faulty = await faultyPublishPart(inject('assembly'));
  test = await startTestCloud(faulty.folder);
  const { region, rootCredentials: credentials, ownEndpoint: endpoint } = test.cloud;
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ region, credentials, endpoint }));
});

afterAll(async () => {
  dynamodb?.destroy();
  await test?.stop();
  await faulty?.remove();
});

/** Reads a publish job. */
async function readPublishJob(id: string): Promise<JobResponse & { kind: 'publish' }> {
  const job = await test.as('viewer').call('readJob', { params: { jobId: id } });
  if (job.kind !== 'publish') throw new Error(`${id} is not a publish job`);
  return job;
}

/** Draws this many small pictures. */
function pictures(prefix: string, count: number): Promise<TestFile[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      name: `${prefix}-${index}.png`,
      type: 'image/png',
      bytes: await sharp({
        create: { width: 8, height: 8, channels: 3, background: { r: index, g: 9, b: 9 } },
      })
        .png()
        .toBuffer(),
    })),
  );
}

/** Uploads this many pictures without publishing them, and returns their ids. */
async function library(prefix: string, count: number): Promise<string[]> {
  const files = await pictures(prefix, count);
  const { job, files: presigned } = await test.upload(files, { publishAfterUploading: false });
  await test.until(job.id, 'succeeded');
  return presigned.map((file) => file.assetId);
}

/** Changes a job in the table, as time or a lost worker would do. */
async function changeJob(jobId: string, changes: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(changes);
  await dynamodb.send(
    new UpdateCommand({
      TableName: test.cloud.outputs.JobTable,
      Key: jobKey(company, jobId),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, changes[name]])),
    }),
  );
}

async function reconcile(): Promise<unknown> {
  const functions = [...test.cloud.services.functions.values()];
  const result = await functions.find(({ name }) => name.endsWith('reconcile-jobs'))?.invoke({ company });
  expect(result?.error).toBeUndefined();
  return result?.payload;
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Waits until the counts of an ended job match the live assets: a worker that was held corrects them. */
async function expectExact(jobId: string, ids: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const { counts } = await test.as('viewer').call('readJob', { params: { jobId } });
      expect(counts.total).toBe(ids.length);
      expect(counts.done + counts.skipped + counts.errors + counts.notReached).toBe(counts.total);
      const log = await test.wholeLog(jobId);
      expect(log.filter((line) => line.outcome === 'published')).toHaveLength(counts.done);
      expect(log.filter((line) => line.outcome === 'not-reached')).toHaveLength(counts.notReached);
      expect(await expectWhole(ids)).toBe(counts.done);
    },
    { timeout: 30_000 },
  );
}

const submit = (name: string) => test.as('user').call('submitJob', { body: { name, publish: 'new' } });

/** Checks that record, history and origin of every asset agree, and returns the number of live ones. */
async function expectWhole(ids: readonly string[]): Promise<number> {
  let live = 0;
  for (const id of ids) {
    const asset = await test.as('viewer').call('readAsset', { params: { id } });
    const history = await test.as('viewer').call('readAssetHistory', { params: { id } });
    // The edge keeps a 404 of an earlier check for five seconds.
    await vi.waitFor(async () => {
      const delivered = await test.deliver(`/is/image/${company}/${id}`);
      expect(delivered.status, id).toBe(asset.published ? 200 : 404);
    }, 10_000);
    expect(history.items.length, id).toBe(asset.published ? 1 : 0);
    if (asset.published) live += 1;
  }
  return live;
}

describe('a publish job', () => {
  it('stops at a safe point when it is cancelled while running: live assets are complete and counts add up', async () => {
    const ids = await library('cancelled', 60);
    const release = await faulty.holdCopies(30);
    const job = await submit('To be cancelled');
    await vi.waitFor(
      async () => expect((await test.until(job.id, 'running')).counts.done).toBeGreaterThan(0),
      { timeout: 30_000 },
    );
    const cancelled = await test.as('user').call('cancelJob', { params: { jobId: job.id } });
    expect(cancelled.status).toBe('stopping');
    expect((await test.as('user').call('cancelJob', { params: { jobId: job.id } })).status).toBe('stopping');
    // The worker looks once a second: what it begins later is begun after a look.
    const cancelledAt = Date.now();
    await vi.waitFor(() => expect(Date.now() - cancelledAt).toBeGreaterThan(1_000), 2_000);
    await release();

    const { counts } = await test.until(job.id, 'stopped');
    expect(counts.total).toBe(60);
    expect(counts.done + counts.skipped + counts.errors + counts.notReached).toBe(60);
    expect(counts.notReached).toBeGreaterThan(0);
    expect(await expectWhole(ids)).toBe(counts.done);
    const log = await test.wholeLog(job.id);
    expect(log.filter((line) => line.outcome === 'not-reached')).toHaveLength(counts.notReached);
    expect(log.filter((line) => line.outcome === 'published')).toHaveLength(counts.done);
    await expect(test.as('user').call('cancelJob', { params: { jobId: job.id } })).rejects.toThrow(
      /409 job.already-ended/,
    );

    const rest = await submit('What was left');
    expect((await test.until(rest.id, 'succeeded')).counts).toMatchObject({
      total: counts.notReached,
      done: counts.notReached,
    });
    expect(await expectWhole(ids)).toBe(60);
  });

  it('publishes and counts every asset once if its worker crashes in the middle', async () => {
    const ids = await library('crashed', 40);
    await faulty.crashOnce(10);
    const job = await submit('With a crash');
    expect((await test.until(job.id, 'succeeded')).counts).toMatchObject({
      total: 40,
      done: 40,
      errors: 0,
      notReached: 0,
    });
    expect(await expectWhole(ids)).toBe(40);
  });

  it('waits for another job on the same server, and then starts', async () => {
    await library('first', 5);
    const release = await faulty.holdCopies(0);
    const first = await submit('First');
    await test.until(first.id, 'running');
    const second = await submit('Second');
    await vi.waitFor(async () => {
      const { items } = await test.as('viewer').call('listJobs', { query: { limit: 10 } });
      expect(items.find((job) => job.id === second.id)?.status).toBe('queued');
    });
    await release();
    const [firstEnd, secondEnd] = [
      await test.until(first.id, 'succeeded'),
      await test.until(second.id, 'succeeded'),
    ];
    expect(Date.parse(secondEnd.started ?? '')).toBeGreaterThanOrEqual(Date.parse(firstEnd.ended ?? ''));
  });

  it('stops at once when it is cancelled while queued', async () => {
    await library('waiting', 3);
    const release = await faulty.holdCopies(0);
    const first = await submit('Holding');
    await test.until(first.id, 'running');
    const second = await submit('Never started');
    expect((await test.as('user').call('cancelJob', { params: { jobId: second.id } })).status).toBe(
      'stopped',
    );
    await release();
    await test.until(first.id, 'succeeded');
    expect((await test.until(second.id, 'stopped')).counts.total).toBe(0);
  });

  it('shows its queue position while queued, and its progress by server while running', async () => {
    await library('placed', 30);
    const release = await faulty.holdCopies(26);
    const first = await submit('Running');
    const running = await vi.waitFor(
      async () => {
        const job = await readPublishJob(first.id);
        expect(job.counts.done).toBeGreaterThan(0);
        return job;
      },
      { timeout: 30_000 },
    );
    expect(running).toMatchObject({ status: 'running', planned: true });
    expect(running.perServer?.['image-serving']?.done).toBe(running.counts.done);
    const second = await submit('Second');
    const third = await submit('Third');
    const { items } = await test.as('viewer').call('listJobs', { query: { limit: 10 } });
    const placeOf = (id: string) => {
      const job = items.find((one) => one.id === id);
      return job?.kind === 'publish' ? [job.position, job.waitsFor] : [];
    };
    expect(placeOf(second.id)).toEqual([1, [first.id]]);
    expect(placeOf(third.id)).toEqual([2, [first.id, second.id]]);
    expect(placeOf(first.id)).toEqual([undefined, undefined]);
    await release();
    for (const { id } of [first, second, third]) await test.until(id, 'succeeded');
    const ended = await readPublishJob(first.id);
    const bytes = ended.counts.bytes;
    expect(ended.perServer?.['image-serving']).toEqual({ done: 30, skipped: 0, errors: 0, bytes });
  });

  it('is ended by force five minutes after a cancellation that reached no safe point', async () => {
    const ids = await library('forced', 40);
    const release = await faulty.holdCopies(10);
    const job = await submit('To be forced');
    await test.until(job.id, 'running');
    const cancel = (body: BodyOf<'cancelJob'>) =>
      test.as('user').call('cancelJob', { params: { jobId: job.id }, body });
    expect((await cancel({ force: true })).status).toBe('stopping');
    await expect(cancel({ force: true })).rejects.toThrow(/409 job.too-early-for-force/);
    await changeJob(job.id, { stopRequested: minutesAgo(6) });
    expect((await cancel({ force: true })).status).toBe('stopping');
    // The worker is held, so the event of the execution ends the job.
    await test.until(job.id, 'stopped');
    await release();
    await expectExact(job.id, ids);
    const rest = await submit('What the forced one left');
    await test.until(rest.id, 'succeeded');
    expect(await expectWhole(ids)).toBe(40);
  });

  it('is ended by reconcile-jobs if its execution is gone and no event arrived', async () => {
    const ids = await library('lost', 40);
    const release = await faulty.holdCopies(10);
    const job = await submit('To be lost');
    await test.until(job.id, 'running');
    await vi.waitFor(async () => expect((await test.until(job.id, 'running')).counts.total).toBe(40));
    expect(await reconcile()).toMatchObject({ ended: 0, failed: 0 });
    // The record names another execution, which died an hour ago. Events of the real one are ignored.
    await changeJob(job.id, { execution: `${job.id}-9`, started: minutesAgo(60) });
    expect(await reconcile()).toMatchObject({ ended: 1, failed: 0 });
    const { reason } = await test.until(job.id, 'failed');
    expect(reason).toMatch(/submit the job again/);
    await release();
    await expectExact(job.id, ids);
    expect(await reconcile()).toMatchObject({ looked: 0, freed: 0 });
    const again = await submit('Again');
    await test.until(again.id, 'succeeded');
    expect(await expectWhole(ids)).toBe(40);
  });

  it('ends while a large job of another company is running', async () => {
    await library('big', 60);
    const other = 'nova';
    const [, payload = ''] = test.token('user').split('.');
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
    await dynamodb.send(
      new PutCommand({
        TableName: test.cloud.outputs.JobTable,
        Item: { ...memberKey(other, sub), company: other, subject: sub, name: 'nova', role: 'user' },
      }),
    );
    const nova = test.as('user', other);
    const until = (id: string, status: JobResponse['status']) =>
      vi.waitFor(
        async () => {
          const job = await nova.call('readJob', { params: { jobId: id } });
          expect(job.status).toBe(status);
          return job;
        },
        { timeout: 30_000 },
      );
    const files = await pictures('small', 10);
    const upload = await nova.upload(
      files.map(({ name, bytes, type }) => ({ name, type, content: new Blob([new Uint8Array(bytes)]) })),
      { publishAfterUploading: false },
    );
    await until(upload.job.id, 'succeeded');

    const release = await faulty.holdCopies(30);
    const big = await submit('Big');
    await vi.waitFor(
      async () => expect((await test.until(big.id, 'running')).counts.done).toBeGreaterThan(0),
      {
        timeout: 30_000,
      },
    );
    const small = await nova.call('submitJob', { body: { name: 'Small', publish: 'new' } });
    expect((await until(small.id, 'succeeded')).counts).toMatchObject({ total: 10, done: 10 });
    expect((await test.as('viewer').call('readJob', { params: { jobId: big.id } })).status).toBe('running');
    await release();
    await test.until(big.id, 'succeeded');
  });
});
