import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import type { Edge } from './edge.ts';
import type { ViewerRequest } from './messages.ts';

export interface EdgeServer {
  readonly port: number;
  stop(): Promise<void>;
}

type Request = http2.Http2ServerRequest;
type Response = http2.Http2ServerResponse;

/** Limit of a request's body. CloudFront allows 20 GB; uploads do not go through the local edge. */
const maxBodyBytes = 32 * 1024 * 1024;

interface EdgeServerOptions {
  readonly edge: Edge;
  /** Without one, the server speaks plain HTTP/1.1, which a browser shows without a warning of the certificate. */
  readonly certificate: Pick<Certificate, 'cert' | 'key'> | undefined;
  readonly port: number;
  /** HttpVersion of the template: `http1.1` disables HTTP/2. */
  readonly httpVersion: string;
  readonly log: (line: string) => void;
}

/** Serves an edge on 127.0.0.1: HTTP/2 with TLS, and HTTP/1.1 for clients without it. HTTP/3 is not supported. */
export async function startEdgeServer(options: EdgeServerOptions): Promise<EdgeServer> {
  const { edge, log } = options;
  const listener = (request: Request, response: Response) => {
    serve(edge, request, response).catch((error: unknown) => {
      // The head and part of the body are sent, so only a reset shows the visitor that the rest is missing.
      log(`${request.url} was cut off: ${error instanceof Error ? error.message : error}`);
      response.stream ? response.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR) : response.destroy();
    });
  };
  const server = createServer(options, listener);

  const sockets = new Set<Socket>();
  server.on(options.certificate ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('sessionError', () => {});
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One handler is enough: the HTTP/2 module also provides requests and responses of HTTP/1.1. */
function createServer(
  { certificate, httpVersion }: EdgeServerOptions,
  listener: (request: Request, response: Response) => void,
): http.Server | https.Server | http2.Http2SecureServer {
  const ofHttp1 = listener as unknown as http.RequestListener;
  if (!certificate) return http.createServer(ofHttp1);
  const secure = { cert: certificate.cert, key: certificate.key };
  return httpVersion === 'http1.1'
    ? https.createServer(secure, ofHttp1)
    : http2.createSecureServer({ ...secure, allowHTTP1: true }, listener);
}

async function serve(edge: Edge, request: Request, response: Response): Promise<void> {
  const body = await readAll(request);
  if (body === undefined) {
    response.writeHead(413, { 'content-type': 'text/plain' });
    response.end('The body is too large for the local CloudFront.\n');
    return;
  }
  const edgeResponse = await edge(viewerRequest(request, body));
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(edgeResponse.headers)) {
    if (connectionHeaders.has(name)) continue;
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  response.writeHead(edgeResponse.status, headers);
  if (edgeResponse.body === undefined) {
    response.end();
  } else if (Buffer.isBuffer(edgeResponse.body)) {
    response.end(edgeResponse.body);
  } else {
    await send(edgeResponse.body, response);
  }
}

/** Writes at the visitor's speed, and stops reading the body if the visitor disconnects. */
async function send(body: AsyncIterable<Uint8Array>, response: Response): Promise<void> {
  let disconnected = false;
  let wake = () => {};
  response.on('drain', () => wake());
  response.on('close', () => {
    disconnected = true;
    wake();
  });
  for await (const chunk of body) {
    if (disconnected) return;
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (disconnected) resolve();
    });
    if (disconnected) return;
  }
  response.end();
}

/** Headers of HTTP/1.1 connections, which do not exist in HTTP/2. */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

async function readAll(request: Request): Promise<Buffer | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) return undefined;
  }
  return Buffer.concat(chunks);
}

function viewerRequest(request: Request, body: Buffer): ViewerRequest {
  const mark = request.url.indexOf('?');
  const headers: Record<string, string | readonly string[]> = {};
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase() ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    const known = headers[name];
    if (name === '' || name.startsWith(':')) continue;
    if (known === undefined) headers[name] = value;
    // HTTP/2 may send each cookie in a separate header (RFC 9113, 8.2.3).
    else if (name === 'cookie') headers[name] = `${known}; ${value}`;
    else headers[name] = [...(typeof known === 'string' ? [known] : known), value];
  }
  headers.host ??= request.authority;
  return {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: mark < 0 ? undefined : request.url.slice(mark + 1),
    headers,
    ip: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    httpVersion: request.httpVersion,
    body,
  };
}
