/**
 * S3 as the model has it: plain HTTP, objects in memory, latencies and limits of behaviour.ts. A process of its own. Copies
 * keep no bytes: an object is a size, except for small texts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveParent } from '../support/child-process.ts';
import { behaviour, type Latency, latencySource, prefixLimits } from './behaviour.ts';

interface StoredObject {
  readonly bytes: number;
  readonly text?: Buffer;
  readonly etag: string;
}

export interface S3Counts {
  copies: number;
  /** Responses with 503 SlowDown. */
  refused: number;
  heads: number;
  lists: number;
}

const { s3 } = behaviour;
const pageKeys = 1_000;
const modified = '2026-11-01T00:00:00.000Z';
/** Wall seconds for a second of the model. */
const slowdown = Number(process.env.SLOWDOWN);
const now = () => performance.now() / 1_000 / slowdown;

let buckets = new Map<string, Map<string, StoredObject>>();
/** Sorted keys of a bucket, for lists. */
let sorted = new Map<string, string[]>();
let counts = noCounts();
let writes = new Map<string, ReturnType<typeof prefixLimits>>();
let reads = new Map<string, ReturnType<typeof prefixLimits>>();
let latency = latencySource(1);

const server = createServer((request, response) => {
  void handle(request, response);
});
server.keepAliveTimeout = 600_000;

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
  const [, bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const { method = 'GET', headers } = request;
  const source = headers['x-amz-copy-source'];
  const isList = method === 'GET' && key === '';
  const isWrite = method === 'PUT' || method === 'DELETE' || method === 'POST';
  const body = isWrite ? await read(request) : Buffer.alloc(0);
  const limits = limitOf(isWrite ? writes : reads, bucket, isWrite);
  if (!limits.take(isList ? (searchParams.get('prefix') ?? '') : key, now())) {
    counts.refused += 1;
    return reply(s3.refusal, 503, error('SlowDown', 'Please reduce your request rate.'));
  }
  const objects = bucketOf(bucket);

  if (isList) {
    counts.lists += 1;
    if (searchParams.has('location')) return reply(s3.small, 200, xml('<LocationConstraint/>'));
    return reply(s3.list, 200, listOf(bucket, searchParams));
  }
  if (method === 'PUT' && source !== undefined) {
    counts.copies += 1;
    const [, from = '', name = ''] = /^\/?([^/]+)\/([^?]+)/.exec(String(source)) ?? [];
    const original = bucketOf(from).get(decodeURIComponent(name));
    if (!original) return reply(s3.small, 404, error('NoSuchKey', 'The specified key does not exist.'));
    put(bucket, key, original);
    const result = `<CopyObjectResult><LastModified>${modified}</LastModified><ETag>&quot;${original.etag}&quot;</ETag></CopyObjectResult>`;
    return reply(s3.copy, 200, xml(result));
  }
  const before = objects.get(key);
  if (method === 'PUT') {
    const { 'if-none-match': none, 'if-match': match } = headers;
    if ((none === '*' && before) || (match !== undefined && match !== `"${before?.etag}"`))
      return reply(s3.small, 412, error('PreconditionFailed', 'At least one of the conditions failed'));
    put(bucket, key, { bytes: body.length, text: body, etag: etagOf() });
    return reply(s3.small, 200, '', { etag: `"${objects.get(key)?.etag}"` });
  }
  if (method === 'HEAD') counts.heads += 1;
  if (!before) return reply(s3.small, 404, error('NoSuchKey', 'The specified key does not exist.'));
  const facts = {
    etag: `"${before.etag}"`,
    'content-length': String(before.bytes),
    'last-modified': new Date(modified).toUTCString(),
    'content-type': 'image/jpeg',
  };
  return reply(s3.small, 200, method === 'HEAD' ? '' : (before.text ?? Buffer.alloc(before.bytes)), facts);

  function reply(
    delay: Latency,
    status: number,
    content: string | Buffer,
    more: Record<string, string> = {},
  ): void {
    setTimeout(() => {
      response.writeHead(status, {
        'x-amz-request-id': '0',
        'content-type': 'application/xml',
        ...(method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(content) }),
        ...more,
      });
      response.end(method === 'HEAD' ? undefined : content);
    }, latency(delay) * slowdown);
  }
}

let etags = 0;
const etagOf = () => (etags++).toString(16).padStart(32, '0');

function listOf(bucket: string, parameters: URLSearchParams): string {
  const prefix = parameters.get('prefix') ?? '';
  // `marker` is that of the first version of lists.
  const after =
    ['continuation-token', 'start-after', 'marker'].map((name) => parameters.get(name)).find(Boolean) ?? '';
  const max = Math.min(pageKeys, Number(parameters.get('max-keys') ?? pageKeys));
  const keys = keysOf(bucket);
  let index = lowerBound(keys, [after, prefix].sort().at(-1) ?? '');
  if (after !== '' && keys[index] === after) index += 1;
  const page: string[] = [];
  for (; page.length < max && keys[index]?.startsWith(prefix); index += 1) page.push(keys[index] ?? '');
  const isTruncated = keys[index]?.startsWith(prefix) ?? false;
  const objects = bucketOf(bucket);
  const contents = page.map((key) => {
    const { bytes = 0, etag = '' } = objects.get(key) ?? {};
    return `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${bytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const next = isTruncated
    ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken><NextMarker>${page.at(-1)}</NextMarker>`
    : '';
  return xml(
    `<ListBucketResult><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${max}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  );
}

function keysOf(bucket: string): string[] {
  const known = sorted.get(bucket) ?? [...bucketOf(bucket).keys()].sort();
  sorted.set(bucket, known);
  return known;
}

function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put(bucket: string, key: string, object: StoredObject): void {
  const objects = bucketOf(bucket);
  if (!objects.has(key)) sorted.delete(bucket);
  objects.set(key, object);
}

function bucketOf(name: string): Map<string, StoredObject> {
  const objects = buckets.get(name) ?? new Map<string, StoredObject>();
  buckets.set(name, objects);
  return objects;
}

function limitOf(all: typeof writes, bucket: string, isWrite: boolean) {
  const limits =
    all.get(bucket) ?? prefixLimits(isWrite ? s3.writesPerSecond : s3.readsPerSecond, s3.secondsUntilSplit);
  all.set(bucket, limits);
  return limits;
}

function noCounts(): S3Counts {
  return { copies: 0, refused: 0, heads: 0, lists: 0 };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const xml = (content: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${content}`;

const error = (code: string, message: string) =>
  xml(`<Error><Code>${code}</Code><Message>${message}</Message><RequestId>0</RequestId></Error>`);

serveParent({
  listen: () =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
    }),
  /** Empties all buckets and fills one. */
  reset({ bucket, keys, bytes, seed }: { bucket: string; keys: string[]; bytes: number; seed: number }) {
    buckets = new Map([
      [bucket, new Map(keys.map((key) => [key, { bytes, etag: etagOf() } satisfies StoredObject]))],
    ]);
    sorted = new Map();
    writes = new Map();
    reads = new Map();
    counts = noCounts();
    latency = latencySource(seed);
  },
  counts: () => counts,
  objects: (bucket: string) => bucketOf(bucket).size,
  text: ({ bucket, key }: { bucket: string; key: string }) =>
    bucketOf(bucket).get(key)?.text?.toString('utf8'),
  cpuMilliseconds: () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
});
