import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { type FaultyAssembly, faultyPublishPart } from './support/faulty-assembly.ts';
import { company, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

let faulty: FaultyAssembly;
let stateFolder: string;
let test: TestCloud | undefined;

beforeAll(async () => {
  faulty = await faultyPublishPart(inject('assembly'));
  stateFolder = await mkdtemp(join(tmpdir(), 'pressroom-restart-'));
});

afterAll(async () => {
  await test?.stop();
  await faulty.remove();
  await rm(stateFolder, { recursive: true, force: true });
});

async function pictures(prefix: string, count: number): Promise<TestFile[]> {
  const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#789' } })
    .png()
    .toBuffer();
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix}-${index}.png`,
    type: 'image/png',
    bytes,
  }));
}

it('a second start finds its data and ends the job that was running when the first one stopped', async () => {
  test = await startTestCloud(faulty.folder, stateFolder);
  const live = await test.upload(await pictures('live', 1));
  await test.until(live.job.id, 'succeeded');
  const waiting = await test.upload(await pictures('waiting', 3), { publishAfterUploading: false });
  await test.until(waiting.job.id, 'succeeded');
  const release = await faulty.holdCopies(1);
  const job = await test.as('user').call('submitJob', { body: { name: 'Cut off', publish: 'new' } });
  await vi.waitFor(async () => expect((await test?.until(job.id, 'running'))?.counts.total).toBe(3), {
    timeout: 20_000,
  });
  await test.stop();
  await release();

  test = await startTestCloud(faulty.folder, stateFolder);
  const asset = await test.as('viewer').call('readAsset', { params: { id: 'live-0' } });
  expect(asset.published).toBe(true);
  expect((await test.deliver(`/is/image/${company}/live-0`)).status).toBe(200);
  const { counts, reason } = await test.until(job.id, 'failed');
  expect(counts.done + counts.skipped + counts.errors + counts.notReached).toBe(3);
  expect(reason).toBeTruthy();

  // No lock is left: the next job publishes what the first one did not reach.
  const next = await test.as('user').call('submitJob', { body: { name: 'The rest', publish: 'new' } });
  await test.until(next.id, 'succeeded');
  for (const id of ['waiting-0', 'waiting-1', 'waiting-2']) {
    expect((await test.deliver(`/is/image/${company}/${id}`)).status, id).toBe(200);
  }
});
