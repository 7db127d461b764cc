import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mainJobSteps } from '../../local/demo/main-job-steps.ts';
import { makeSamples, sampleImageCount } from '../../samples/make-samples.ts';
import { company, send, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

let test: TestCloud;
let samplesFolder: string;

beforeAll(async () => {
  test = await startTestCloud();
  samplesFolder = await mkdtemp(join(tmpdir(), 'pressroom-samples-'));
});

afterAll(async () => {
  await test?.stop();
  await rm(samplesFolder, { recursive: true, force: true });
});

async function picture(name: string, background: string, size = 64): Promise<TestFile> {
  const image = sharp({ create: { width: size, height: size, channels: 3, background } });
  return { name, type: 'image/png', bytes: await image.png().toBuffer() };
}

describe('the main job', () => {
  it('delivers an uploaded image, then its cached copy, and the new image after Invalidate CDN', async () => {
    const samples = await makeSamples(samplesFolder);
    const { steps, result } = mainJobSteps({
      admin: test.as('admin'),
      samples,
      run: 1,
      deliver: (url) => test.deliver(url),
    });
    for (const step of steps) await step.work(() => {});
    expect(sampleImageCount).toBeGreaterThanOrEqual(24);
    expect(result.publishJob?.counts).toMatchObject({
      total: samples.length,
      done: samples.length,
      errors: 0,
      notReached: 0,
    });
    expect(result.first?.headers['cache-control']).toBe(
      'public, max-age=600, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400',
    );
  });

  it('serves a film by byte ranges and a document unchanged', async () => {
    const film = await test.as('viewer').call('readAsset', { params: { id: 'a-day-in-the-hills' } });
    const range = await test.deliver(film.urls.video ?? '', { range: 'bytes=0-99' });
    expect(range).toMatchObject({ status: 206, bytes: 100 });
    expect(range.headers['content-range']).toMatch(/^bytes 0-99\/\d+$/);

    const document = await test.as('viewer').call('readAsset', { params: { id: 'catalogue' } });
    const whole = await test.deliver(document.urls.content ?? '');
    expect(whole).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
  });

  it('responds with 304 to a request with the current ETag', async () => {
    const url = `/is/image/${company}/ridge?wid=100`;
    const first = await test.deliver(url);
    expect(first.headers.etag).toBeTruthy();
    expect(await test.deliver(url, { 'if-none-match': first.headers.etag ?? '' })).toMatchObject({
      status: 304,
      bytes: 0,
    });
  });

  it.each([
    ['an unknown asset', `/is/image/${company}/no-such-thing`, 404, 'There is no published image'],
    ['an unknown company', '/is/image/nobody/ridge', 404, 'There is no published image'],
    ['a wrong argument', `/is/image/${company}/ridge?wid=wide`, 400, 'wid'],
    ['a wrong value', `/is/image/${company}/ridge?wid=wide`, 400, 'wide'],
    ['an unknown document', `/is/content/${company}/no-such-thing`, 404, 'NoSuchKey'],
    ['an unknown film', `/e2/${company}/no-such-thing`, 404, 'NoSuchKey'],
  ])('responds to %s with the reason', async (_, path, status, reason) => {
    const response = await test.deliver(path);
    expect(response.status).toBe(status);
    expect(response.body.toString()).toContain(reason);
    expect(response.headers['x-cache']).not.toMatch(/^Hit/);
  });

  it('keeps "not found" at the edge for five seconds', async () => {
    const url = `/is/image/${company}/never-there?wid=7`;
    await test.deliver(url);
    const { status, headers } = await test.deliver(url);
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=0, s-maxage=5',
      'x-cache': 'Error from cloudfront',
      age: expect.stringMatching(/^[0-5]$/),
    });
  });

  it('compresses text types for clients that accept it, and leaves ranges of video as they are', async () => {
    const text = Buffer.from('.rule { color: #123456; }\n'.repeat(100));
    const { job } = await test.upload([{ name: 'long.css', type: 'text/css', bytes: text }], {
      publishAfterUploading: true,
    });
    await test.until(job.id, 'succeeded');
    const { urls } = await test.as('viewer').call('readAsset', { params: { id: 'long' } });
    const compressed = await test.deliver(urls.content ?? '', { 'accept-encoding': 'gzip, br' });
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/css; charset=utf-8',
    });
    expect(brotliDecompressSync(compressed.body)).toEqual(text);
    const plain = await test.deliver(urls.content ?? '');
    expect(plain.body).toEqual(text);
    const part = await test.deliver(urls.content ?? '', { range: 'bytes=0-6' });
    expect(part).toMatchObject({ status: 206, body: text.subarray(0, 7) });

    const film = await test.as('viewer').call('readAsset', { params: { id: 'a-day-in-the-hills' } });
    const range = await test.deliver(film.urls.video ?? '', { range: 'bytes=0-99', 'accept-encoding': 'br' });
    expect(range).toMatchObject({ status: 206, bytes: 100 });
  });

  it('delivers one picture of the cache to a campaign and to other sites', async () => {
    const plain = await test.deliver(`/is/image/${company}/ridge?wid=60`);
    const campaign = await test.deliver(`/is/image/${company}/ridge?utm_source=mail&amp;wid=60`);
    expect(campaign).toMatchObject({ status: 200, sha256: plain.sha256 });
    expect(campaign.headers['x-cache']).toMatch(/^Hit/);
    expect(campaign.headers['access-control-allow-origin']).toBe('*');
  });

  it('withdraws an unpublished asset at once, also from the edge', async () => {
    const url = `/is/image/${company}/badge?wid=50`;
    expect((await test.deliver(url)).status).toBe(200);
    await test.as('user').call('unpublishAsset', { params: { id: 'badge' } });
    await vi.waitFor(async () => expect((await test.deliver(url)).status).toBe(404), {
      timeout: 20_000,
      interval: 100,
    });
    await test.as('user').call('publishAsset', { params: { id: 'badge' } });
    await vi.waitFor(async () => expect((await test.deliver(url)).status).toBe(200), {
      timeout: 10_000,
      interval: 100,
    });
    const history = await test.as('viewer').call('readAssetHistory', { params: { id: 'badge' } });
    expect(history.items.map(({ event }) => event)).toEqual(['published', 'withdrawn', 'published']);
  });
});

describe('uploads', () => {
  it('have the same result if an event is delivered twice and late', async () => {
    const first = await picture('twice.png', '#c00');
    const { job, files } = await test.upload([first], { publishAfterUploading: true });
    await test.until(job.id, 'succeeded');
    const before = await test.as('viewer').call('readAsset', { params: { id: 'twice' } });

    const { QueueUrl } = await test.sqs.send(
      new GetQueueUrlCommand({ QueueName: 'pressroom-ingest-upload' }),
    );
    const event = {
      'detail-type': 'Object Created',
      source: 'aws.s3',
      detail: {
        bucket: { name: test.cloud.outputs.UploadBucket },
        object: { key: `${company}/${job.id}/${files[0]?.file}`, size: first.bytes.length, sequencer: '01' },
      },
    };
    for (let times = 0; times < 2; times += 1) {
      await test.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
    }
    // A later upload uses the same queue: once it is recorded, the duplicates have been processed too.
    const marker = await test.upload([await picture('marker.png', '#0c0')]);
    await test.until(marker.job.id, 'succeeded');
    expect(await test.as('viewer').call('readAsset', { params: { id: 'twice' } })).toEqual(before);
    expect((await test.until(job.id, 'succeeded')).counts).toMatchObject({ total: 1, done: 1, errors: 0 });
  });

  it('of one name end with the bytes that arrived last, even if that upload was created first', async () => {
    const [older, newer] = [await picture('order.png', '#111'), await picture('order.png', '#eee', 96)];
    const earlier = await test.presign([older]);
    const later = await test.presign([newer]);
    // The bytes of the second upload arrive first: the library shows the bytes that arrived last.
    for (const [response, file] of [
      [later, newer],
      [earlier, older],
    ] as const) {
      const [presigned] = response.files;
      if (!presigned) throw new Error('The API returned no presigned URL');
      await send(presigned, file.bytes);
      await test.until(response.job.id, 'succeeded', 'completed-with-errors');
      // S3 records arrivals in whole seconds.
      const second = Math.floor(Date.now() / 1000);
      await vi.waitFor(() => expect(Math.floor(Date.now() / 1000)).toBeGreaterThan(second), {
        timeout: 2000,
      });
    }
    const asset = await test.as('viewer').call('readAsset', { params: { id: 'order' } });
    expect(asset.bytes).toBe(older.bytes.length);
  });

  it.each([
    ['empty', 'empty.png', Buffer.alloc(0), 'image/png'],
    [
      'a page that calls itself a picture',
      'page.jpg',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      'image/jpeg',
    ],
    ['cut off', 'cut.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'image/jpeg'],
  ])(
    'that are %s end as an error entry in the log and leave nothing behind',
    async (_, name, bytes, type) => {
      const { id: jobId } = (await test.upload([{ name, bytes, type }])).job;
      const job = await test.until(jobId, 'completed-with-errors');
      expect(job.counts).toMatchObject({ total: 1, done: 0, errors: 1 });
      const [line] = (await test.wholeLog(jobId)).filter((candidate) => candidate.outcome === 'error');
      expect(line?.message).toContain(name);
      await expect(
        test.as('viewer').call('readAsset', { params: { id: name.split('.')[0] ?? '' } }),
      ).rejects.toThrow(/404/);
      const staged = await test.s3.send(
        new ListObjectsV2Command({
          Bucket: test.cloud.outputs.UploadBucket,
          Prefix: `${company}/${jobId}/`,
        }),
      );
      expect(staged.Contents ?? []).toEqual([]);
    },
  );

  it('are refused by S3 if length, type or checksum differ from the presigned values', async () => {
    const file = await picture('bound.png', '#00c');
    const { files } = await test.presign([file]);
    const presigned = files[0];
    if (!presigned) throw new Error('The API returned no presigned URL');
    for (const bytes of [
      file.bytes.subarray(1),
      Buffer.concat([file.bytes, Buffer.from('x')]),
      Buffer.alloc(file.bytes.length, 7),
    ]) {
      const response = await fetch(presigned.url, {
        method: 'PUT',
        headers: presigned.headers,
        body: new Uint8Array(bytes),
      });
      expect(response.ok).toBe(false);
    }
    const response = await fetch(presigned.url, {
      method: 'PUT',
      headers: { ...presigned.headers, 'content-type': 'text/html' },
      body: new Uint8Array(file.bytes),
    });
    expect(response.ok).toBe(false);
  });
});

describe('a film above 100 MB', () => {
  /** The sample film, made longer by a box that players skip. */
  async function longFilm(bytes: number): Promise<Buffer> {
    const film =
      (await makeSamples(samplesFolder)).find((sample) => sample.name.endsWith('.mp4'))?.bytes ??
      Buffer.alloc(0);
    const box = Buffer.alloc(bytes - film.length);
    box.writeUInt32BE(box.length, 0);
    box.write('free', 4, 'latin1');
    return Buffer.concat([film, box]);
  }

  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');

  it('is uploaded in parts with a checksum each, and delivered by ranges', async () => {
    const film = await longFilm(105_000_000);
    const user = test.as('user');
    const started = await user.call('createUpload', {
      body: { files: [{ name: 'never-complete.mp4', bytes: film.length, type: 'video/mp4' }] },
    });
    const [target] = started.files;
    if (!target || !('multipart' in target)) throw new Error('The API does not ask for upload parts');
    const { file, multipart } = target;
    const { parts } = await user.call('signParts', {
      params: { jobId: started.job.id, file },
      body: { parts: [{ part: 1, sha256: sha256(film.subarray(0, multipart.partBytes)) }] },
    });
    const [first] = parts;
    if (!first) throw new Error('The API returned no URL for an upload part');
    const wrong = await fetch(first.url, {
      method: 'PUT',
      headers: first.headers,
      body: new Uint8Array(multipart.partBytes).fill(1),
    });
    expect(wrong.ok).toBe(false);
    await user.call('cancelJob', { params: { jobId: started.job.id } });

    const progress: number[] = [];
    const content = new Blob([new Uint8Array(film)]);
    const { job } = await user.upload([{ name: 'long-film.mp4', type: 'video/mp4', content }], {
      onProgress: ({ sentBytes }) => progress.push(sentBytes),
    });
    expect(progress.length).toBeGreaterThan(multipart.parts - 1);
    expect(progress.at(-1)).toBe(film.length);
    await test.until(job.id, 'succeeded');
    const asset = await user.call('readAsset', { params: { id: 'long-film' } });
    expect(asset).toMatchObject({ bytes: film.length, published: true });
    const end = await test.deliver(asset.urls.video ?? '', { range: `bytes=${film.length - 10}-` });
    expect(end).toMatchObject({ status: 206, bytes: 10 });
  });

  it('ends as not reached if the upload is cancelled before its bytes arrive', async () => {
    const user = test.as('user');
    const { job } = await user.call('createUpload', {
      body: {
        files: [{ name: 'never-sent.mp4', bytes: 200_000_000, type: 'video/mp4' }],
      },
    });
    await user.call('cancelJob', { params: { jobId: job.id } });
    expect((await test.until(job.id, 'stopped')).counts).toMatchObject({ total: 1, done: 0, notReached: 1 });
    expect((await test.wholeLog(job.id)).map((line) => line.outcome)).toContain('not-reached');
  });
});

describe('the API', () => {
  it('names the missing fields of a request', async () => {
    await expect(test.raw('user', 'POST', '/uploads', {})).rejects.toThrow(/400 request.invalid: files/);
  });

  it.each([
    ['viewer', 'GET', '/assets', 200],
    ['viewer', 'POST', '/assets/ridge/publish', 403],
    ['viewer', 'POST', '/jobs', 403],
    ['user', 'POST', '/cdn-invalidations', 403],
  ] as const)('responds to a %s with %s %s by status %i', async (role, method, path, status) => {
    const response = await fetch(`${test.cloud.addresses.api}/v1/companies/${company}${path}`, {
      method,
      headers: { authorization: `Bearer ${test.token(role)}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: '{}' } : {}),
    });
    expect(response.status).toBe(status);
    if (status === 403) {
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(await response.json()).toMatchObject({
        code: 'access.role-too-low',
        requiredRole: expect.any(String),
      });
    }
  });

  it('responds with 404 for another company', async () => {
    const response = await fetch(`${test.cloud.addresses.api}/v1/companies/somebody-else/assets`, {
      headers: { authorization: `Bearer ${test.token('admin')}` },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'company.not-found' });
  });

  it('refuses requests without a token, except for its OpenAPI document', async () => {
    expect((await fetch(`${test.cloud.addresses.api}/v1/companies/${company}/assets`)).status).toBe(401);
    const description = await fetch(`${test.cloud.addresses.api}/v1/openapi.json`);
    expect(description.status).toBe(200);
    expect(await description.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  });
});
