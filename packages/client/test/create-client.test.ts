import { describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '../src/api-error.ts';
import { type ClientOptions, createClient, type GetToken } from '../src/create-client.ts';
import { fakeFetch, json, networkFailure, type Respond } from './fake-fetch.ts';

const base = 'https://api.test';
const root = `${base}/v1/companies/luma`;

/** A client whose waits end at once, and are listed. */
function clientOf(respond: Respond, getToken: GetToken = () => 'token', options: ClientOptions = {}) {
  const { fetch, sent } = fakeFetch(respond);
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  return { client: createClient(base, getToken, { company: 'luma', fetch, wait, ...options }), sent, waits };
}

const empty: Respond = () => json(200, { items: [] });

describe('a request', () => {
  it('has the method, the path and the token of its operation', async () => {
    const { client, sent } = clientOf(() => json(200, { id: 'a/b' }));
    expect(await client.call('readAsset', { params: { id: 'a/b ü' } })).toEqual({ id: 'a/b' });
    expect(sent).toMatchObject([
      { method: 'GET', url: `${root}/assets/a%2Fb%20%C3%BC`, headers: { authorization: 'Bearer token' } },
    ]);
    expect(sent[0]?.headers).not.toHaveProperty('content-type');
  });

  it('has the given query values, without those that are undefined', async () => {
    const { client, sent } = clientOf(empty);
    await client.call('listAssets', { query: { limit: 5, below: true, folder: '/a b/', cursor: undefined } });
    expect(sent[0]?.url).toBe(`${root}/assets?limit=5&below=true&folder=%2Fa+b%2F`);
  });

  it('has a JSON body and If-Match', async () => {
    const { client, sent } = clientOf(() => json(200, {}));
    await client.call('editMetadata', { params: { id: 'a' }, body: { title: 'A' }, ifMatch: '"1"' });
    expect(sent[0]).toMatchObject({
      method: 'PATCH',
      body: { title: 'A' },
      headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    });
  });

  it('goes to the company that it names, and needs one', async () => {
    const { client, sent } = clientOf(empty);
    await client.call('listServers', { company: 'nova & co' });
    expect(sent[0]?.url).toBe(`${base}/v1/companies/nova%20%26%20co/servers`);
    const { fetch } = fakeFetch(empty);
    await expect(createClient(base, () => '', { fetch }).call('listServers')).rejects.toThrow(
      'listServers: params.company is missing',
    );
  });

  it('returns the ETag of what was read', async () => {
    const { client } = clientOf(() => json(200, { id: 'a' }, { etag: '"7"' }));
    expect(await client.callTagged('readAsset', { params: { id: 'a' } })).toEqual({
      body: { id: 'a' },
      etag: '"7"',
    });
  });

  it('returns the response itself for a download', async () => {
    const { client } = clientOf(() => new Response('a,b\n', { headers: { 'content-type': 'text/csv' } }));
    const response = await client.send('downloadJobLog', {
      params: { jobId: 'j' },
      query: { format: 'csv' },
    });
    expect(await response.text()).toBe('a,b\n');
  });

  it('asks for a dry run in its body', async () => {
    const { client, sent } = clientOf(() => json(200, { dryRun: true }));
    await client.dryRun('publishAssets', { body: { assetIds: ['a'] } });
    expect(sent[0]?.body).toEqual({ assetIds: ['a'], dryRun: true });
  });
});

describe('a token', () => {
  it('is asked for with every request, and renewed once after 401', async () => {
    const asked: boolean[] = [];
    const { client, sent } = clientOf(
      ({ headers }) => (headers.authorization === 'Bearer new' ? json(200, {}) : json(401, {})),
      ({ renew }) => {
        asked.push(renew);
        return renew ? 'new' : 'old';
      },
    );
    await client.call('listServers');
    await client.call('listServers');
    expect(asked).toEqual([false, true, false, true]);
    expect(sent.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer old',
      'Bearer new',
      'Bearer old',
      'Bearer new',
    ]);
  });

  it.each([
    ['is the same', 'old', 1],
    ['is refused too', 'new', 2],
  ])('that %s after 401 ends in an ApiError', async (_, renewed, requests) => {
    const { client, sent } = clientOf(
      () => json(401, { message: 'Unauthorized' }),
      ({ renew }) => (renew ? renewed : 'old'),
    );
    await expect(client.call('listServers')).rejects.toMatchObject({ status: 401, code: undefined });
    expect(sent).toHaveLength(requests);
  });
});

describe('an unsuccessful response', () => {
  it('becomes an ApiError with the fields of its problem document', async () => {
    const problem = {
      status: 400,
      code: 'request.invalid',
      title: 'The request is not valid',
      detail: 'limit: must be at most 1000',
      errors: [
        { field: 'limit', message: 'must be at most 1000' },
        { field: 'sort', message: 'must be one of name, date' },
      ],
      requestId: 'req-1',
    };
    const { client } = clientOf(() => json(400, problem));
    const error: unknown = await client.call('listAssets').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      message:
        'listAssets failed: 400 request.invalid: limit: must be at most 1000; sort: must be one of name, date',
      status: 400,
      code: 'request.invalid',
      detail: problem.detail,
      errors: problem.errors,
      requestId: 'req-1',
      problem,
    });
  });

  it('becomes an ApiError without a code if a gateway sent it', async () => {
    const { client } = clientOf(() => new Response('<html>Bad gateway</html>', { status: 502 }));
    await expect(client.call('listAssets')).rejects.toMatchObject({
      name: 'ApiError',
      status: 502,
      code: undefined,
      errors: [],
    });
  });
});

describe('a failed try', () => {
  const busy = () => json(503, { code: 'storage.busy' }, { 'retry-after': '2' });

  it.each([
    ['a read after a failure of the network', 'listAssets', undefined, networkFailure, 2],
    ['a read after 503', 'listAssets', undefined, busy, 2],
    ['a read after 429', 'listAssets', undefined, () => json(429, {}), 2],
    ['a read after 500', 'listAssets', undefined, () => json(500, {}), 1],
    ['a job with its Idempotency-Key after 503', 'submitJob', { body: {} }, busy, 2],
    ['a change without a key after 503', 'createFolder', { body: { path: '/a/' } }, busy, 1],
    [
      'a change without a key after a failure of the network',
      'createFolder',
      { body: { path: '/a/' } },
      networkFailure,
      1,
    ],
    ['a deletion after 503', 'deleteSchedule', { params: { id: 's' } }, busy, 2],
    [
      'a conditional replacement',
      'editSet',
      { params: { id: 's' }, body: { members: [] }, ifMatch: '"1"' },
      busy,
      1,
    ],
  ] as const)('of %s is repeated only where that is safe', async (_, name, request, failure, tries) => {
    const { client, sent } = clientOf((_request, count) =>
      count === 1 ? failure() : json(200, { items: [] }),
    );
    // The table mixes operations, so their requests have no common type here.
    const call = client.call as (name: string, request?: object) => Promise<unknown>;
    const result = call(name, request).catch((error: unknown) => error);
    if (tries > 1) expect(await result).toEqual({ items: [] });
    else expect(await result).toBeInstanceOf(Error);
    expect(sent).toHaveLength(tries);
  });

  it('is repeated with the same Idempotency-Key, and each call has its own', async () => {
    const { client, sent } = clientOf((_, count) => (count === 1 ? busy() : json(201, {})));
    await client.call('submitJob', { body: { publish: 'new' } });
    await client.call('submitJob', { body: { publish: 'new' } });
    await client.call('submitJob', { body: { publish: 'new' }, idempotencyKey: 'mine' });
    const [first, again, second, third] = sent.map(({ headers }) => headers['idempotency-key']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(second).not.toBe(first);
    expect(third).toBe('mine');
  });

  it('waits for Retry-After, and otherwise longer with each retry', async () => {
    const { client, waits } = clientOf((_, count) => (count === 1 ? busy() : networkFailure()));
    await expect(client.call('listAssets')).rejects.toThrow(
      'listAssets could not be sent: connect ECONNREFUSED',
    );
    const [first = 0, second = 0, third = 0] = waits;
    expect(first).toBe(2_000);
    expect(second).toBeGreaterThanOrEqual(200);
    expect(third).toBeGreaterThanOrEqual(400);
    expect(waits).toHaveLength(3);
  });

  it('is not repeated if Retry-After is longer than half a minute', async () => {
    const { client, waits } = clientOf(() => json(429, {}, { 'retry-after': '60' }));
    await expect(client.call('listAssets')).rejects.toMatchObject({ status: 429 });
    expect(waits).toEqual([]);
  });

  it('ends in a NetworkError with its cause', async () => {
    const { client } = clientOf(networkFailure, () => 'token', { retries: 0 });
    const error: unknown = await client.call('listAssets').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NetworkError);
    expect((error as Error).cause).toBeInstanceOf(TypeError);
  });

  it('is not repeated after an abort', async () => {
    const abort = new AbortController();
    const { client, sent } = clientOf(() => {
      abort.abort(new Error('stopped by the user'));
      return networkFailure();
    });
    await expect(client.call('listAssets', { signal: abort.signal })).rejects.toThrow('stopped by the user');
    expect(sent).toHaveLength(1);
  });
});

describe('a list', () => {
  const pages: Respond = ({ url }) => {
    const cursor = new URL(url).searchParams.get('cursor');
    return cursor === null
      ? json(200, { items: [{ id: 'a' }, { id: 'b' }], next: 'n 1' })
      : json(200, { items: [{ id: cursor }] });
  };

  it('is read page by page', async () => {
    const { client, sent } = clientOf(pages);
    const sizes: number[] = [];
    for await (const { items } of client.pages('listAssets', { query: { folder: '/' } }))
      sizes.push(items.length);
    expect(sizes).toEqual([2, 1]);
    expect(sent.map(({ url }) => url)).toEqual([
      `${root}/assets?folder=%2F`,
      `${root}/assets?folder=%2F&cursor=n+1`,
    ]);
  });

  it('is read item by item, and no page more than needed', async () => {
    const { client, sent } = clientOf(pages);
    const ids: string[] = [];
    for await (const { id } of client.all('listAssets')) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'n 1']);
    for await (const _ of client.all('listAssets')) break;
    expect(sent).toHaveLength(3);
  });
});
