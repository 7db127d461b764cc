import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { OperationResponse } from '@pressroom/client/create-client';
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BodyOf, company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

const bucket = 'pressroom-source';

let test: TestCloud;
let site: Server;
let address: string;
/** The files of the web site by path, and how often each was sent. */
const pages = new Map<string, Buffer>();
const sent = new Map<string, number>();
/** Bodies that the site was notified with. */
const notified: string[] = [];

const picture = (background: string, width = 16) =>
  sharp({ create: { width, height: 16, channels: 3, background } })
    .png()
    .toBuffer();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');
const put = (key: string, bytes: Buffer) =>
  test.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
const fetchFiles = (body: BodyOf<'createUpload'>) => test.as('user').call('createUpload', { body });
const asset = (id: string) => test.as('viewer').call('readAsset', { params: { id } });

beforeAll(async () => {
  site = createServer((request, response) => {
    const path = request.url ?? '';
    if (request.method === 'POST') {
      request.on('data', (chunk: Buffer) => notified.push(chunk.toString()));
      request.on('end', () => response.writeHead(204).end());
      return;
    }
    if (path === '/moved.png') return void response.writeHead(302, { location: '/hat.png' }).end();
    if (path === '/inside.png')
      return void response.writeHead(302, { location: 'http://10.0.0.1/a.png' }).end();
    const bytes = pages.get(path);
    if (!bytes) return void response.writeHead(404).end();
    const etag = `"${sha256(bytes)}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    sent.set(path, (sent.get(path) ?? 0) + 1);
    response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  test = await startTestCloud();
  await test.s3.send(new CreateBucketCommand({ Bucket: bucket }));
}, 240_000);

afterAll(async () => {
  await test?.stop();
  site?.closeAllConnections();
  await new Promise((resolve) => site?.close(resolve));
});

describe('an upload from a bucket', () => {
  it('takes the files below a prefix into their folders, live, with their checksums', async () => {
    const [shoe, boot] = [await picture('#c00'), await picture('#0c0')];
    await put('web/shoe.png', shoe);
    await put('web/autumn/red boot.png', boot);
    await put('web/.DS_Store', Buffer.from('x'));
    await put('web/autumn/notes.exe', Buffer.from('MZ'));
    await put('other/hat.png', boot);
    const { job, files } = await fetchFiles({
      from: { bucket, prefix: 'web/', includeSubfolders: true },
      folder: '/shop/',
      name: 'Photos',
    });
    expect(files).toEqual([]);
    expect(await test.until(job.id, 'completed-with-errors')).toMatchObject({
      counts: { total: 3, done: 2, errors: 1 },
      from: { bucket, prefix: 'web/', includeSubfolders: true, changedOnly: false },
      unchanged: 0,
    });
    expect(await asset('shoe')).toMatchObject({ folder: '/shop/', published: true, sha256: sha256(shoe) });
    expect(await asset('red boot')).toMatchObject({ folder: '/shop/autumn/', sha256: sha256(boot) });
    expect((await test.deliver(`/is/image/${company}/shoe`)).status).toBe(200);
    expect((await test.wholeLog(job.id)).map(({ outcome }) => outcome).sort()).toEqual([
      'begin',
      'end',
      'error',
      'published',
      'published',
    ]);
  });

  it('that the installation does not allow is refused', async () => {
    await expect(fetchFiles({ from: { bucket: 'foreign' } })).rejects.toMatchObject({ status: 400 });
  });

  it('sends a file above 100 MiB in parts, whose composite checksum can be computed', async () => {
    const film = Buffer.concat([
      Buffer.from([0, 0, 0, 24, ...Buffer.from('ftypisom'), 0, 0, 2, 0, ...Buffer.from('isomiso2')]),
      Buffer.alloc(101 * 1024 * 1024, 7),
    ]);
    await put('films/film.mp4', film);
    const { job } = await fetchFiles({ from: { bucket, prefix: 'films/' }, publishAfterUploading: false });
    await test.until(job.id, 'succeeded');
    const { sha256: found, sha256PartBytes = 0, bytes } = await asset('film');
    const digests: Buffer[] = [];
    for (let from = 0; from < film.length; from += sha256PartBytes) {
      const part = film.subarray(from, from + sha256PartBytes);
      digests.push(createHash('sha256').update(part).digest());
    }
    expect(bytes).toBe(film.length);
    expect(found).toBe(sha256(Buffer.concat(digests)));
  });
});

describe('an upload from URLs', () => {
  it('takes files, also behind redirects, and logs what it could not fetch', async () => {
    pages.set('/hat.png', await picture('#00c'));
    pages.set('/page.html', Buffer.from('<!doctype html><title>Sign in</title>'));
    const { job } = await fetchFiles({
      from: {
        urls: [
          { url: `${address}/hat.png` },
          { url: `${address}/moved.png`, name: 'moved.png', folder: '/moved/' },
          { url: `${address}/none.png` },
          { url: `${address}/inside.png` },
          { url: `${address}/page.html` },
        ],
      },
    });
    expect(await test.until(job.id, 'completed-with-errors')).toMatchObject({
      counts: { done: 2, errors: 3 },
    });
    expect(await asset('moved')).toMatchObject({ folder: '/moved/', published: true });
    const messages = (await test.wholeLog(job.id)).map(({ message }) => message).join('\n');
    expect(messages).toContain('none.png: 127.0.0.1');
    expect(messages).toContain('responded with 404');
    expect(messages).toContain('is not a public address (private)');
    expect(messages).toContain('HTML is not accepted');
  });
});

describe('a schedule of uploads', () => {
  it('that fires twice uploads once, takes only what changed, and is followed by a publish job', async () => {
    const client = test.as('user');
    const made = await client.call('createSchedule', {
      body: {
        name: 'Nightly photos',
        rule: { repeat: 'daily', time: '03:00' },
        timeZone: 'UTC',
        upload: {
          from: { bucket, prefix: 'nightly/' },
          publishAfterUploading: false,
          notification: { url: `${address}/notified` },
          followWith: { publish: 'new', servers: ['image-serving'] },
        },
      },
    });
    await put('nightly/a.png', await picture('#111'));
    await put('nightly/b.png', await picture('#222'));
    const first = await fireTwice(made);
    expect(await test.until(first, 'succeeded')).toMatchObject({ counts: { total: 2, done: 2 } });
    const follower = await followerOf(first);
    expect(follower).toMatchObject({
      name: expect.stringMatching(/^Pub_Nightly photos /),
      counts: { errors: 0 },
    });
    expect(await asset('a')).toMatchObject({ version: 1, published: true });
    await vi.waitFor(() => expect(notified).toHaveLength(1), { timeout: 30_000, interval: 200 });
    expect(JSON.parse(notified[0] ?? '')).toMatchObject({ data: { job: { id: first, kind: 'upload' } } });

    await put('nightly/b.png', await picture('#333'));
    await test.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'nightly/a.png' }));
    await put('nightly/c.png', await picture('#444'));
    const run = await client.call('runSchedule', { params: { id: made.id } });
    await test.until(run.id, 'succeeded');
    expect(await test.as('viewer').call('readJob', { params: { jobId: run.id } })).toMatchObject({
      unchanged: 0,
      counts: { total: 2, done: 2 },
    });
    const third = await client.call('runSchedule', { params: { id: made.id } });
    expect(await test.until(third.id, 'succeeded')).toMatchObject({ unchanged: 2, counts: { total: 0 } });
    expect([(await asset('a')).version, (await asset('b')).version]).toEqual([1, 2]);
    const { items } = await test.as('viewer').call('listSchedules', { query: { kind: 'upload' } });
    expect(items).toMatchObject([
      { id: made.id, kind: 'upload', lastRun: { jobId: third.id, status: 'succeeded' } },
    ]);
  });

  it('asks a server only for what has changed', async () => {
    pages.set('/scarf.png', await picture('#555'));
    const { id } = await test.as('user').call('createSchedule', {
      body: {
        rule: { repeat: 'daily', time: '04:00' },
        upload: { from: { urls: [{ url: `${address}/scarf.png` }] } },
      },
    });
    for (const outcome of ['published', 'skipped']) {
      const job = await test.as('user').call('runSchedule', { params: { id } });
      await test.until(job.id, 'succeeded');
      expect((await test.wholeLog(job.id)).map((line) => line.outcome)).toContain(outcome);
    }
    expect(sent.get('/scarf.png')).toBe(1);
  });
});

describe('an archive', () => {
  it('that is sent is unpacked into assets in its folders', async () => {
    const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    const bytes = await picture('#666');
    for (const path of ['pack/one.png', 'pack/sub/two.png', '__MACOSX/pack/._one.png', '../up.png'])
      await zip.add(path, new BlobReader(new Blob([new Uint8Array(bytes)])));
    const tables = {
      'a.metadata.csv': Buffer.from('file;title;liveUntil\npack/one.png;The first;2030-01-01T00:00Z\n'),
      // As Excel saves "Unicode Text".
      'b.metadata.txt': Buffer.from('\uFEFFid\tkeywords\r\nnobody\tx\r\none\tred; new\r\n', 'utf16le'),
    };
    for (const [name, table] of Object.entries(tables))
      await zip.add(name, new BlobReader(new Blob([new Uint8Array(table)])));
    const content = Buffer.from(await (await zip.close()).arrayBuffer());
    const file = { name: 'photos.zip', type: 'application/zip', bytes: content };
    const { job } = await test.upload([file], { folder: '/zips/', unpack: true });
    expect(await test.until(job.id, 'completed-with-errors')).toMatchObject({
      unpack: true,
      counts: { total: 6, done: 2, skipped: 2, errors: 2 },
    });
    const log = (await test.wholeLog(job.id)).map(({ message }) => message);
    expect(log).toContain('a.metadata.csv: not added itself: metadata of 1 asset applied');
    expect(log).toContain(
      'b.metadata.txt: 1 of 2 rows were not applied; metadata of 1 asset applied. Row 2, column id: There is no asset nobody',
    );
    expect(await asset('one')).toMatchObject({
      title: 'The first',
      keywords: ['red', 'new'],
      liveUntil: '2030-01-01T00:00:00.000Z',
      folder: '/zips/pack/',
      published: true,
      sha256: sha256(bytes),
    });
    expect(await asset('two')).toMatchObject({ folder: '/zips/pack/sub/' });
    await expect(asset('photos')).rejects.toMatchObject({ status: 404 });
  });
});

/** EventBridge Scheduler starts the run of a schedule, and its event comes twice. @returns the id of the job */
async function fireTwice({ id }: OperationResponse<'createSchedule'>): Promise<string> {
  const start = [...test.cloud.services.functions.values()].find(({ name }) => name.endsWith('start-job'));
  const due = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
  const event = { company, scheduleId: id, revision: 1, due };
  const results = await Promise.all([1, 2].map(() => start?.invoke(event)));
  for (const result of results) expect(result?.error).toBeUndefined();
  const { lastRun } = await test.as('viewer').call('readSchedule', { params: { id } });
  const jobs: string[] = [];
  for await (const job of test.as('viewer').all('listJobs', { query: {} }))
    if (job.kind === 'upload' && job.schedule?.id === id) jobs.push(job.id);
  expect(jobs).toEqual([lastRun?.jobId]);
  return lastRun?.jobId ?? '';
}

/** The publish job that follows an upload. */
async function followerOf(upload: string): Promise<OperationResponse<'readJob'>> {
  const id = await vi.waitFor(
    async () => {
      const notice = (await test.wholeLog(upload)).find(({ message }) =>
        message.includes('follows this upload'),
      );
      const found = /\((\w{26})\)/.exec(notice?.message ?? '')?.[1];
      expect(found).toBeDefined();
      return found ?? '';
    },
    { timeout: 30_000, interval: 200 },
  );
  const job = await test.until(id, 'succeeded');
  expect(job).toMatchObject({ kind: 'publish', follows: upload });
  return job;
}
