import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as limits from '../../../domain/uploads/limits.ts';
import { createClient } from '../src/create-client.ts';
import { multipartAbove, type UploadFile, type UploadProgress } from '../src/upload.ts';
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

/** An API with its storage. Files above the limit have 4 parts; files named "refused" are refused. */
function uploadWorld(
  fail: (request: SentRequest, count: number) => Response | Error | undefined = () => undefined,
) {
  const stored = new Map<string, string>();
  const completed: unknown[] = [];
  let running = 0;
  let maxRunning = 0;
  const { fetch, sent } = fakeFetch(async (request, count) => {
    const failure = fail(request, count);
    if (failure) return failure;
    const { pathname } = new URL(request.url);
    if (request.url.startsWith(storage)) {
      running += 1;
      maxRunning = Math.max(maxRunning, running);
      const text = await (request.body as Blob).text();
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      stored.set(pathname, text);
      return new Response('', { headers: { etag: `"${pathname}"` } });
    }
    if (pathname.endsWith('/uploads')) {
      const { files } = request.body as CreateBody;
      return json(201, {
        job: { id: 'job-1' },
        files: files.map(({ name, bytes }, index) => {
          const base = { file: index + 1, name };
          if (name === 'refused') return { ...base, refused: 'not supported' };
          if (bytes > multipartAbove)
            return { ...base, assetId: name, multipart: { partBytes: Math.ceil(bytes / 4), parts: 4 } };
          return {
            ...base,
            assetId: name,
            method: 'PUT',
            url: `${storage}/${name}`,
            headers: { 'x-sum': name },
          };
        }),
      });
    }
    if (pathname.endsWith('/parts')) {
      const [{ part } = { part: 0 }] = (request.body as { parts: { part: number }[] }).parts;
      const file = pathname.split('/').at(-2);
      return json(200, {
        parts: [{ part, url: `${storage}/${file}-${part}`, headers: { 'x-part': `${part}` } }],
      });
    }
    completed.push(request.body);
    return json(202, {});
  });
  const client = createClient('https://api.test', () => 'token', {
    company: 'luma',
    fetch,
    wait: async () => {},
  });
  return { client, sent, stored, completed, maxRunning: () => maxRunning };
}

const small = (name: string, text = name): UploadFile => ({
  name,
  type: 'text/plain; charset=utf-8',
  content: new Blob([text]),
});
const puts = (sent: readonly SentRequest[]) => sent.filter(({ url }) => url.startsWith(storage));

describe('an upload', () => {
  it('knows the size from which the API asks for upload parts', () => {
    expect(multipartAbove).toBe(limits.multipartAbove);
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
    expect(signed.map(({ body }) => body)).toContainEqual({ parts: [{ part: 1, sha256: sha256('film') }] });
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
    expect(files[0]).toMatchObject({ refused: 'not supported' });
    expect(puts(sent).map(({ url }) => url)).toEqual([`${storage}/ok`]);
  });

  it('reports bytes and files until all are sent', async () => {
    const { client } = uploadWorld();
    const reports: UploadProgress[] = [];
    const size = multipartAbove + 1;
    await client.upload([small('a', 'aa'), largeFile('film', size)], {
      parallel: 1,
      onProgress: (progress) => reports.push(progress),
    });
    expect(reports.map(({ file, sentFiles }) => [file, sentFiles])).toEqual([
      ['a', 1],
      ['film', 1],
      ['film', 1],
      ['film', 1],
      ['film', 2],
    ]);
    const sentBytes = reports.map((report) => report.sentBytes);
    expect(sentBytes).toEqual(sentBytes.toSorted((a, b) => a - b));
    expect(reports.at(-1)).toMatchObject({ sentBytes: size + 2, totalBytes: size + 2, totalFiles: 2 });
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

  it('throws an ApiError that names the file if the storage refuses it', async () => {
    const { client } = uploadWorld(({ url }) =>
      url.startsWith(storage) ? new Response('<Error/>', { status: 403 }) : undefined,
    );
    await expect(client.upload([small('a')])).rejects.toThrow('Upload of a failed: 403');
  });
});

describe('an interrupted upload', () => {
  it('continues after an error with what is missing, in the same job', async () => {
    let broken = true;
    const { client, sent, completed } = uploadWorld(({ url }) =>
      broken && url === `${storage}/2-3` ? new Response('', { status: 400 }) : undefined,
    );
    const upload = client.prepareUpload([small('a'), largeFile('film', multipartAbove + 4)], { parallel: 1 });
    await expect(upload.send()).rejects.toThrow('Upload of part 3 of film failed: 400');
    broken = false;
    const before = sent.length;
    await upload.send();
    expect(puts(sent.slice(before)).map(({ url }) => url)).toEqual([`${storage}/2-3`, `${storage}/2-4`]);
    expect(sent.filter(({ url }) => url.endsWith('/uploads'))).toHaveLength(1);
    expect(completed).toHaveLength(1);
  });

  it('continues after an abort', async () => {
    const abort = new AbortController();
    const { client, sent, stored } = uploadWorld();
    const upload = client.prepareUpload([small('a'), small('b')], { parallel: 1 });
    const stopped = upload.send({ signal: abort.signal, onProgress: () => abort.abort(new Error('stop')) });
    await expect(stopped).rejects.toThrow('stop');
    expect([...stored.keys()]).toEqual(['/a']);
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
