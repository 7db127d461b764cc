import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenOptions, openUrl } from '../../../adapters/web-source/open-url.ts';
import { Failure } from '../../../domain/failure.ts';
import { type OpenedSource, SourceUnavailable } from '../../../domain/uploads/opened-source.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server on the own machine. @returns its address */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const local: OpenOptions = { allowLoopback: true };

async function open(
  url: string,
  before?: Parameters<typeof openUrl>[1],
  options = local,
): Promise<OpenedSource> {
  const opened = await openUrl(url, before, options);
  if (opened === 'unchanged') throw new Error('It has not changed');
  return opened;
}

async function textOf(opened: OpenedSource): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function problemOf(work: Promise<unknown>): Promise<{ final: boolean; message: string }> {
  const error = await work.then(
    () => new Error('It succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return { final: true, message: error.message };
  if (error instanceof SourceUnavailable) return { final: false, message: error.message };
  throw error;
}

describe('A file at a URL', () => {
  it('is read with what shows whether it has changed', async () => {
    const url = await serve((request, response) => {
      expect(request.headers).toMatchObject({ 'accept-encoding': 'identity' });
      const headers = {
        etag: '"a"',
        'last-modified': 'Tue, 24 Nov 2026 08:00:00 GMT',
        'content-length': '5',
      };
      response.writeHead(200, headers).end('bytes');
    });
    const opened = await open(`${url}/shoe.png`);
    expect(opened).toMatchObject({ bytes: 5, etag: '"a"', modified: 'Tue, 24 Nov 2026 08:00:00 GMT' });
    expect(await textOf(opened)).toBe('bytes');
  });

  it('is not read if its server says that it has not changed', async () => {
    const url = await serve((request, response) => {
      expect(request.headers).toMatchObject({ 'if-none-match': '"a"', 'if-modified-since': 'yesterday' });
      response.writeHead(304).end();
    });
    expect(await openUrl(url, { etag: '"a"', modified: 'yesterday' }, local)).toBe('unchanged');
  });

  it.each([
    [401, true, 'needs a permission'],
    [403, true, 'needs a permission'],
    [404, true, 'there is no file at this URL'],
    [410, true, 'there is no file at this URL'],
    [418, true, 'not with the file (200)'],
    [206, true, 'not with the file (200)'],
    [304, true, 'not with the file (200)'],
    [408, false, 'responded with 408'],
    [429, false, 'responded with 429'],
    [500, false, 'responded with 500'],
    [503, false, 'responded with 503'],
  ])('with the status %i is refused for good: %s', async (status, final, text) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect(await problemOf(open(url))).toEqual({ final, message: expect.stringContaining(text) });
  });

  it('is found behind redirects, each of which is checked', async () => {
    const url = await serve((request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop > 0) response.writeHead(302, { location: `/${hop - 1}` }).end();
      else response.end('found');
    });
    expect(await textOf(await open(`${url}/5`))).toBe('found');
    expect(await problemOf(open(`${url}/6`))).toEqual({
      final: true,
      message: expect.stringContaining('more than 5 times'),
    });
  });

  it.each([
    ['http://10.0.0.1/', 'is not a public address (private)'],
    ['http://169.254.169.254/latest/meta-data', 'is not a public address (link-local)'],
    ['file:///etc/passwd', 'must start with https://'],
    ['https://user:pass@files.example.com/', 'has credentials'],
    ['http://[::', 'is not valid'],
  ])('is refused behind a redirect to %s', async (location, text) => {
    const url = await serve((_, response) => response.writeHead(301, { location }).end());
    expect(await problemOf(open(url))).toEqual({ final: true, message: expect.stringContaining(text) });
  });

  it.each([
    ['http://files.example.org/a.png', 'is not encrypted: use https://'],
    ['https://127.0.0.1/a.png', 'is not a public address (loopback)'],
    ['https://localhost/a.png', 'is not a name of the public internet'],
    ['https://files.example.org:22/a.png', 'The port 22 is not allowed'],
  ])('outside the local cloud is refused at %s', async (url, text) => {
    expect(await problemOf(open(url, undefined, {}))).toEqual({
      final: true,
      message: expect.stringContaining(text),
    });
  });

  it('is refused if its host has an address that is not public', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await problemOf(open('https://files.example.org/', undefined, { resolve }))).toEqual({
      final: true,
      message: expect.stringContaining('not public (private)'),
    });
  });

  it('may be there another time if its host has no address', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
    expect(await problemOf(open('https://files.example.org/', undefined, { resolve }))).toEqual({
      final: false,
      message: 'files.example.org has no address (ENOTFOUND): check the host name',
    });
  });

  it('is given up for now if the server does not respond, or stops to send', async () => {
    const silent = await serve(() => {});
    expect(await problemOf(open(silent, undefined, { ...local, headTimeout: 20 }))).toMatchObject({
      final: false,
      message: expect.stringContaining('did not respond within'),
    });
    const stuck = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345');
    });
    const opened = await open(stuck, undefined, { ...local, idleTimeout: 20 });
    expect(await problemOf(textOf(opened))).toMatchObject({
      final: false,
      message: expect.stringMatching(/sent nothing for 0.02 seconds after 5 bytes/),
    });
  });

  it('is given up for now if the connection breaks', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345', () => response.destroy());
    });
    expect(await problemOf(textOf(await open(url)))).toMatchObject({
      final: false,
      message: expect.stringContaining('broke the connection after'),
    });
  });

  it('is refused if it comes in an encoding that nobody asked for', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    );
    expect(await problemOf(open(url))).toMatchObject({
      final: true,
      message: expect.stringContaining('gzip'),
    });
  });

  const bytes = Buffer.from('0123456789');
  const ranged =
    (etag: string | undefined, version = () => etag): RequestListener =>
    (request, response) => {
      const headers = { ...(etag && { etag: version() ?? etag }), 'accept-ranges': 'bytes' };
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      if (first === undefined || request.headers['if-range'] !== version())
        return void response.writeHead(200, headers).end(bytes);
      response.writeHead(206, headers).end(bytes.subarray(Number(first), Number(last) + 1));
    };

  it('is read in parts of one version', async () => {
    let version = '"a"';
    const url = await serve(ranged('"a"', () => version));
    const opened = await open(url);
    expect(Buffer.from((await opened.readRange?.(2, 3)) ?? []).toString()).toBe('234');
    version = '"b"';
    expect(await problemOf(opened.readRange?.(5, 2) ?? Promise.resolve())).toMatchObject({
      final: false,
      message: expect.stringContaining('It was changed on'),
    });
    opened.close();
  });

  it.each([
    ['a weak ETag', { etag: 'W/"a"', 'accept-ranges': 'bytes' }],
    ['no ranges', { etag: '"a"' }],
    ['no version', { 'accept-ranges': 'bytes' }],
  ])('is not read in parts with %s', async (_, headers) => {
    const url = await serve((__, response) => response.writeHead(200, headers).end('x'));
    const opened = await open(url);
    expect(opened.readRange).toBeUndefined();
    opened.close();
  });
});
