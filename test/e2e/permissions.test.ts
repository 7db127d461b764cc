import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withoutPermission } from './support/faulty-assembly.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';

let assembly: string;
let test: TestCloud;

beforeAll(async () => {
  assembly = await withoutPermission(inject('assembly'), 'PublishPart', 's3:GetObjectVersion');
  test = await startTestCloud(assembly);
});

afterAll(async () => {
  await test?.stop();
  await rm(assembly, { recursive: true, force: true });
});

describe('a permission that is removed from the template', () => {
  it('is missing on the local cloud: every log entry of the job is an error, and nothing goes live', async () => {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#333' } })
      .png()
      .toBuffer();
    const upload = await test.upload([{ name: 'unreadable.png', type: 'image/png', bytes }], {
      publishAfterUploading: false,
    });
    await test.until(upload.job.id, 'succeeded');
    const job = await test
      .as('user')
      .call('submitJob', { body: { name: 'Without permission', publish: 'new' } });
    const { counts } = await test.until(job.id, 'completed-with-errors');
    expect(counts).toMatchObject({ total: 1, done: 0, errors: 1 });
    const line = (await test.wholeLog(job.id)).find((candidate) => candidate.outcome === 'error');
    expect(line?.message).toMatch(/AccessDenied/);
    expect(await test.as('viewer').call('readAsset', { params: { id: 'unreadable' } })).toMatchObject({
      published: false,
    });
  });
});
