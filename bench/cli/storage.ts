/**
 * The storage and the API of the comparison, in a process of their own: S3 as far as both programs use it, and the API of a
 * library in memory. Both respond after a fixed time, as services in the same region do, and neither is a limit otherwise.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fakeLibrary } from '../../packages/cli/test/fake-library.ts';
import { serveParent } from '../support/child-process.ts';

/** Milliseconds of a PUT, and of a request to the API: medians of small requests in a region are 20 to 60. */
const putMs = 30;
const apiMs = 40;

const counted = { objects: 0, bytes: 0 };
let library = fakeLibrary();
let address = '';
/** What the AWS CLI has stored, for its next comparison. */
let objects = new Map<string, { readonly size: number; readonly modified: string }>();

const server = createServer((request, response) => {
  void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = 'GET', url = '/' } = request;
  const path = decodeURIComponent(url.split('?')[0] ?? '');
  if (path.startsWith('/v1/')) {
    await wait(apiMs);
    return send(
      response,
      await library.fetch(`${address}${url}`, { method, ...(body.length > 0 && { body: String(body) }) }),
    );
  }
  if (path.startsWith('/aws')) return serveAws(method, path, body, response);
  await wait(putMs);
  counted.objects += 1;
  counted.bytes += body.length;
  const stored = await library.fetch(`${address}${path}`, { method, body: new Uint8Array(body) });
  record(path, body);
  return send(response, stored);
}

/** A file that has arrived becomes an asset. */
function record(path: string, body: Buffer): void {
  const [, , jobId = '', number = ''] = path.split('/');
  const file = library.jobs.get(jobId)?.[Number(number) - 1];
  if (!file) return;
  library.state.assets[file.name.replace(/\.[^.]*$/, '')] = {
    folder: file.folder,
    fileName: file.name,
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('base64'),
    published: true,
  };
}

async function serveAws(method: string, path: string, body: Buffer, response: ServerResponse): Promise<void> {
  await wait(putMs);
  if (method === 'PUT') {
    counted.objects += 1;
    counted.bytes += body.length;
    objects.set(path.replace('/aws/', ''), { size: body.length, modified: new Date().toISOString() });
    response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
    return;
  }
  const contents = [...objects].map(
    ([key, { size, modified }]) =>
      `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><ETag>"0"</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>aws</Name><Prefix></Prefix><KeyCount>${objects.size}</KeyCount><MaxKeys>100000</MaxKeys><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    );
}

async function send(response: ServerResponse, from: Response): Promise<void> {
  const { etag, 'content-type': type } = Object.fromEntries(from.headers);
  response.writeHead(from.status, { ...(etag && { etag }), ...(type && { 'content-type': type }) });
  response.end(Buffer.from(await from.arrayBuffer()));
}

serveParent({
  async start(): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    library = fakeLibrary({}, `${address}/s3`);
    return address;
  },
  /** Empties both libraries. */
  reset(): void {
    library = fakeLibrary({}, `${address}/s3`);
    objects = new Map();
    Object.assign(counted, { objects: 0, bytes: 0 });
  },
  counts: () => ({ ...counted, assets: Object.keys(library.state.assets).length }),
});
