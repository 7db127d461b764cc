import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import * as limits from '../../../domain/uploads/limits.ts';
import { isMetadataFile } from '../../../domain/uploads/metadata-file.ts';
import { NetworkError } from '../src/api-error.ts';
import { createClient } from '../src/create-client.ts';
import {
  isMetadataFileName,
  maxFiles,
  multipartAbove,
  UploadError,
  type UploadFile,
  type UploadProgress,
} from '../src/upload.ts';
import type { UploadState } from '../src/upload-state.ts';
import { fakeFetch, json, networkFailure, type SentRequest } from './fake-fetch.ts';

const storage = 'https://upload.test';
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('base64');

/** A file whose size is only claimed, so that tests of upload parts need little memory. */
function largeFile(name: string, size: number): UploadFile {
  const content = new Blob([name], { type: 'video/mp4' });
  Object.defineProperty(content, 'size', { value: size });
  return { name, content };
}

interface CreateBody {
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256?: string }[];
}

type Fail = (request: SentRequest, count: number) => Response | Error | undefined;

/** An API with its storage. Files above the limit have 4 parts; files named "refused" are refused. */
function uploadWorld(fail: Fail = () => undefined) {
  const stored = new Map<string, string>();
  const completed: unknown[] = [];
  const cancelled: string[] = [];
  /** Outcomes that readUpload gives, by file number. */
  const outcomes = new Map<number, string>();
  let created: readonly Record<string, unknown>[] = [];
  let running = 0;
  let maxRunning = 0;
  const { fetch, sent } = fakeFetch(async (request, count) => {
    const failure = fail(request, count);
    if (failure) return failure;
    const { pathname } = new URL(request.url);
    if (request.url.startsWith(storage)) {
      running += 1;
      maxRunning = Math.max(maxRunning, running);
      const text = await new Response(request.body as Blob | AsyncIterable<Uint8Array>).text();
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      stored.set(pathname, text);
      return new Response('', { headers: { etag: `"${pathname}"` } });
    }
    if (pathname.endsWith('/uploads')) {
      const { files } = request.body as CreateBody;
      created = files.map(({ name, bytes }, index) => {
        const base = { file: index + 1, name };
        if (name === 'refused') return { ...base, refused: 'not supported' };
        if (bytes > multipartAbove)
          return { ...base, assetId: name, multipart: { partBytes: Math.ceil(bytes / 4), parts: 4 } };
        const url = `${storage}/${name}`;
        return { ...base, assetId: name, method: 'PUT', url, headers: { 'x-sum': name } };
      });
      return json(201, { job: { id: 'job-1' }, files: created });
    }
    if (pathname.endsWith('/uploads/job-1')) {
      const files = created.map((file) => {
        const outcome = outcomes.get(Number(file.file));
        if (outcome === undefined)
          return 'url' in file ? { ...file, url: `${String(file.url)}?fresh` } : file;
        return { file: file.file, name: file.name, assetId: file.name, outcome, message: `it is ${outcome}` };
      });
      return json(200, { job: { id: 'job-1' }, files });
    }
    if (pathname.endsWith('/parts')) {
      const file = pathname.split('/').at(-2);
      const { parts } = request.body as { readonly parts: readonly { readonly part: number }[] };
      return json(200, {
        parts: parts.map(({ part }) => {
          return { part, url: `${storage}/${file}-${part}`, headers: { 'x-part': `${part}` } };
        }),
      });
    }
    if (pathname.endsWith('/cancel')) {
      cancelled.push(pathname.replace('/v1/companies/luma', ''));
      return json(200, {});
    }
    completed.push(request.body);
    return json(202, {});
  });
  const client = createClient('https://api.test', () => 'token', {
    company: 'luma',
    fetch,
    wait: async () => {},
  });
  return { client, fetch, sent, stored, completed, cancelled, outcomes, maxRunning: () => maxRunning };
}

const small = (name: string, text = name): UploadFile => ({
  name,
  type: 'text/plain; charset=utf-8',
  content: new Blob([text]),
});
const puts = (sent: readonly SentRequest[]) => sent.filter(({ url }) => url.startsWith(storage));

describe('an upload', () => {
  it('knows the limits of the API', () => {
    expect({ multipartAbove, maxFiles }).toEqual({
      multipartAbove: limits.multipartAbove,
      maxFiles: limits.maxFiles,
    });
  });

  it.each([
    'a.metadata.csv',
    'A.METADATA.TSV',
    'metadata.csv',
    'a.csv',
    'a.metadata.xlsx',
    'a.metadata.csv.png',
  ])('knows whether the API takes %s for a metadata file', (name) => {
    expect(isMetadataFileName(name)).toBe(isMetadataFile({}, { name }));
  });

  it('creates the job with size, type and SHA-256 of each small file, and sends each with one PUT', async () => {
    const { client, sent, stored } = uploadWorld();
    const { job, files } = await client.upload([small('a.txt'), new File(['bb'], 'b.bin')], {
      folder: '/x/',
    });
    expect(job).toEqual({ id: 'job-1' });
    expect(files).toHaveLength(2);
    expect(sent[0]?.body).toEqual({
      folder: '/x/',
      files: [
        { name: 'a.txt', type: 'text/plain', bytes: 5, sha256: sha256('a.txt') },
        { name: 'b.bin', type: 'application/octet-stream', bytes: 2, sha256: sha256('bb') },
      ],
    });
    expect([...stored]).toEqual([
      ['/a.txt', 'a.txt'],
      ['/b.bin', 'bb'],
    ]);
    expect(puts(sent)[0]).toMatchObject({ method: 'PUT', headers: { 'x-sum': 'a.txt' } });
    expect(puts(sent)[0]?.headers).not.toHaveProperty('authorization');
  });

  it('sends a large file in parts with a checksum each, and completes it in the order of the parts', async () => {
    const { client, sent, completed } = uploadWorld();
    await client.upload([largeFile('film', multipartAbove + 3)]);
    const [created] = sent;
    expect(created?.body).toMatchObject({ files: [{ name: 'film' }] });
    expect(created?.body).not.toHaveProperty('files.0.sha256');
    const signed = sent.filter(({ url }) => url.endsWith('/files/1/parts'));
    expect(signed.flatMap(({ body }) => (body as { parts: unknown[] }).parts)).toContainEqual({
      part: 1,
      sha256: sha256('film'),
    });
    expect(completed).toEqual([
      {
        parts: [1, 2, 3, 4].map((part) => ({
          part,
          etag: `"/1-${part}"`,
          sha256: sha256(part === 1 ? 'film' : ''),
        })),
      },
    ]);
  });

  it('sends at most as many requests at the same time as allowed', async () => {
    const { client, maxRunning, stored } = uploadWorld();
    await client.upload(
      Array.from({ length: 12 }, (_, index) => small(`f${index}`)),
      { parallel: 3 },
    );
    expect(stored.size).toBe(12);
    expect(maxRunning()).toBe(3);
  });

  it('does not send a file that the API refuses', async () => {
    const { client, sent } = uploadWorld();
    const { files } = await client.upload([small('refused'), small('ok')]);
    expect(files[0]).toMatchObject({ status: 'refused', problem: 'not supported' });
    expect(puts(sent).map(({ url }) => url)).toEqual([`${storage}/ok`]);
  });

  it('reports each change of a file, and bytes and files until all are sent', async () => {
    const { client } = uploadWorld();
    const reports: UploadProgress[] = [];
    const size = multipartAbove + 1;
    await client.upload([small('a', 'aa'), largeFile('film', size)], {
      parallel: 1,
      onProgress: (progress) => reports.push(progress),
    });
    expect(reports.filter(({ file }) => file.name === 'a').map(({ file }) => file.status)).toEqual([
      'sending',
      'sending',
      'sent',
    ]);
    expect(reports[0]?.file).toEqual({
      ...{ index: 0, file: 1, name: 'a', assetId: 'a', bytes: 2, sentBytes: 0, status: 'sending' },
    });
    const sentBytes = reports.map((report) => report.sentBytes);
    expect(sentBytes).toEqual(sentBytes.toSorted((a, b) => a - b));
    const all = { sentBytes: size + 2, totalBytes: size + 2, sentFiles: 2, totalFiles: 2 };
    expect(reports.at(-1)).toMatchObject({ file: { name: 'film', status: 'sent' }, ...all });
  });

  it.each([
    ['a failure of the network', networkFailure],
    ['500', () => new Response('', { status: 500 })],
    ['503', () => new Response('', { status: 503 })],
  ])('repeats a PUT after %s', async (_, failure) => {
    let failed = false;
    const { client, stored } = uploadWorld(({ url }) => {
      if (failed || !url.startsWith(storage)) return undefined;
      failed = true;
      return failure();
    });
    await client.upload([small('a')]);
    expect(stored.get('/a')).toBe('a');
  });

  it.each(['parts', 'complete'])('repeats a POST to %s after a failure of the network', async (path) => {
    let failed = false;
    const { client, completed } = uploadWorld(({ url }) => {
      if (failed || !url.endsWith(`/${path}`)) return undefined;
      failed = true;
      return networkFailure();
    });
    await client.upload([largeFile('film', multipartAbove + 4)]);
    expect(completed).toHaveLength(1);
  });

  it('signs several upload parts by one request', async () => {
    const { client, sent } = uploadWorld();
    await client.upload([largeFile('film', multipartAbove + 4)]);
    expect(sent.filter(({ url }) => url.endsWith('/parts'))).toHaveLength(1);
  });

  it('asks for fresh addresses once those of its files are almost an hour old', async () => {
    const now = vi.spyOn(Date, 'now');
    try {
      const { client, sent } = uploadWorld(({ url }) => {
        if (url === `${storage}/a`) now.mockReturnValue(51 * 60_000);
        return undefined;
      });
      now.mockReturnValue(0);
      await client.upload([small('a'), small('b'), small('c')], { parallel: 1 });
      expect(sent.map(({ url }) => url.replace('https://api.test/v1/companies/luma', ''))).toEqual([
        '/uploads',
        `${storage}/a`,
        '/uploads/job-1',
        `${storage}/b?fresh`,
        `${storage}/c?fresh`,
      ]);
    } finally {
      now.mockRestore();
    }
  });

  it('refuses more files than an upload accepts', () => {
    const files = Array.from({ length: maxFiles + 1 }, (_, index) => small(`f${index}`));
    expect(() => uploadWorld().client.prepareUpload(files)).toThrow(
      'An upload accepts 1000 files; these are 1001',
    );
  });
});

describe('a file with a problem', () => {
  const refuses = (status: number, body = '') =>
    uploadWorld(({ url }) => (url === `${storage}/a` ? new Response(body, { status }) : undefined));

  it.each([
    [403, '<Error><Code>AccessDenied</Code></Error>', 'The storage refused a: 403 AccessDenied'],
    [
      400,
      '<Error><Code>BadDigest</Code></Error>',
      'The content of a has changed since it was read. Upload the file again',
    ],
  ])('does not stop the others: %i %s', async (status, body, problem) => {
    const { client, stored } = refuses(status, body);
    const upload = client.prepareUpload([small('a'), small('b')]);
    await upload.send();
    expect(upload.files).toMatchObject([{ status: 'failed', problem }, { status: 'sent' }]);
    expect([...stored.keys()]).toEqual(['/b']);
    expect(upload.progress).toMatchObject({ sentFiles: 1, totalFiles: 2 });
  });

  it('is left out of an upload that nobody resumes, so that the job does not wait for it', async () => {
    const { client, cancelled } = refuses(403);
    await expect(client.upload([small('a'), small('b')])).rejects.toThrow(UploadError);
    expect(cancelled).toEqual(['/uploads/job-1/files/1/cancel']);
  });

  it('is sent when it is resumed', async () => {
    let broken = true;
    const { client, stored } = uploadWorld(({ url }) =>
      broken && url === `${storage}/a` ? new Response('', { status: 403 }) : undefined,
    );
    const upload = client.prepareUpload([small('a')]);
    await upload.send();
    broken = false;
    upload.resume(0);
    expect(upload.files[0]).toEqual(expect.not.objectContaining({ problem: expect.anything() }));
    await upload.send();
    expect(upload.files).toMatchObject([{ status: 'sent' }]);
    expect([...stored.keys()]).toEqual(['/a']);
  });

  it('is left out of the request if the API refuses its name, and the others are sent', async () => {
    const { client, sent } = uploadWorld(({ url, body }) => {
      const names = url.endsWith('/uploads') ? (body as CreateBody).files.map(({ name }) => name) : [];
      const first = names.indexOf('chair.tif');
      const second = names.indexOf('chair.png');
      if (first < 0 || second < 0) return undefined;
      const errors = [first, second].map((index) => ({ field: `files[${index}].name`, message: 'same id' }));
      return json(422, { code: 'upload.file-refused', detail: 'same id', errors });
    });
    const files = [small('a'), small('chair.tif'), small('b'), small('chair.png')];
    const upload = client.prepareUpload(files);
    await upload.send();
    expect(upload.files.map(({ status, problem }) => [status, problem])).toEqual([
      ['sent', undefined],
      ['refused', 'same id'],
      ['sent', undefined],
      ['refused', 'same id'],
    ]);
    expect(puts(sent)).toHaveLength(2);
    await expect(client.upload(files)).rejects.toThrow('chair.tif: same id; chair.png: same id');
  });

  it('does not hide another error of the request', async () => {
    const { client } = uploadWorld(() =>
      json(400, { detail: 'x', errors: [{ field: 'folder', message: 'must start with a slash' }] }),
    );
    await expect(client.prepareUpload([small('a')]).send()).rejects.toThrow(
      'folder: must start with a slash',
    );
  });

  it('is not sent if it can no longer be read', async () => {
    const content = new Blob(['a']);
    const { client } = uploadWorld(({ url }) => (url.startsWith(storage) ? networkFailure() : undefined));
    const upload = client.prepareUpload([{ name: 'a', content }]);
    const broken = () => Promise.reject(new Error('the file was changed'));
    Object.defineProperty(content, 'slice', { value: () => ({ arrayBuffer: broken }) });
    await upload.send();
    expect(upload.files).toMatchObject([
      { status: 'failed', problem: 'a can no longer be read: the file was changed' },
    ]);
  });
});

describe('a file that is stopped', () => {
  /** Holds the PUT of the first file until it is aborted. */
  function slowWorld() {
    const started = Promise.withResolvers<void>();
    const world = uploadWorld();
    let holds = true;
    const fetch: typeof globalThis.fetch = (input, init = {}) => {
      if (!holds || String(input) !== `${storage}/a`) return world.fetch(input, init);
      started.resolve();
      return new Promise((_, reject) =>
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
      );
    };
    const client = createClient('https://api.test', () => 'token', { company: 'luma', fetch });
    const release = () => {
      holds = false;
    };
    return { ...world, client, started: started.promise, release };
  }

  it('is paused at once, and sent when it is resumed, also while others are sent', async () => {
    const { client, stored, started, release } = slowWorld();
    const upload = client.prepareUpload([small('a'), small('b')], { parallel: 1 });
    const sending = upload.send();
    await started;
    upload.pause(0);
    expect(upload.files).toMatchObject([{ status: 'paused', sentBytes: 0 }, { status: 'waiting' }]);
    await sending;
    expect([...stored.keys()]).toEqual(['/b']);
    release();
    upload.resume(0);
    await upload.send();
    expect(upload.files).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
  });

  it('may be resumed while the upload runs', async () => {
    const { client, stored, started, release } = slowWorld();
    const upload = client.prepareUpload([small('a')]);
    const sending = upload.send();
    await started;
    upload.pause();
    release();
    upload.resume();
    await sending;
    await upload.send();
    expect([...stored.keys()]).toEqual(['/a']);
  });

  it('is left out if it is cancelled, and the job does not wait for it', async () => {
    const { client, cancelled, started } = slowWorld();
    const upload = client.prepareUpload([small('a'), small('b')]);
    const sending = upload.send();
    await started;
    await upload.cancel(0);
    await sending;
    expect(upload.files).toMatchObject([{ status: 'cancelled' }, { status: 'sent' }]);
    expect(upload.progress).toMatchObject({ totalFiles: 1, sentFiles: 1 });
    expect(cancelled).toEqual(['/uploads/job-1/files/1/cancel']);
  });

  it('is cancelled with all others by the job', async () => {
    const { client, cancelled, started } = slowWorld();
    const upload = client.prepareUpload([small('a'), small('b')], { parallel: 1 });
    const sending = upload.send();
    await started;
    await upload.cancel();
    await sending;
    expect(upload.files).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
    expect(cancelled).toEqual(['/jobs/job-1/cancel']);
  });

  it('is cancelled with all others by the job if the job is being created', async () => {
    const world = uploadWorld(({ url }) => {
      if (url.endsWith('/uploads')) void upload.cancel();
      return undefined;
    });
    const upload = world.client.prepareUpload([small('a'), small('b')]);
    await upload.send();
    expect(upload.files).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
    expect(world.stored.size).toBe(0);
    expect(world.cancelled).toEqual(['/jobs/job-1/cancel']);
  });

  it('is not described to the API if it is cancelled before', async () => {
    const { client, sent } = uploadWorld();
    const upload = client.prepareUpload([small('a'), small('b')]);
    await upload.cancel(0);
    await upload.send();
    expect(sent[0]?.body).toMatchObject({ files: [{ name: 'b' }] });
    const none = client.prepareUpload([small('a')]);
    await none.cancel();
    await none.send();
    expect(none.job).toBeUndefined();
  });

  it.each([
    ['has arrived', () => json(409, { code: 'upload.closed', detail: 'x' }), 'sent', false],
    ['cannot be cancelled now', networkFailure, 'paused', true],
  ])('keeps its true status if it %s', async (_, failure, status, throws) => {
    const { client } = uploadWorld(({ url }) => {
      if (url.startsWith(storage)) return new Response('', { status: 403 });
      return url.endsWith('/cancel') ? failure() : undefined;
    });
    const upload = client.prepareUpload([small('a')]);
    await upload.send();
    const outcome = upload.cancel(0).then(
      () => false,
      () => true,
    );
    expect(await outcome).toBe(throws);
    expect(upload.files).toMatchObject([{ status }]);
  });
});

describe('an interrupted upload', () => {
  it.each([
    ['no connection', networkFailure, 'could not be sent: connect ECONNREFUSED', '/2-3'],
    ['an expired login', () => json(401, { detail: 'expired' }), 'completeFile failed: 401', '/complete'],
    ['an API without capacity', () => json(503, { detail: 'busy' }), 'signParts failed: 503', '/parts'],
  ])('continues after %s with what is missing, in the same job', async (_, failure, message, path) => {
    let broken = true;
    const { client, sent, completed } = uploadWorld(({ url }) =>
      broken && url.endsWith(path) ? failure() : undefined,
    );
    const upload = client.prepareUpload([small('a'), largeFile('film', multipartAbove + 4)], { parallel: 1 });
    await expect(upload.send()).rejects.toThrow(message);
    expect(upload.files).toMatchObject([{ status: 'sent' }, { status: 'waiting' }]);
    broken = false;
    await upload.send();
    const once = new Set(puts(sent).map(({ url }) => url));
    expect(once.size).toBe(5);
    expect(sent.filter(({ url }) => url.endsWith('/uploads'))).toHaveLength(1);
    expect(completed).toHaveLength(1);
  });

  it('continues after an abort', async () => {
    const abort = new AbortController();
    const { client, sent, stored } = uploadWorld();
    const upload = client.prepareUpload([small('a'), small('b')], {
      parallel: 1,
      onProgress: ({ file }) => file.status === 'sent' && abort.abort(new Error('stop')),
    });
    await expect(upload.send({ signal: abort.signal })).rejects.toThrow('stop');
    expect([...stored.keys()]).toEqual(['/a']);
    expect(upload.files).toMatchObject([{ status: 'sent' }, { status: 'waiting' }]);
    await upload.send();
    expect(puts(sent).map(({ url }) => url)).toEqual([`${storage}/a`, `${storage}/b`]);
  });

  it('completes a file whose parts were all sent before', async () => {
    let broken = true;
    const { client, sent, completed } = uploadWorld(({ url }) =>
      broken && url.endsWith('/complete') ? json(500, {}) : undefined,
    );
    const upload = client.prepareUpload([largeFile('film', multipartAbove + 4)]);
    await expect(upload.send()).rejects.toThrow('completeFile failed: 500');
    broken = false;
    await upload.send();
    expect(puts(sent)).toHaveLength(4);
    expect(completed).toHaveLength(1);
  });
});

describe('an upload that is resumed from its stored state', () => {
  const film = (size = multipartAbove + 4, modified?: number): UploadFile => ({
    ...(largeFile('film', size) as { readonly name: string; readonly content: Blob }),
    ...(modified === undefined ? {} : { modified }),
  });

  /** Stops an upload of a, b and a film after two parts of the film, as a kill does. */
  async function interrupted(given: readonly UploadFile[] = [small('a'), film(), small('b')]) {
    let broken = true;
    const world = uploadWorld(({ url }) =>
      broken && (url === `${storage}/2-3` || url === `${storage}/b`) ? networkFailure() : undefined,
    );
    const upload = world.client.prepareUpload(given, { parallel: 1 });
    await expect(upload.send()).rejects.toThrow(NetworkError);
    broken = false;
    const state = JSON.parse(JSON.stringify(upload.state())) as UploadState;
    const before = world.sent.length;
    return { ...world, state, resent: () => puts(world.sent.slice(before)).map(({ url }) => url) };
  }

  it('sends only what has not arrived, to fresh addresses', async () => {
    const { client, state, resent, completed, outcomes } = await interrupted();
    outcomes.set(1, 'recorded');
    const upload = client.resumeUpload(state, [film(), small('b')]);
    expect(upload.files.map(({ status }) => status)).toEqual(['sent', 'waiting', 'waiting']);
    await upload.send();
    expect(new Set(resent())).toEqual(new Set([`${storage}/2-3`, `${storage}/2-4`, `${storage}/b?fresh`]));
    expect(completed).toHaveLength(1);
    expect(upload.job).toEqual({ id: 'job-1' });
    expect(upload.progress).toMatchObject({ sentFiles: 3, totalFiles: 3 });
  });

  it('says which files are missing, and takes them later', async () => {
    const { client, state } = await interrupted();
    const upload = client.resumeUpload(state, [small('b')]);
    expect(upload.files.map(({ status }) => status)).toEqual(['sent', 'missing', 'waiting']);
    await upload.send();
    expect(upload.files.map(({ status }) => status)).toEqual(['sent', 'missing', 'sent']);
    const stranger = small('stranger');
    expect(upload.attach([stranger, film(multipartAbove + 5), film()])).toHaveLength(2);
    await upload.send();
    expect(upload.files.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
  });

  it.each([
    ['is unchanged', 7, 7, 'film', ['2-3', '2-4']],
    ['was changed, and its parts differ', 7, 8, 'meta', ['2-1', '2-3', '2-4']],
    ['was touched, and its parts are equal', 7, 8, 'film', ['2-3', '2-4']],
    ['has no known time, and its parts differ', undefined, undefined, 'meta', ['2-1', '2-3', '2-4']],
  ])('compares what has arrived with a file that %s', async (_, before, after, text, expected) => {
    const { client, state, resent } = await interrupted([small('a'), film(multipartAbove + 4, before)]);
    const content = new Blob([text], { type: 'video/mp4' });
    Object.defineProperty(content, 'size', { value: multipartAbove + 4 });
    const changed = { name: 'film', content, ...(after === undefined ? {} : { modified: after }) };
    await client.resumeUpload(state, [changed], { parallel: 1 }).send();
    expect(resent()).toEqual(expected.map((key) => `${storage}/${key}`));
  });

  it('follows what has become of its files meanwhile', async () => {
    const { client, state, outcomes, resent } = await interrupted();
    outcomes.set(2, 'not-reached').set(3, 'error');
    const upload = client.resumeUpload(state, [film(), small('b')]);
    await upload.send();
    expect(resent()).toEqual([]);
    expect(upload.files).toMatchObject([
      { status: 'sent' },
      { status: 'cancelled' },
      { status: 'refused', problem: 'it is error' },
    ]);
  });

  it('has no state before its job exists', () => {
    expect(
      uploadWorld()
        .client.prepareUpload([small('a')])
        .state(),
    ).toBeUndefined();
  });
});
