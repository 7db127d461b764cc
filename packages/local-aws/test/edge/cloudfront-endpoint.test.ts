import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCloudFrontEndpoint } from '../../src/edge/cloudfront-endpoint.ts';
import { createEdgeCache, type EdgeCache } from '../../src/edge/edge-cache.ts';
import { createInvalidations, type Invalidations } from '../../src/edge/invalidations.ts';

const arn = 'arn:aws:cloudfront::123456789012:distribution/E1';

let cache: EdgeCache;
let invalidations: Invalidations;
let purges: (() => void)[];
let permissionChecks: string[];
let allowed: boolean;
let server: Server;
let client: CloudFrontClient;

const purgeNow = () => {
  for (const purge of purges.splice(0)) purge();
};

beforeEach(() => {
  cache = createEdgeCache(1_000_000);
  purges = [];
  permissionChecks = [];
  allowed = true;
  let ids = 0;
  invalidations = createInvalidations({
    cache,
    now: () => Date.parse('2026-11-24T12:00:00Z'),
    newId: () => `I${++ids}`,
    later: (purge) => purges.push(purge),
  });
});

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const endpoint = createCloudFrontEndpoint({
      account: '123456789012',
      distributions: new Map([['E1', { arn, invalidations }]]),
      permissions: {
        allows: async (principal, action, resource) => {
          permissionChecks.push(`${principal} ${action} ${resource}`);
          return allowed;
        },
      },
    });
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://endpoint');
    const result = await endpoint({
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: {},
      body: Buffer.concat(chunks),
      principal: 'arn:aws:iam::123456789012:role/invalidate-cdn',
    });
    response.writeHead(result.status, result.headers);
    response.end(result.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  client = new CloudFrontClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});

afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const store = (objectPath: string, tags: string[] = []) =>
  cache.set(
    objectPath,
    {
      status: 200,
      headers: {},
      body: Buffer.from('x'),
      isError: false,
      tags,
      objectPath,
      validators: { etag: undefined, lastModified: undefined },
      storedAt: 0,
      freshUntil: 1,
    },
    cache.begin(),
  );

const create = (items: string[], CallerReference = 'once', DistributionId = 'E1') =>
  client.send(
    new CreateInvalidationCommand({
      DistributionId,
      InvalidationBatch: { CallerReference, Paths: { Quantity: items.length, Items: items } },
    }),
  );

describe('the CloudFront API', () => {
  it('invalidates tags and paths, and reports Completed afterwards', async () => {
    store('/a', ['acme/a']);
    store('/b', ['acme/b']);
    store('/c?x=1&y=<2>');
    const created = await create(['#ACME/a', '/c?x=1&y=<2>'.replace('<2>', '2')]);
    expect(created.Invalidation).toMatchObject({
      Id: 'I1',
      Status: 'InProgress',
      CreateTime: new Date('2026-11-24T12:00:00Z'),
      InvalidationBatch: {
        CallerReference: 'once',
        Paths: { Quantity: 2, Items: ['#ACME/a', '/c?x=1&y=2'] },
      },
    });
    expect(created.Location).toContain('/distribution/E1/invalidation/I1');
    expect(cache.size).toBe(3);
    purgeNow();
    const read = await client.send(new GetInvalidationCommand({ DistributionId: 'E1', Id: 'I1' }));
    expect(read.Invalidation?.Status).toBe('Completed');
    expect(cache.get('/a')).toBeUndefined();
    expect(cache.get('/b')).toBeDefined();
  });

  it('checks the permission of the caller for the action and the distribution', async () => {
    await create(['/a']);
    expect(permissionChecks).toEqual([
      `arn:aws:iam::123456789012:role/invalidate-cdn cloudfront:CreateInvalidation ${arn}`,
    ]);
    allowed = false;
    await expect(create(['/b'], 'other')).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(invalidations.list()).toHaveLength(1);
  });

  it('returns the same invalidation for the same caller reference', async () => {
    const first = await create(['/a']);
    const again = await create(['/a']);
    expect(again.Invalidation?.Id).toBe(first.Invalidation?.Id);
    await expect(create(['/b'])).rejects.toMatchObject({ name: 'InvalidationBatchAlreadyExists' });
  });

  it('accepts at most 3,000 items in progress', async () => {
    const items = Array.from({ length: 3000 }, (_, index) => `#tag-${index}`);
    await create(items, 'many');
    await expect(create(['#one-more'], 'more')).rejects.toMatchObject({
      name: 'TooManyInvalidationsInProgress',
    });
    purgeNow();
    await expect(create(['#one-more'], 'more')).resolves.toBeDefined();
  });

  it.each([
    ['#'],
    ['#a,b'],
    ['#with space'],
    [`#${'x'.repeat(257)}`],
    ['/a*b'],
    ['/ä'],
    [`/${'x'.repeat(4000)}`],
  ])('refuses the item %s', async (item) => {
    await expect(create([item])).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('refuses an unknown distribution or invalidation by name', async () => {
    await expect(create(['/a'], 'x', 'E2')).rejects.toMatchObject({ name: 'NoSuchDistribution' });
    await expect(
      client.send(new GetInvalidationCommand({ DistributionId: 'E1', Id: 'I404' })),
    ).rejects.toMatchObject({ name: 'NoSuchInvalidation' });
  });

  it('lists invalidations in pages, newest first', async () => {
    for (const name of ['a', 'b', 'c']) await create([`/${name}`], name);
    const first = await client.send(new ListInvalidationsCommand({ DistributionId: 'E1', MaxItems: 2 }));
    expect(first.InvalidationList?.Items?.map(({ Id }) => Id)).toEqual(['I3', 'I2']);
    expect(first.InvalidationList?.IsTruncated).toBe(true);
    const second = await client.send(
      new ListInvalidationsCommand({ DistributionId: 'E1', Marker: first.InvalidationList?.NextMarker }),
    );
    expect(second.InvalidationList?.Items?.map(({ Id }) => Id)).toEqual(['I1']);
  });
});

describe('invalidation paths', () => {
  it.each([
    ['/a', ['/a']],
    ['a', ['/a']],
    ['/A', []],
    ['/a*', ['/a', '/a/b', '/a?wid=1', '/ab']],
    ['/a/*', ['/a/b']],
    ['/a?wid=1', ['/a?wid=1']],
    ['/*', ['/a', '/a/b', '/a?wid=1', '/ab', '/b']],
  ])('invalidates by %s the objects %j', (item, invalidated) => {
    const paths = ['/a', '/a/b', '/a?wid=1', '/ab', '/b'];
    for (const path of paths) store(path);
    invalidations.create({ callerReference: 'r', items: [item] });
    purgeNow();
    expect(paths.filter((path) => cache.get(path) === undefined)).toEqual(invalidated);
  });
});
