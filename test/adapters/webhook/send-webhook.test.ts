import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type SendOptions, sendWebhook } from '../../../adapters/webhook/send-webhook.ts';
import { signWebhook } from '../../../adapters/webhook/sign-webhook.ts';
import { webhookSecret } from '../../../domain/notifications/webhook-secret.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function portOf(server: Pick<Server, 'listen' | 'close' | 'address' | 'once'>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  closers.push(() => {
    server.close();
    (server as Partial<Server>).closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

/** A receiver on the own machine; and how often it was called. */
async function receiver(listener: RequestListener): Promise<number> {
  return portOf(http.createServer(listener));
}

/** A receiver that speaks as it likes. */
async function bareReceiver(response: string): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write(response));
  });
  return portOf(server as unknown as Server);
}

const loopback = { address: '127.0.0.1', family: 4 };
const local: SendOptions = { allowLoopback: true, resolve: async () => [loopback] };
const send = (url: string, options: SendOptions = {}) =>
  sendWebhook({ url, headers: {}, body: '{"a":1}' }, { ...local, ...options });

describe('A notification', () => {
  it('is posted byte for byte as it was signed, and the receiver can verify it', async () => {
    const secret = webhookSecret(new Uint8Array(24).fill(7));
    const body = '{"name":"Über 🎬"}';
    const received = Promise.withResolvers<unknown>();
    const port = await receiver(async (request, response) => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      received.resolve({
        method: request.method,
        url: request.url,
        type: request.headers['content-type'],
        agent: request.headers['user-agent'],
        host: request.headers.host,
        verified: new Webhook(secret).verify(text, request.headers as Record<string, string>),
      });
      response.writeHead(202, { 'retry-after': '7' }).end('thanks');
    });
    const headers = { ...signWebhook({ id: 'msg_1', at: new Date().toISOString(), body }, [secret]) };
    const outcome = await sendWebhook(
      { url: `http://127.0.0.1:${port}/in?token=1`, headers, body },
      { allowLoopback: true },
    );
    expect(outcome).toEqual({
      outcome: 'responded',
      status: 202,
      body: 'thanks',
      truncated: false,
      retryAfter: '7',
    });
    expect(await received.promise).toEqual({
      method: 'POST',
      url: '/in?token=1',
      type: 'application/json',
      agent: 'Pressroom-Webhook/1',
      host: `127.0.0.1:${port}`,
      verified: { name: 'Über 🎬' },
    });
  });

  it('is sent to the own machine by its host name too, if that is allowed', async () => {
    const port = await receiver((_, response) => response.end());
    const url = `http://localhost:${port}/`;
    expect(await sendWebhook({ url, headers: {}, body: '{}' }, { allowLoopback: true })).toMatchObject({
      outcome: 'responded',
      status: 200,
    });
    expect(await sendWebhook({ url, headers: {}, body: '{}' })).toMatchObject({ outcome: 'refused' });
  });

  it('is sent to the checked address: the host is looked up only once', async () => {
    const port = await receiver((request, response) => response.end(request.headers.host));
    const resolve = vi
      .fn()
      .mockResolvedValueOnce([loopback])
      .mockResolvedValue([{ address: '10.0.0.1', family: 4 }]);
    expect(await send(`http://rebinding.example.com:${port}/`, { resolve })).toMatchObject({
      outcome: 'responded',
      body: `rebinding.example.com:${port}`,
    });
    expect(resolve.mock.calls).toEqual([['rebinding.example.com']]);
  });

  it('tries the addresses of a host one after the other', async () => {
    const port = await receiver((_, response) => response.end());
    // Nothing listens at the first: only 127.0.0.1 is bound.
    const resolve = async () => [{ address: '127.0.0.2', family: 4 }, loopback];
    expect(await send(`http://two.example.com:${port}/`, { resolve })).toMatchObject({
      outcome: 'responded',
    });
  });

  it('is not sent if one of the addresses is not public, even if the own machine is allowed', async () => {
    let calls = 0;
    const port = await receiver((_, response) => {
      calls += 1;
      response.end();
    });
    const resolve = async () => [loopback, { address: '192.168.0.1', family: 4 }];
    expect(await send(`http://mixed.example.com:${port}/`, { resolve })).toEqual({
      outcome: 'refused',
      reason: expect.stringContaining('not public (private)'),
    });
    expect(calls).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i)', async (status) => {
    const paths: unknown[] = [];
    const port = await receiver((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    });
    expect(await send(`http://hooks.example.com:${port}/first`)).toMatchObject({
      outcome: 'responded',
      status,
    });
    expect(paths).toEqual(['/first']);
  });

  it('uses no proxy of the environment', async () => {
    const port = await receiver((_, response) => response.end('direct'));
    const restore = http.setGlobalProxyFromEnv({
      http_proxy: 'http://127.0.0.1:9/',
      https_proxy: 'http://127.0.0.1:9/',
    });
    closers.push(restore);
    expect(await send(`http://hooks.example.com:${port}/`)).toMatchObject({ body: 'direct' });
  });

  it('uses TLS with the name of the host, which its certificate must have', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'hooks.example.com' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'hooks.example.com' }] }],
    });
    const asked: unknown[] = [];
    const port = await portOf(
      createHttpsServer(
        {
          key,
          cert,
          SNICallback(name, callback) {
            asked.push(name);
            callback(null);
          },
        },
        (request, response) => response.end(request.headers.host),
      ),
    );
    const url = `https://hooks.example.com:${port}/`;
    expect(await send(url)).toMatchObject({ outcome: 'failed', cause: 'tls' });
    const trusted = tls.getCACertificates();
    tls.setDefaultCACertificates([cert]);
    closers.push(() => tls.setDefaultCACertificates(trusted));
    expect(await send(url)).toMatchObject({ outcome: 'responded', body: `hooks.example.com:${port}` });
    expect(await send(`https://other.example.com:${port}/`)).toEqual({
      outcome: 'failed',
      cause: 'tls',
      reason: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    expect(asked).toEqual(['hooks.example.com', 'hooks.example.com', 'other.example.com']);
  });
});

describe('A response', () => {
  it('is read up to 4 kB, and then the connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const port = await receiver((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more).on('close', () => closed.resolve());
      more();
    });
    const outcome = await send(`http://hooks.example.com:${port}/`);
    expect(outcome).toEqual({ outcome: 'responded', status: 200, body: 'x'.repeat(4_096), truncated: true });
    await closed.promise;
  });

  it.each([
    [4_096, false],
    [4_097, true],
  ])('of %i bytes is truncated: %s', async (length, truncated) => {
    const port = await receiver((_, response) => response.end('x'.repeat(length)));
    const outcome = await send(`http://hooks.example.com:${port}/`);
    expect(outcome).toMatchObject({ body: 'x'.repeat(4_096), truncated });
  });

  it('counts by its status even if its body never ends', async () => {
    const port = await receiver((_, response) => {
      response.write('so far');
    });
    expect(await send(`http://hooks.example.com:${port}/`, { timeout: 200 })).toEqual({
      outcome: 'responded',
      status: 200,
      body: 'so far',
      truncated: true,
    });
  });
});

describe('An attempt fails', () => {
  it('when no response comes in time', async () => {
    const port = await receiver(() => {});
    expect(await send(`http://hooks.example.com:${port}/`, { timeout: 100 })).toEqual({
      outcome: 'failed',
      cause: 'timeout',
      reason: `hooks.example.com:${port} did not respond within 0.1 seconds`,
    });
  });

  it('when the response is too slow: the time limit is for the whole attempt', async () => {
    const port = await bareReceiver('HTTP/1.1 200 OK\r\nX-Slow: ');
    expect(await send(`http://hooks.example.com:${port}/`, { timeout: 100 })).toMatchObject({
      cause: 'timeout',
    });
  });

  it('after 15 seconds, the look-up of the host included', async () => {
    vi.useFakeTimers();
    closers.push(() => vi.useRealTimers());
    const settled = vi.fn();
    const outcome = send('http://hooks.example.com/', { resolve: () => new Promise(() => {}) });
    outcome.then(settled, settled);
    await vi.advanceTimersByTimeAsync(14_999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ cause: 'timeout', reason: expect.stringContaining('15 seconds') });
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'])('when the host has no address (%s)', async (code) => {
    const resolve = async () => {
      throw Object.assign(new Error('no'), { code });
    };
    expect(await send('https://hooks.example.com/', { resolve })).toMatchObject({ cause: 'unknown-host' });
  });

  it('when the host has an empty list of addresses', async () => {
    expect(await send('https://hooks.example.com/', { resolve: async () => [] })).toMatchObject({
      cause: 'unknown-host',
    });
  });

  it('when no server listens', async () => {
    const server = http.createServer();
    const port = await portOf(server);
    server.close();
    expect(await send(`http://hooks.example.com:${port}/`)).toMatchObject({
      cause: 'unreachable',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('when the receiver closes the connection', async () => {
    const port = await receiver((request) => request.socket.destroy());
    expect(await send(`http://hooks.example.com:${port}/`)).toMatchObject({ cause: 'unreachable' });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'not-http'],
    ['a header without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 'not-http'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'not-http'],
    [
      'another protocol from then on',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'unreachable',
    ],
  ])('when the response is %s', async (_, answer, cause) => {
    const port = await bareReceiver(answer);
    expect(await send(`http://hooks.example.com:${port}/`)).toMatchObject({ outcome: 'failed', cause });
  });

  it('when the receiver does not support TLS', async () => {
    const port = await receiver((_, response) => response.end());
    expect(await send(`https://hooks.example.com:${port}/`)).toMatchObject({ cause: 'tls' });
  });
});
