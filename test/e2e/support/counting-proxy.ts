import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { vi } from 'vitest';

/** Counts what a process sends to the storage, and cuts its connections. */
export interface CountingProxy {
  /** For the environment variable HTTP_PROXY. */
  readonly address: string;
  /** Bytes of bodies that the storage has stored. */
  readonly stored: number;
  /** Bytes of bodies that were sent, also of those that were broken off. */
  readonly sent: number;
  /** Breaks every connection off, and takes no other. */
  isCut: boolean;
  reset(): void;
  until(isTrue: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A proxy for plain HTTP. Node.js asks it for a tunnel (CONNECT); inside a tunnel to the storage it reads the requests, and
 * counts each PUT that the storage has confirmed.
 * @param storagePort port of S3 on this machine
 */
export async function startCountingProxy(storagePort: string): Promise<CountingProxy> {
  const sockets = new Set<Duplex>();
  const counted = { stored: 0, sent: 0, isCut: false };

  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };

  const storage = createServer((incoming, response) => {
    let bytes = 0;
    const forwarded = request(
      { port: storagePort, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (result) => {
        if (incoming.method === 'PUT' && result.statusCode === 200) counted.stored += bytes;
        response.writeHead(result.statusCode ?? 502, result.headers);
        result.pipe(response);
      },
    );
    forwarded.on('error', () => incoming.socket.destroy());
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      counted.sent += chunk.length;
    });
    incoming.on('error', () => forwarded.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) forwarded.destroy();
    });
    incoming.pipe(forwarded);
  });
  storage.requestTimeout = 0;

  const server = createServer();
  server.on('connect', ({ url = '' }, socket: Socket) => {
    keep(socket);
    if (counted.isCut) {
      // Without a response, Node.js would connect again without end.
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = url.split(':');
    if (port === storagePort) {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      storage.emit('connection', socket);
      return;
    }
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket);
      socket.pipe(target);
    });
    keep(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get stored() {
      return counted.stored;
    },
    get sent() {
      return counted.sent;
    },
    get isCut() {
      return counted.isCut;
    },
    set isCut(isCut) {
      counted.isCut = isCut;
      if (isCut) for (const socket of sockets) socket.destroy();
    },
    reset() {
      Object.assign(counted, { stored: 0, sent: 0, isCut: false });
    },
    until: (isTrue) =>
      vi.waitFor(
        () => {
          if (!isTrue()) throw new Error(`Stored are ${counted.stored} bytes`);
        },
        { timeout: 120_000, interval: 5 },
      ),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
