import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, localCertificate } from '../../src/edge/certificate.ts';
import { type EdgeServer, startEdgeServer } from '../../src/edge/edge-server.ts';
import { type EdgeFixture, startEdgeFixture } from './edge-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'edge-'));
let certificate: Certificate;
let fixture: EdgeFixture;
let server: EdgeServer;

beforeAll(async () => {
  certificate = await localCertificate(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await server.stop();
  await fixture.stop();
});

/** Starts an edge in front of an origin that sends `size` bytes in pieces. */
async function start(size: number, httpVersion = 'http2and3') {
  fixture = await startEdgeFixture({
    behaviour: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'] },
    viewerResponse: `function handler(event) {
      event.response.headers['x-host'] = { value: event.request.headers.host.value };
      event.response.headers['x-cookies'] = { value: Object.keys(event.request.cookies).join() };
      return event.response;
    }`,
    origin: (request, response) => {
      if (request.method === 'POST') {
        request.pipe(response);
        return;
      }
      response.writeHead(200, { 'content-length': size });
      for (let sent = 0; sent < size; sent += 65_536)
        response.write(Buffer.alloc(Math.min(65_536, size - sent), 'x'));
      response.end();
    },
  });
  server = await startEdgeServer({
    edge: fixture.edge,
    certificate,
    port: 0,
    httpVersion,
    log: (line) => fixture.logged.push(line),
  });
  return `https://127.0.0.1:${server.port}`;
}

async function overHttp2(origin: string, headers: http2.OutgoingHttpHeaders, body = '') {
  const session = http2.connect(origin, { ca: certificate.cert });
  const stream = session.request(headers);
  if (body !== '') stream.end(body);
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  session.close();
  return { headers: head, body: Buffer.concat(chunks) };
}

async function overHttp1(origin: string, path: string) {
  const request = https.get(`${origin}${path}`, { ca: certificate.cert, agent: false });
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { version: response.httpVersion, headers: response.headers, body: Buffer.concat(chunks) };
}

describe('the edge server', () => {
  it('serves the same over plain HTTP, for browsers that do not know the certificate', async () => {
    await start(300_000);
    const plain = await startEdgeServer({
      edge: fixture.edge,
      certificate: undefined,
      port: 0,
      httpVersion: 'http2and3',
      log: () => {},
    });
    try {
      const response = await fetch(`http://127.0.0.1:${plain.port}/a?b=1`);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-host')).toBe(`127.0.0.1:${plain.port}`);
      expect((await response.arrayBuffer()).byteLength).toBe(300_000);
    } finally {
      await plain.stop();
    }
  });

  it('supports HTTP/2 and HTTP/1.1 on one port and serves the same object with both', async () => {
    const origin = await start(300_000);
    const second = await overHttp2(origin, { ':path': '/a?b=1', cookie: 'one=1; two=2' });
    expect(second.headers[':status']).toBe(200);
    expect(second.headers['x-cache']).toBe('Miss from cloudfront');
    expect(second.headers['x-host']).toBe(`127.0.0.1:${server.port}`);
    expect(second.headers['x-cookies']).toBe('one,two');
    expect(second.body).toHaveLength(300_000);
    const first = await overHttp1(origin, '/a?b=1');
    expect(first.version).toBe('1.1');
    expect(first.headers['x-cache']).toBe('Hit from cloudfront');
    expect(first.body.equals(second.body)).toBe(true);
    expect(fixture.originRequests).toEqual(['GET /a?b=1']);
  });

  it('supports only HTTP/1.1 if the template says so', async () => {
    const origin = await start(10, 'http1.1');
    expect((await overHttp1(origin, '/a')).body).toHaveLength(10);
    const session = http2.connect(origin, { ca: certificate.cert });
    await once(session, 'error');
    session.destroy();
  });

  it('forwards the body of a request', async () => {
    const origin = await start(0);
    const response = await overHttp2(origin, { ':path': '/a', ':method': 'POST' }, 'hello');
    expect(response.body.toString()).toBe('hello');
  });

  it('caches an object even if the visitor disconnects during the fetch', async () => {
    const size = 8_000_000;
    const origin = await start(size);
    const session = http2.connect(origin, { ca: certificate.cert });
    const stream = session.request({ ':path': '/a' });
    await once(stream, 'data');
    stream.close(http2.constants.NGHTTP2_CANCEL);
    session.close();
    await expect.poll(() => fixture.cache.size).toBe(1);
    const response = await overHttp1(origin, '/a');
    expect(response.headers['x-cache']).toBe('Hit from cloudfront');
    expect(response.body).toHaveLength(size);
  });
});

describe('the certificate', () => {
  it('is valid for localhost and 127.0.0.1, and is stored', async () => {
    await start(0);
    const read = new X509Certificate(certificate.cert);
    expect(read.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect((await localCertificate(folder)).cert).toBe(certificate.cert);
  });

  it('is one for two callers at the same moment', async () => {
    const other = mkdtempSync(join(tmpdir(), 'certificate-'));
    const [first, second] = await Promise.all([localCertificate(other), localCertificate(other)]);
    expect(second).toEqual(first);
    expect(await localCertificate(other)).toEqual(first);
    rmSync(other, { recursive: true });
  });

  it('is replaced before it expires', async () => {
    await start(0);
    const later = new Date(Date.now() + 800 * 86_400_000);
    const other = mkdtempSync(join(tmpdir(), 'edge-'));
    const old = await localCertificate(other);
    expect((await localCertificate(other, later)).cert).not.toBe(old.cert);
    rmSync(other, { recursive: true });
  });

  it.each([
    ['half a certificate', 'localhost.pem', (text: string) => text.slice(0, text.length / 2)],
    ['no key', 'localhost-key.pem', () => ''],
  ])('makes another pair in place of one with %s', async (_, name, damage) => {
    const other = mkdtempSync(join(tmpdir(), 'certificate-'));
    const old = await localCertificate(other);
    const file = join(other, 'tls', name);
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const made = await localCertificate(other);
    expect(made.cert).not.toBe(old.cert);
    expect(await localCertificate(other)).toEqual(made);
    rmSync(other, { recursive: true });
  });
});
