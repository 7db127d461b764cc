import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Job } from '../../domain/job/job.ts';
import { type FaultyAssembly, faultyPublishPart } from './support/faulty-assembly.ts';
import {
  type AssetAnswer,
  company,
  startTestCloud,
  type TestCloud,
  type TestFile,
} from './support/test-cloud.ts';

let faulty: FaultyAssembly;
let test: TestCloud;

beforeAll(async () => {
  faulty = await faultyPublishPart(inject('assembly'));
  test = await startTestCloud(faulty.folder);
});

afterAll(async () => {
  await test?.stop();
  await faulty?.remove();
});

/** Uploads this many pictures, unpublished, and answers their ids. */
async function library(prefix: string, count: number): Promise<string[]> {
  const files: TestFile[] = await Promise.all(
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
  const { job, files: presigned } = await test.upload(files, { publishAfterUploading: false });
  await test.until(job.id, 'succeeded');
  return presigned.map((file) => file.assetId);
}

const submit = (name: string) => test.as('user').call<Job>('POST', '/jobs', { name, publish: 'new' });

/** What is live must be whole: the record, the history and the origin say the same. */
async function expectWhole(ids: readonly string[]): Promise<number> {
  let live = 0;
  for (const id of ids) {
    const asset = await test.as('viewer').call<AssetAnswer>('GET', `/assets/${id}`);
    const history = await test.as('viewer').call<{ items: unknown[] }>('GET', `/assets/${id}/history`);
    const delivered = await test.deliver(`/is/image/${company}/${id}`);
    expect(delivered.status, id).toBe(asset.published ? 200 : 404);
    expect(history.items.length, id).toBe(asset.published ? 1 : 0);
    if (asset.published) live += 1;
  }
  return live;
}

describe('a publish job', () => {
  it('that is cancelled while running stops at a safe point: what is live is whole, counts add up, the rest is untouched', async () => {
    const ids = await library('cancelled', 60);
    const release = await faulty.holdCopies(30);
    const job = await submit('To be cancelled');
    await vi.waitFor(
      async () => expect((await test.until(job.id, 'running')).counts.done).toBeGreaterThan(0),
      { timeout: 30_000 },
    );
    const cancelled = await test.as('user').call<Job>('POST', `/jobs/${job.id}/cancel`);
    expect(cancelled.status).toBe('stopping');
    expect((await test.as('user').call<Job>('POST', `/jobs/${job.id}/cancel`)).status).toBe('stopping');
    await release();

    const { counts } = await test.until(job.id, 'stopped');
    expect(counts.total).toBe(60);
    expect(counts.done + counts.skipped + counts.errors + counts.notReached).toBe(60);
    expect(counts.notReached).toBeGreaterThan(0);
    expect(await expectWhole(ids)).toBe(counts.done);
    const log = await test.wholeLog(job.id);
    expect(log.filter((line) => line.outcome === 'not-reached')).toHaveLength(counts.notReached);
    expect(log.filter((line) => line.outcome === 'published')).toHaveLength(counts.done);
    await expect(test.as('user').call('POST', `/jobs/${job.id}/cancel`)).rejects.toThrow(
      /409 job.already-ended/,
    );

    const rest = await submit('What was left');
    expect((await test.until(rest.id, 'succeeded')).counts).toMatchObject({
      total: counts.notReached,
      done: counts.notReached,
    });
    expect(await expectWhole(ids)).toBe(60);
  });

  it('whose worker dies in the middle is run again: everything is published once, and counted once', async () => {
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

  it('waits while another one runs on the same server, and then starts by itself', async () => {
    await library('first', 5);
    const release = await faulty.holdCopies(0);
    const first = await submit('First');
    await test.until(first.id, 'running');
    const second = await submit('Second');
    await vi.waitFor(async () => {
      const { items } = await test.as('viewer').call<{ items: Job[] }>('GET', '/jobs?limit=10');
      expect(items.find((job) => job.id === second.id)?.status).toBe('queued');
    });
    await release();
    const [firstEnd, secondEnd] = [
      await test.until(first.id, 'succeeded'),
      await test.until(second.id, 'succeeded'),
    ];
    expect(Date.parse(secondEnd.started ?? '')).toBeGreaterThanOrEqual(Date.parse(firstEnd.ended ?? ''));
  });

  it('that is cancelled while it waits stops at once', async () => {
    await library('waiting', 3);
    const release = await faulty.holdCopies(0);
    const first = await submit('Holding');
    await test.until(first.id, 'running');
    const second = await submit('Never started');
    expect((await test.as('user').call<Job>('POST', `/jobs/${second.id}/cancel`)).status).toBe('stopped');
    await release();
    await test.until(first.id, 'succeeded');
    expect((await test.until(second.id, 'stopped')).counts.total).toBe(0);
  });
});
