import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { allQueries, type EdgeFixture, startEdgeFixture } from './edge-fixture.ts';

let fixture: EdgeFixture;
afterEach(() => fixture.stop());

const image = Buffer.alloc(5000, 'pixel');

/** An origin that returns one object for every request. */
const oneObject =
  (headers: Record<string, string> = {}, body: Buffer = image) =>
  (request: IncomingMessage, response: ServerResponse) => {
    if (headers.etag !== undefined && request.headers['if-none-match'] === headers.etag) {
      response.writeHead(304, headers);
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': body.length, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

describe('caching', () => {
  it('serves the second request from the cache, with Age', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject({ 'cache-control': 'public, max-age=600, s-maxage=36000' }),
    });
    const first = await fixture.get('/a');
    expect(first.status).toBe(200);
    expect(first.headers['x-cache']).toBe('Miss from cloudfront');
    expect(first.headers.age).toBeUndefined();
    expect(first.headers['x-amz-cf-pop']).toBe('LOCAL1-P1');
    fixture.advance(9000);
    const second = await fixture.get('/a');
    expect(second.headers['x-cache']).toBe('Hit from cloudfront');
    expect(second.headers.age).toBe('9000');
    expect(second.body.equals(image)).toBe(true);
    expect(fixture.originRequests).toEqual(['GET /a']);
  });

  it('revalidates a stale object, and reports RefreshHit if it is unchanged', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject({ etag: '"v1"', 'cache-control': 's-maxage=100' }),
    });
    await fixture.get('/a');
    fixture.advance(101);
    const again = await fixture.get('/a');
    expect(again.headers['x-cache']).toBe('RefreshHit from cloudfront');
    expect(again.body.equals(image)).toBe(true);
    expect(fixture.originHeaders[1]?.['if-none-match']).toBe('"v1"');
    fixture.advance(99);
    expect((await fixture.get('/a')).headers['x-cache']).toBe('Hit from cloudfront');
    expect(fixture.originRequests).toHaveLength(2);
  });

  it('fetches a stale object that has changed', async () => {
    let version = 1;
    fixture = await startEdgeFixture({
      origin: (_request, response) => {
        response.setHeader('etag', `"v${version}"`);
        response.setHeader('cache-control', 'max-age=10');
        response.end(`version ${version}`);
      },
    });
    await fixture.get('/a');
    version = 2;
    fixture.advance(11);
    const again = await fixture.get('/a');
    expect(again.headers['x-cache']).toBe('Miss from cloudfront');
    expect(again.body.toString()).toBe('version 2');
  });

  it.each([
    ['no-store', {}],
    ['private', {}],
    ['no-cache', {}],
    ['max-age=100', { MaxTTL: 0, DefaultTTL: 0 }],
  ])('caches nothing with "%s" and the policy %j', async (control, cachePolicy) => {
    fixture = await startEdgeFixture({ origin: oneObject({ 'cache-control': control }), cachePolicy });
    await fixture.get('/a');
    expect((await fixture.get('/a')).headers['x-cache']).toBe('Miss from cloudfront');
    expect(fixture.originRequests).toHaveLength(2);
  });

  it('serves a stale object while the origin fails, unless the origin forbids it', async () => {
    let fails = false;
    let control = 'max-age=10';
    fixture = await startEdgeFixture({
      origin: (_request, response) => {
        response.statusCode = fails ? 500 : 200;
        response.setHeader('cache-control', control);
        response.end(fails ? 'oh' : 'fine');
      },
    });
    await fixture.get('/a');
    control = 'max-age=10, must-revalidate';
    await fixture.get('/strict');
    fails = true;
    fixture.advance(11);
    expect((await fixture.get('/a')).body.toString()).toBe('fine');
    expect((await fixture.get('/strict')).status).toBe(500);
  });

  it('does not serve a stale object that the origin has removed', async () => {
    let status = 200;
    fixture = await startEdgeFixture({
      config: { CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }] },
      origin: (_request, response) => {
        response.writeHead(status, { 'cache-control': status === 200 ? 'max-age=10' : 'no-store' });
        response.end(String(status));
      },
    });
    const statuses = [];
    for (const next of [200, 404, 500]) {
      status = next;
      statuses.push((await fixture.get('/a')).status);
      fixture.advance(11);
    }
    expect(statuses).toEqual([200, 404, 500]);
  });

  it('serves a stale object while it revalidates it, if the origin allows that', async () => {
    let version = 1;
    fixture = await startEdgeFixture({
      origin: (_request, response) => {
        response.setHeader('cache-control', 'max-age=10, stale-while-revalidate=60');
        response.end(`version ${version}`);
      },
    });
    await fixture.get('/a');
    version = 2;
    fixture.advance(20);
    expect((await fixture.get('/a')).body.toString()).toBe('version 1');
    await expect.poll(async () => (await fixture.get('/a')).body.toString()).toBe('version 2');
    expect(fixture.originRequests).toHaveLength(2);
    version = 3;
    fixture.advance(71);
    expect((await fixture.get('/a')).body.toString()).toBe('version 3');
  });

  it('drops the least recently used object when the cache is full', async () => {
    fixture = await startEdgeFixture({ origin: oneObject({}, Buffer.alloc(20 * 1024 * 1024)) });
    for (const path of ['/a', '/b', '/c', '/a', '/d']) await fixture.get(path);
    expect(fixture.originRequests).toEqual(['GET /a', 'GET /b', 'GET /c', 'GET /d']);
    await fixture.get('/a');
    await fixture.get('/b');
    expect(fixture.originRequests).toEqual(['GET /a', 'GET /b', 'GET /c', 'GET /d', 'GET /b']);
  });
});

describe('the cache key', () => {
  it('distinguishes queries, including the order of their parameters', async () => {
    fixture = await startEdgeFixture({ origin: oneObject() });
    await fixture.get('/a?wid=100&hei=5');
    await fixture.get('/a?hei=5&wid=100');
    await fixture.get('/a?wid=100&hei=5');
    expect(fixture.originRequests).toEqual(['GET /a?wid=100&hei=5', 'GET /a?hei=5&wid=100']);
  });

  it.each([
    ['none', undefined, 'GET /a'],
    ['whitelist', ['wid'], 'GET /a?wid=1'],
    ['allExcept', ['wid'], 'GET /a?x=2'],
  ])(
    'includes the part of the query that the policy "%s" selects',
    async (QueryStringBehavior, QueryStrings, forwarded) => {
      fixture = await startEdgeFixture({
        origin: oneObject(),
        cachePolicy: {
          ParametersInCacheKeyAndForwardedToOrigin: {
            ...allQueries,
            QueryStringsConfig: { QueryStringBehavior, QueryStrings },
          },
        },
      });
      await fixture.get('/a?wid=1&x=2');
      expect(fixture.originRequests).toEqual([forwarded]);
    },
  );

  it('does not include values that only the origin request policy forwards', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject(),
      cachePolicy: {
        ParametersInCacheKeyAndForwardedToOrigin: {
          ...allQueries,
          QueryStringsConfig: { QueryStringBehavior: 'none' },
        },
      },
      originRequestPolicy: {
        ...allQueries,
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Trace'] },
      },
    });
    await fixture.get('/a?b=1', { 'x-trace': '1', 'x-other': '1', 'user-agent': 'me' });
    await fixture.get('/a?b=2', { 'x-trace': '2' });
    expect(fixture.originRequests).toEqual(['GET /a?b=1']);
    expect(fixture.originHeaders[0]).toMatchObject({
      'x-trace': '1',
      'user-agent': 'Amazon CloudFront',
      'x-forwarded-for': '192.0.2.7',
    });
    expect(fixture.originHeaders[0]?.['x-other']).toBeUndefined();
  });

  it('chooses the behaviour by the first pattern that matches the path as sent', async () => {
    const behaviour = { TargetOriginId: 'origin', CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad' };
    fixture = await startEdgeFixture({
      origin: oneObject(),
      config: {
        CacheBehaviors: [{ ...behaviour, PathPattern: '/live/*', ViewerProtocolPolicy: 'https-only' }],
      },
    });
    for (const path of ['/live/a', '/live/a', '/Live/a', '/Live/a', '/%6Cive/a', '/x/../live/a'])
      await fixture.get(path);
    expect(fixture.originRequests).toEqual([
      'GET /live/a',
      'GET /live/a',
      'GET /Live/a',
      'GET /%6Cive/a',
      'GET /x/../live/a',
    ]);
  });

  it('refuses methods that the behaviour does not allow', async () => {
    fixture = await startEdgeFixture({ origin: oneObject() });
    const response = await fixture.send({ path: '/a', method: 'POST' });
    expect(response.status).toBe(403);
    expect(response.headers['x-cache']).toBe('Error from cloudfront');
    expect(fixture.originRequests).toEqual([]);
  });

  it('forwards other methods with their body if they are allowed', async () => {
    fixture = await startEdgeFixture({
      behaviour: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'] },
      origin: (request, response) => {
        request.pipe(response);
      },
    });
    const response = await fixture.send({ path: '/a', method: 'POST', body: Buffer.from('hello') });
    expect(response.body.toString()).toBe('hello');
    expect(fixture.cache.size).toBe(0);
  });
});

describe('conditions and ranges', () => {
  it.each([
    [{ 'if-none-match': '"v1"' }, 304],
    [{ 'if-none-match': 'W/"v1", "other"' }, 304],
    [{ 'if-none-match': '"v2"' }, 200],
    [{ 'if-modified-since': 'Mon, 02 Nov 2026 10:00:00 GMT' }, 304],
    [{ 'if-modified-since': 'Sun, 01 Nov 2026 09:00:00 GMT' }, 200],
    [{ 'if-none-match': '"v2"', 'if-modified-since': 'Mon, 02 Nov 2026 10:00:00 GMT' }, 200],
  ])('returns for %j the status %i, from the origin and from the cache', async (headers, status) => {
    fixture = await startEdgeFixture({
      origin: oneObject({ etag: '"v1"', 'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT' }),
    });
    for (const _ of ['miss', 'hit']) {
      const response = await fixture.get('/a', headers);
      expect(response.status).toBe(status);
      expect(response.body).toHaveLength(status === 304 ? 0 : image.length);
    }
    expect(fixture.originRequests).toEqual(['GET /a']);
  });

  it.each([
    ['bytes=0-9', 206, 'bytes 0-9/5000', 10],
    ['bytes=4990-', 206, 'bytes 4990-4999/5000', 10],
    ['bytes=-5', 206, 'bytes 4995-4999/5000', 5],
    ['bytes=10-99999', 206, 'bytes 10-4999/5000', 4990],
    ['bytes=5000-', 416, 'bytes */5000', undefined],
    ['bytes=1-2,4-5', 200, undefined, 5000],
    ['lines=1-2', 200, undefined, 5000],
  ])(
    'returns for the range %s the status %i and %s, during the fetch and from the cache',
    async (range, status, contentRange, length) => {
      fixture = await startEdgeFixture({ origin: oneObject() });
      for (const _ of ['miss', 'hit']) {
        const response = await fixture.get('/a', { range });
        expect(response.status).toBe(status);
        expect(response.headers['content-range']).toBe(contentRange);
        if (length !== undefined) expect(response.body).toHaveLength(length);
      }
      expect(fixture.originRequests).toEqual(['GET /a']);
    },
  );

  it('returns a range of a body of unknown length', async () => {
    fixture = await startEdgeFixture({
      origin: (_request, response) => {
        response.write('0123');
        response.end('456789');
      },
    });
    const response = await fixture.get('/a', { range: 'bytes=2-5' });
    expect([response.status, response.body.toString()]).toEqual([206, '2345']);
  });

  it('ignores the range when If-Range names another version', async () => {
    fixture = await startEdgeFixture({ origin: oneObject({ etag: '"v1"' }) });
    expect((await fixture.get('/a', { range: 'bytes=0-1', 'if-range': '"v1"' })).status).toBe(206);
    expect((await fixture.get('/a', { range: 'bytes=0-1', 'if-range': '"v2"' })).status).toBe(200);
  });

  it('forwards ranges of objects that are too large for the cache', async () => {
    fixture = await startEdgeFixture({
      maxObjectBytes: 1000,
      origin: (request, response) => {
        if (request.headers.range !== 'bytes=10-19') return oneObject()(request, response);
        response.writeHead(206, { 'content-range': 'bytes 10-19/5000', 'content-length': 10 });
        response.end(image.subarray(10, 20));
      },
    });
    for (const _ of ['first', 'second']) {
      const response = await fixture.get('/a', { range: 'bytes=10-19' });
      expect([response.status, response.body.toString()]).toEqual([206, image.subarray(10, 20).toString()]);
    }
    expect(fixture.originHeaders.map(({ range }) => range)).toEqual([
      undefined,
      'bytes=10-19',
      'bytes=10-19',
    ]);
    expect((await fixture.get('/a')).body.equals(image)).toBe(true);
    expect(fixture.cache.size).toBe(0);
  });

  it('responds to HEAD without a body, from the cache if possible', async () => {
    fixture = await startEdgeFixture({ origin: oneObject() });
    const miss = await fixture.send({ path: '/a', method: 'HEAD' });
    expect([miss.status, miss.headers['content-length'], miss.body.length]).toEqual([200, '5000', 0]);
    await fixture.get('/a');
    const hit = await fixture.send({ path: '/a', method: 'HEAD' });
    expect([hit.headers['x-cache'], hit.headers['content-length']]).toEqual(['Hit from cloudfront', '5000']);
    expect(fixture.originRequests).toEqual(['HEAD /a', 'GET /a']);
  });
});

describe('concurrent requests', () => {
  it('share one request to the origin', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    fixture = await startEdgeFixture({
      origin: async (_request, response) => {
        response.writeHead(200, { 'content-length': image.length });
        response.write(image.subarray(0, 100));
        await released;
        response.end(image.subarray(100));
      },
    });
    const waiting = [fixture.get('/a'), fixture.get('/a'), fixture.get('/a', { range: 'bytes=50-149' })];
    const early = await fixture.edge({
      method: 'GET',
      path: '/a',
      query: undefined,
      headers: {},
      ip: '192.0.2.8',
      httpVersion: '2.0',
      body: Buffer.alloc(0),
    });
    // The body is streamed: its beginning arrives before the origin has sent its end.
    if (early.body === undefined || Buffer.isBuffer(early.body)) throw new Error('not streamed');
    const reader = early.body[Symbol.asyncIterator]();
    expect((await reader.next()).value).toHaveLength(100);
    await reader.return?.();
    release();
    const [first, second, part] = await Promise.all(waiting);
    expect(first?.body.equals(image)).toBe(true);
    expect(second?.body.equals(image)).toBe(true);
    expect(part?.body.equals(image.subarray(50, 150))).toBe(true);
    expect(fixture.originRequests).toEqual(['GET /a']);
    expect((await fixture.get('/a')).headers['x-cache']).toBe('Hit from cloudfront');
  });

  it('are forwarded separately if the origin forbids caching', async () => {
    fixture = await startEdgeFixture({ origin: oneObject({ 'cache-control': 'no-store' }) });
    await Promise.all([fixture.get('/a'), fixture.get('/a'), fixture.get('/a')]);
    expect(fixture.originRequests).toHaveLength(3);
  });

  it('do not store an object that was invalidated while it was fetched', async () => {
    let release = () => {};
    let version = 1;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    fixture = await startEdgeFixture({
      config: { CacheTagConfig: { HeaderName: 'X-Tag' } },
      origin: async (_request, response) => {
        const mine = version;
        response.writeHead(200, { 'x-tag': 'acme/a', 'content-length': 9 });
        response.flushHeaders();
        if (mine === 1) await held;
        response.end(`version ${mine}`);
      },
    });
    const old = fixture.get('/a');
    await expect.poll(() => fixture.originRequests.length).toBe(1);
    version = 2;
    fixture.cache.purge([{ kind: 'tag', tag: 'acme/a' }]);
    expect((await fixture.get('/a')).body.toString()).toBe('version 2');
    release();
    expect((await old).body.toString()).toBe('version 1');
    const after = await fixture.get('/a');
    expect([after.body.toString(), after.headers['x-cache']]).toEqual(['version 2', 'Hit from cloudfront']);
  });
});

describe('errors', () => {
  const failing =
    (status: number, headers: Record<string, string> = {}) =>
    (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(status, headers);
      response.end('no');
    };

  it.each([
    [404, {}, undefined, 1],
    [404, {}, 0, 2],
    [404, { 'cache-control': 'no-store' }, 5, 2],
    [404, { 'cache-control': 'max-age=0, s-maxage=5' }, 5, 1],
    [500, {}, undefined, 1],
    [500, { 'cache-control': 'no-store' }, 5, 1],
    [403, {}, undefined, 2],
    [403, { 'cache-control': 'max-age=5' }, undefined, 1],
    [400, {}, 30, 1],
  ])(
    'are cached with the status %i, %j and the error TTL %s: %i requests',
    async (status, headers, ErrorCachingMinTTL, requests) => {
      fixture = await startEdgeFixture({
        origin: failing(status, headers),
        config:
          ErrorCachingMinTTL === undefined
            ? {}
            : { CustomErrorResponses: [{ ErrorCode: status, ErrorCachingMinTTL }] },
      });
      for (const _ of ['first', 'second']) {
        const response = await fixture.get('/a');
        expect([response.status, response.headers['x-cache']]).toEqual([status, 'Error from cloudfront']);
      }
      expect(fixture.originRequests).toHaveLength(requests);
    },
  );

  it('are no longer cached after 10 seconds for a 404', async () => {
    fixture = await startEdgeFixture({ origin: failing(404) });
    await fixture.get('/a');
    fixture.advance(11);
    await fixture.get('/a');
    expect(fixture.originRequests).toHaveLength(2);
  });

  it('get the page and the status of a custom error response', async () => {
    fixture = await startEdgeFixture({
      config: {
        CustomErrorResponses: [
          { ErrorCode: 404, ErrorCachingMinTTL: 0, ResponseCode: 200, ResponsePagePath: '/index.html' },
        ],
      },
      origin: (request, response) => {
        response.statusCode = request.url === '/index.html' ? 200 : 404;
        response.end(request.url === '/index.html' ? 'the page' : 'missing');
      },
    });
    const response = await fixture.get('/deep/link');
    expect([response.status, response.body.toString()]).toEqual([200, 'the page']);
    expect(response.headers['x-cache']).toBe('Error from cloudfront');
  });

  it('are 502 if the origin cannot be reached', async () => {
    fixture = await startEdgeFixture({
      origin: failing(200),
      config: {
        Origins: [
          {
            Id: 'origin',
            DomainName: '127.0.0.1:1',
            CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
          },
        ],
      },
    });
    const response = await fixture.get('/a');
    expect([response.status, response.headers['x-cache']]).toEqual([502, 'Error from cloudfront']);
  });

  it('are 504 if the origin does not respond', async () => {
    fixture = await startEdgeFixture({ origin: () => {}, customOrigin: { OriginReadTimeout: 0.05 } });
    expect((await fixture.get('/a')).status).toBe(504);
  });

  it('end a body that the origin cuts off, and it is not cached', async () => {
    fixture = await startEdgeFixture({
      origin: (_request, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => response.destroy());
      },
    });
    await expect(fixture.get('/a')).rejects.toThrow();
    expect(fixture.cache.size).toBe(0);
  });
});

describe('compression', () => {
  const text = Buffer.alloc(3000, 'words ');
  const cachePolicy = {
    ParametersInCacheKeyAndForwardedToOrigin: {
      ...allQueries,
      EnableAcceptEncodingGzip: true,
      EnableAcceptEncodingBrotli: true,
    },
  };
  const origin = oneObject({ 'content-type': 'application/json', etag: '"v1"' }, text);

  it.each([
    ['gzip, deflate', 'gzip'],
    ['br, gzip', 'br'],
    ['gzip;q=0, br;q=0', undefined],
    ['deflate', undefined],
  ])('responds to "Accept-Encoding: %s" with %s', async (accept, coding) => {
    fixture = await startEdgeFixture({ origin, cachePolicy, behaviour: { Compress: true } });
    const response = await fixture.get('/a', { 'accept-encoding': accept });
    expect(response.headers['content-encoding']).toBe(coding);
    expect(response.headers.etag).toBe(coding ? 'W/"v1"' : '"v1"');
    if (coding === 'gzip') expect(gunzipSync(response.body).equals(text)).toBe(true);
  });

  it('caches one object for all spellings of the same encodings', async () => {
    fixture = await startEdgeFixture({ origin, cachePolicy, behaviour: { Compress: true } });
    for (const accept of ['br, gzip', 'gzip,deflate,br;q=0.9', 'gzip']) {
      await fixture.get('/a', { 'accept-encoding': accept });
    }
    expect(fixture.originHeaders.map((headers) => headers['accept-encoding'])).toEqual(['br,gzip', 'gzip']);
  });

  it('revalidates a stale compressed object with the ETag of the origin', async () => {
    fixture = await startEdgeFixture({ origin, cachePolicy, behaviour: { Compress: true } });
    await fixture.get('/a', { 'accept-encoding': 'gzip' });
    fixture.advance(3601);
    const again = await fixture.get('/a', { 'accept-encoding': 'gzip' });
    expect(again.headers['x-cache']).toBe('RefreshHit from cloudfront');
    expect(gunzipSync(again.body).equals(text)).toBe(true);
    expect(again.headers.etag).toBe('W/"v1"');
  });

  it.each([
    ['image/png', text],
    ['application/json', Buffer.alloc(999, 'x')],
  ])('does not compress %s of an unsuitable type or size', async (type, body) => {
    fixture = await startEdgeFixture({
      origin: oneObject({ 'content-type': type }, body),
      cachePolicy,
      behaviour: { Compress: true },
    });
    const response = await fixture.get('/a', { 'accept-encoding': 'gzip' });
    expect(response.headers['content-encoding']).toBeUndefined();
  });
});

describe('functions', () => {
  it('determine the cache key by the rewritten request', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject(),
      viewerRequest: `function handler(event) {
        event.request.uri = event.request.uri.toLowerCase();
        event.request.querystring = { wid: { value: event.request.querystring.wid.value } };
        return event.request;
      }`,
    });
    await fixture.get('/A?wid=1&junk=2');
    await fixture.get('/a?junk=3&wid=1');
    expect(fixture.originRequests).toEqual(['GET /a?wid=1']);
  });

  it('can respond in place of the origin', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject(),
      viewerRequest: `function handler(event) {
        return {
          statusCode: 400,
          headers: { 'content-type': { value: 'application/problem+json' } },
          body: { encoding: 'text', data: '{"title":"Unknown command ' + Object.keys(event.request.querystring)[0] + '"}' },
        };
      }`,
    });
    const response = await fixture.get('/a?foo=1');
    expect(response.status).toBe(400);
    expect(response.headers).toMatchObject({
      'x-cache': 'FunctionGeneratedResponse from cloudfront',
      'content-type': 'application/problem+json',
    });
    expect(JSON.parse(response.body.toString())).toEqual({ title: 'Unknown command foo' });
    expect(fixture.originRequests).toEqual([]);
  });

  it('cause 503 if they throw', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject(),
      viewerRequest: 'function handler() { null.x; }',
    });
    const response = await fixture.get('/a');
    expect([response.status, response.headers['x-cache']]).toEqual([
      503,
      'FunctionExecutionError from cloudfront',
    ]);
  });

  it('can change the head of the response', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject(),
      viewerResponse: `function handler(event) {
        event.response.headers['x-size'] = { value: event.response.headers['content-length'].value };
        return event.response;
      }`,
    });
    const response = await fixture.get('/a');
    expect([response.headers['x-size'], response.body.length]).toEqual(['5000', 5000]);
  });

  it('can replace the body', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject(),
      viewerResponse: `function handler(event) {
        return {
          statusCode: 404,
          headers: { 'x-status': { value: String(event.response.statusCode) } },
          body: { encoding: 'text', data: 'over' },
        };
      }`,
    });
    const { status, headers, body } = await fixture.get('/a');
    expect([status, headers['x-status'], headers['content-length'], body.toString()]).toEqual([
      404,
      '200',
      '4',
      'over',
    ]);
  });
});

describe('response headers', () => {
  const responseHeadersPolicy = {
    Name: 'delivery',
    CorsConfig: {
      AccessControlAllowCredentials: false,
      AccessControlAllowHeaders: { Items: ['*'] },
      AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      AccessControlAllowOrigins: { Items: ['https://*.example.com'] },
      AccessControlMaxAgeSec: 600,
      OriginOverride: true,
    },
    SecurityHeadersConfig: {
      ContentTypeOptions: { Override: true },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 100, IncludeSubdomains: true, Override: true },
    },
    CustomHeadersConfig: { Items: [{ Header: 'X-Mine', Value: 'policy', Override: false }] },
    RemoveHeadersConfig: { Items: [{ Header: 'X-Amz-Meta-Cache-Tag' }] },
  };

  it('are set, kept and removed by the policy, for hits and misses', async () => {
    fixture = await startEdgeFixture({
      origin: oneObject({ 'x-mine': 'origin', 'x-amz-meta-cache-tag': 'acme/a' }),
      responseHeadersPolicy,
      config: { CacheTagConfig: { HeaderName: 'x-amz-meta-cache-tag' } },
    });
    for (const _ of ['miss', 'hit']) {
      const { headers } = await fixture.get('/a');
      expect(headers).toMatchObject({
        'x-mine': 'origin',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': 'max-age=100; includeSubDomains',
      });
      expect(headers['x-amz-meta-cache-tag']).toBeUndefined();
    }
    expect(fixture.cache.purge([{ kind: 'tag', tag: 'acme/a' }])).toBe(1);
  });

  it.each([
    ['https://shop.example.com', 'https://shop.example.com'],
    ['https://example.org', undefined],
    [undefined, undefined],
  ])('allow for the Origin %s the origin %s', async (origin, allowed) => {
    fixture = await startEdgeFixture({ origin: oneObject(), responseHeadersPolicy });
    const { headers } = await fixture.get('/a', origin ? { origin } : {});
    expect(headers['access-control-allow-origin']).toBe(allowed);
  });
});

describe('cache tags', () => {
  it('invalidate all variants of the tagged objects and nothing else', async () => {
    fixture = await startEdgeFixture({
      config: { CacheTagConfig: { HeaderName: 'X-Amz-Meta-Cache-Tag' } },
      origin: (request, response) => {
        const name = new URL(request.url ?? '/', 'http://origin').pathname.slice(1);
        response.setHeader('x-amz-meta-cache-tag', `Acme/${name}, all`);
        response.end(name);
      },
    });
    const urls = ['/a', '/a?wid=1', '/a?wid=2', '/ab', '/b?wid=1'];
    for (const url of urls) await fixture.get(url);
    expect(fixture.cache.purge([{ kind: 'tag', tag: 'acme/a' }])).toBe(3);
    const found = [];
    for (const url of urls) found.push((await fixture.get(url)).headers['x-cache']);
    expect(found.map((text) => String(text).split(' ')[0])).toEqual(['Miss', 'Miss', 'Miss', 'Hit', 'Hit']);
    expect(fixture.cache.purge([{ kind: 'tag', tag: 'all' }])).toBe(5);
  });
});
