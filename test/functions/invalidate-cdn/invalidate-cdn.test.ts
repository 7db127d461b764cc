import { routes } from '@pressroom/api/routes';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import type { Invalidation } from '../../../adapters/dynamodb/delivery/invalidation-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import type { IndexHits, IndexQuery } from '../../../domain/library/indexed-asset.ts';
import {
  type InvalidateCdnDependencies,
  invalidateCdn,
} from '../../../functions/invalidate-cdn/invalidate-cdn.ts';
import { identify, tokenOf } from '../../adapters/http/http-event.ts';

const live = { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann' };
const asset = (id: string, published = true): [string, Asset] => [
  id,
  {
    company: 'luma',
    id,
    fileName: `${id}.png`,
    publications: published ? { 'image-serving': live } : {},
  } as Asset,
];

const invalidation: Invalidation = {
  company: 'luma',
  id: '01JDEZ3T5V0A1B2C3D4E5F6G7H',
  cloudFrontIds: ['I1', 'I2'],
  completed: false,
  assets: ['red'],
  submitted: '2026-11-24T08:30:00.000Z',
  submittedBy: 'ann',
};

const found = (total: number, ...ids: string[]): IndexHits => ({
  hits: ids.map((id) => ({ id, unused: true, incomplete: false, stillLive: false })),
  total,
  facets: {},
});

function dependencies(
  overrides: Partial<InvalidateCdnDependencies> = {},
  assets = [asset('red'), asset('blue'), asset('draft', false)],
) {
  let started = 0;
  const usual = {
    identify,
    findMember: vi.fn(async (): Promise<{ role: Role } | undefined> => ({ role: 'admin' })),
    getAssets: vi.fn(
      async (_company: string, ids: readonly string[]) => new Map(assets.filter(([id]) => ids.includes(id))),
    ),
    startInvalidation: vi.fn(async (_tags: readonly string[], _reference: string) => `I${++started}`),
    isInvalidationCompleted: vi.fn(async (_id: string) => true),
    putInvalidation: vi.fn(async (_invalidation: Invalidation) => {}),
    getInvalidation: vi.fn(async (): Promise<Invalidation | undefined> => invalidation),
    listInvalidations: vi.fn(async () => ({ items: [invalidation], next: invalidation.id })),
    countInvalidatedTags: vi.fn(async (_company: string, _tags: number, _now: string) => {}),
    readInvalidatedTags: vi.fn(async () => 1_002),
    listImagePresets: vi.fn(async () => [{ name: 'Large' }]),
    deliveryDomain: 'cdn.example.com',
    newId: () => invalidation.id,
    now: () => new Date(invalidation.submitted),
    pause: vi.fn(async (_milliseconds: number) => {}),
    search: vi.fn(async (_company: string, _query: IndexQuery) => found(0)),
    audit: {
      beginAudit: vi.fn(async () => ({ company: 'luma', id: 'entry' })),
      endAudit: vi.fn(async () => {}),
    },
    log: { error: vi.fn(), info: vi.fn() },
  };
  return Object.assign(usual, overrides) as typeof usual;
}

function request(method: string, rawPath: string, body?: unknown) {
  return {
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf({ sub: 'ann' })}` },
    body: body === undefined ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      http: { method },
    },
  } as unknown as APIGatewayProxyEventV2;
}

const post = (body: unknown, uses: InvalidateCdnDependencies) =>
  invalidateCdn(request('POST', '/v1/companies/luma/cdn-invalidations', body), uses);
const start = (assetIds: unknown, uses: InvalidateCdnDependencies) => post({ assetIds }, uses);
const list = (uses: InvalidateCdnDependencies) =>
  invalidateCdn(request('GET', '/v1/companies/luma/cdn-invalidations'), uses);
const read = (uses: InvalidateCdnDependencies) =>
  invalidateCdn(request('GET', `/v1/companies/luma/cdn-invalidations/${invalidation.id}`), uses);
const bodyOf = ({ body }: { body?: string | undefined }) => JSON.parse(body ?? '');

describe('an invalidation', () => {
  it('has one tag for each published asset in the list, and is recorded', async () => {
    const uses = dependencies();
    const response = await start(['red', 'draft', 'blue', 'red'], uses);
    expect(response.statusCode).toBe(202);
    const expected = {
      id: invalidation.id,
      status: 'in-progress',
      by: 'assets',
      assets: ['red', 'blue'],
      assetCount: 2,
      tags: 2,
      maxCostUsd: 0.01,
      submitted: invalidation.submitted,
      submittedBy: 'ann',
    };
    expect(bodyOf(response)).toEqual(expected);
    expect(routes.invalidateCdn.response.schema.parse(bodyOf(response))).toEqual(expected);
    expect(uses.startInvalidation.mock.calls).toEqual([[['luma/red', 'luma/blue'], `${invalidation.id}-1`]]);
    expect(uses.putInvalidation.mock.calls).toEqual([
      [
        {
          company: 'luma',
          id: invalidation.id,
          by: 'assets',
          cloudFrontIds: ['I1'],
          completed: false,
          assets: ['red', 'blue'],
          assetCount: 2,
          tags: 2,
          submitted: invalidation.submitted,
          submittedBy: 'ann',
        },
      ],
    ]);
  });

  describe('by a search', () => {
    const scope = (query: object, count: number) => ({ scope: { query, count } });
    /** A search that finds `all`, and `live` of them in the state `published`. */
    const finding = (all: IndexHits, live: IndexHits) => ({
      search: vi.fn(async (_: string, { filters }: IndexQuery) =>
        filters.state === 'published' ? live : all,
      ),
    });

    it('has one tag for each published asset that matches', async () => {
      const uses = dependencies(finding(found(3, 'blue', 'draft', 'red'), found(3, 'blue', 'draft', 'red')));
      const response = await post(scope({ q: 'blue' }, 3), uses);
      // The index is a moment behind: red does not match any more, and draft is not published.
      expect(bodyOf(response)).toMatchObject({ by: 'scope', assets: ['blue'], assetCount: 1, tags: 1 });
      expect(uses.startInvalidation.mock.calls).toEqual([[['luma/blue'], `${invalidation.id}-1`]]);
    });

    it('above 500 has the tag of the company, and reads no record', async () => {
      const ids = Array.from({ length: 500 }, (_, number) => `a${number}`);
      const uses = dependencies(finding(found(120_000, ...ids), found(100_000, ...ids)));
      const response = await post(scope({ folder: '/' }, 120_000), uses);
      expect(bodyOf(response)).toMatchObject({ by: 'scope', assetCount: 100_000, tags: 1 });
      expect(bodyOf(response).assets).toHaveLength(100);
      expect(uses.startInvalidation.mock.calls).toEqual([[['luma/'], `${invalidation.id}-1`]]);
      expect(uses.getAssets).not.toHaveBeenCalled();
    });

    it.each([
      ['more assets match than were seen', { q: 'red' }, 1, found(2, 'red', 'blue'), 409, 'scope.changed'],
      ['nothing matches', { q: 'red' }, 1, found(0), 409, 'asset.not-published'],
      ['none of them is published', { q: 'r' }, 1, found(1, 'draft'), 409, 'asset.not-published'],
      ['they are unpublished', { state: 'unpublished' }, 9_000, found(9_000), 409, 'asset.not-published'],
      ['it has no filter', {}, 1, found(1, 'red'), 400, 'request.invalid'],
    ] as const)('is refused if %s', async (_, query, count, result, status, code) => {
      const uses = dependencies(finding(result, result));
      const response = await post(scope(query, count), uses);
      expect(response.statusCode).toBe(status);
      expect(bodyOf(response)).toMatchObject({ code });
      expect(uses.startInvalidation).not.toHaveBeenCalled();
    });

    it('can be repeated when the search index is ready', async () => {
      const uses = dependencies({
        search: async () => {
          throw new Failure('search.not-ready', 'The search index of this company is being prepared');
        },
      });
      const response = await post(scope({ q: 'red' }, 1), uses);
      expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    });
  });

  it('is refused if ids are unknown, and lists all of them', async () => {
    const uses = dependencies();
    const response = await start(['red', 'rad', 'blu'], uses);
    expect(response.statusCode).toBe(404);
    expect(bodyOf(response)).toMatchObject({
      code: 'asset.not-found',
      detail: '2 of 3 ids belong to no asset; nothing was invalidated',
      errors: [
        { field: 'assetIds[1]', message: 'There is no asset rad' },
        { field: 'assetIds[2]', message: 'There is no asset blu' },
      ],
    });
    expect(uses.startInvalidation).not.toHaveBeenCalled();
    expect(uses.putInvalidation).not.toHaveBeenCalled();
  });

  it('is refused if no asset in the list is published', async () => {
    const uses = dependencies();
    const response = await start(['draft'], uses);
    expect(response.statusCode).toBe(409);
    expect(bodyOf(response)).toMatchObject({ code: 'asset.not-published' });
    expect(uses.startInvalidation).not.toHaveBeenCalled();
  });

  it.each([[[]], [undefined], ['red'], [[7]], [Array.from({ length: 1_001 }, (_, index) => `a${index}`)]])(
    'is refused for a list that is none, empty or too long',
    async (assetIds) => {
      const uses = dependencies();
      const response = await start(assetIds, uses);
      expect(response.statusCode).toBe(400);
      expect(bodyOf(response)).toMatchObject({
        code: 'request.invalid',
        errors: [{ field: expect.stringMatching(/^(assetIds|body)/) }],
      });
      expect(uses.getAssets).not.toHaveBeenCalled();
    },
  );

  it('is sent in batches of 150 tags, a second apart', async () => {
    const many = Array.from({ length: 400 }, (_, index) => asset(`shoe-${index}`));
    const uses = dependencies({}, many);
    const response = await start(
      many.map(([id]) => id),
      uses,
    );
    expect(response.statusCode).toBe(202);
    expect(uses.startInvalidation.mock.calls.map(([tags, reference]) => [tags.length, reference])).toEqual([
      [150, `${invalidation.id}-1`],
      [150, `${invalidation.id}-2`],
      [100, `${invalidation.id}-3`],
    ]);
    expect(uses.pause.mock.calls).toEqual([[1_000], [1_000]]);
    expect(uses.putInvalidation).toHaveBeenCalledWith(
      expect.objectContaining({ cloudFrontIds: ['I1', 'I2', 'I3'] }),
    );
  });

  it('uses the company’s tag above 500 assets', async () => {
    const many = Array.from({ length: 501 }, (_, index) => asset(`shoe-${index}`));
    const uses = dependencies({}, many);
    await start(
      many.map(([id]) => id),
      uses,
    );
    expect(uses.startInvalidation.mock.calls).toEqual([[['luma/'], `${invalidation.id}-1`]]);
  });

  it('is retried if CloudFront is busy for a moment', async () => {
    const uses = dependencies();
    uses.startInvalidation.mockRejectedValueOnce(new Failure('storage.busy', 'busy'));
    expect((await start(['red'], uses)).statusCode).toBe(202);
    expect(uses.startInvalidation).toHaveBeenCalledTimes(2);
    expect(uses.pause).toHaveBeenCalledOnce();
  });

  it('is refused with a time to wait if CloudFront stays busy', async () => {
    const uses = dependencies();
    uses.startInvalidation.mockRejectedValue(new Failure('storage.busy', 'busy'));
    const response = await start(['red'], uses);
    expect(response).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '5', 'cache-control': 'no-store' },
    });
    expect(uses.startInvalidation).toHaveBeenCalledTimes(4);
    expect(uses.putInvalidation).not.toHaveBeenCalled();
  });

  it('hides an error on our side from the caller, and logs it', async () => {
    const uses = dependencies();
    uses.startInvalidation.mockRejectedValue(new Error('AccessDenied: secret'));
    const response = await start(['red'], uses);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret');
    expect(uses.log.error).toHaveBeenCalledOnce();
    expect(uses.startInvalidation).toHaveBeenCalledOnce();
  });
});

describe('an invalidation by URL', () => {
  const byUrl = (urls: readonly string[], uses: InvalidateCdnDependencies) => post({ urls }, uses);

  it('invalidates each asset once, in whichever way its URLs are written', async () => {
    const uses = dependencies({}, [asset('red'), asset('Bär'), asset('draft', false)]);
    const response = await byUrl(
      [
        'https://cdn.example.com/is/image/luma/red?wid=400&fmt=auto',
        'http://CDN.example.com/is/content/luma/red#top',
        '/e2/luma/red',
        ' /is/image/luma/Ba%CC%88r?$large$ ',
        '/is/image/luma/draft',
      ],
      uses,
    );
    expect(response.statusCode).toBe(202);
    expect(bodyOf(response)).toMatchObject({ by: 'urls', assets: ['red', 'Bär'], assetCount: 2, tags: 2 });
    expect(uses.startInvalidation.mock.calls).toEqual([
      [['luma/red', 'luma/B%C3%A4r'], `${invalidation.id}-1`],
    ]);
    expect(uses.countInvalidatedTags.mock.calls).toEqual([['luma', 2, invalidation.submitted]]);
  });

  it('is refused as a whole, with every wrong URL in one response', async () => {
    const uses = dependencies();
    const response = await byUrl(
      [
        '/is/image/luma/red',
        'https://other.example.com/is/image/luma/red',
        '/is/image/nova/red',
        '/is/image/luma/rad',
        '/is/image/luma/%ff',
        '/is/image/luma',
        '/preview/token/is/image/luma/red',
        'red',
        'ftp://cdn.example.com/is/image/luma/red',
        '//cdn.example.com/is/image/luma/red',
      ],
      uses,
    );
    expect(response.statusCode).toBe(400);
    const noUrl =
      'is no delivery URL: one begins with /is/image/luma/, /is/content/luma/ or /e2/luma/, followed by an id';
    expect(bodyOf(response)).toMatchObject({
      code: 'request.invalid',
      detail: '9 of 10 URLs are wrong; nothing was invalidated',
      errors: [
        {
          field: 'urls[1]',
          message: 'is at the host other.example.com: media are delivered from cdn.example.com',
        },
        { field: 'urls[2]', message: 'is of the company nova, not of luma' },
        { field: 'urls[3]', message: 'names no asset: rad' },
        { field: 'urls[4]', message: 'has a path that is not valid percent-encoded UTF-8' },
        ...[5, 6, 7, 8, 9].map((index) => ({ field: `urls[${index}]`, message: noUrl })),
      ],
    });
    expect(uses.startInvalidation).not.toHaveBeenCalled();
    expect(uses.countInvalidatedTags).not.toHaveBeenCalled();
  });

  it('lists a thousand wrong URLs in one response', async () => {
    const urls = Array.from({ length: 1_000 }, (_, index) => `/is/image/luma/no-${index}`);
    expect(bodyOf(await byUrl(urls, dependencies())).errors).toHaveLength(1_000);
    expect((await byUrl([...urls, '/is/image/luma/red'], dependencies())).statusCode).toBe(400);
  });

  it('is refused if no asset of the URLs is published', async () => {
    const response = await byUrl(['/is/image/luma/draft'], dependencies());
    expect(response.statusCode).toBe(409);
    expect(bodyOf(response)).toMatchObject({ code: 'asset.not-published' });
  });

  it('includes a former id that redirects', async () => {
    const former = { company: 'luma', id: 'old', publications: {}, trashed: { redirect: true } };
    const uses = dependencies({}, [['old', former as unknown as Asset]]);
    expect((await byUrl(['/is/image/luma/old'], uses)).statusCode).toBe(202);
  });
});

describe('an invalidation by preset', () => {
  it.each(['Large', 'LARGE'])('has the tag of the preset, named as %s', async (preset) => {
    const uses = dependencies();
    const response = await post({ preset }, uses);
    expect(response.statusCode).toBe(202);
    expect(bodyOf(response)).toMatchObject({ by: 'preset', preset: 'Large', assets: [], tags: 1 });
    expect(uses.startInvalidation.mock.calls).toEqual([[['luma/$large$'], `${invalidation.id}-1`]]);
    expect(uses.getAssets).not.toHaveBeenCalled();
  });

  it('is refused for an unknown preset', async () => {
    const response = await post({ preset: 'huge' }, dependencies());
    expect(response.statusCode).toBe(404);
    expect(bodyOf(response)).toMatchObject({
      code: 'preset.not-found',
      detail: 'There is no image preset huge',
    });
  });
});

it.each([
  [{}],
  [{ assetIds: ['red'], urls: ['/e2/luma/red'] }],
  [{ assetIds: ['red'], preset: 'large' }],
  [{ urls: ['/e2/luma/red'], preset: 'large' }],
])('%j is refused: it names none or two selections', async (body) => {
  const response = await post(body, dependencies());
  expect(response.statusCode).toBe(400);
  expect(response.body).toContain('must have exactly one of assetIds, urls, preset and scope');
});

describe('the list of invalidations', () => {
  it('has the state of each, and what the month has used', async () => {
    const uses = dependencies();
    const response = await list(uses);
    expect(routes.listInvalidations.response.schema.parse(bodyOf(response))).toEqual({
      items: [
        {
          id: invalidation.id,
          status: 'completed',
          by: 'assets',
          assets: ['red'],
          assetCount: 1,
          tags: 1,
          maxCostUsd: 0.005,
          submitted: invalidation.submitted,
          submittedBy: 'ann',
          completedAt: invalidation.submitted,
        },
      ],
      next: invalidation.id,
      month: { month: '2026-11', tags: 1_002, freeTags: 1_000, minCostUsd: 0.01, maxCostUsd: 5.01 },
    });
    expect(uses.putInvalidation).toHaveBeenCalledWith(
      expect.objectContaining({ completed: true, completedAt: invalidation.submitted }),
    );
  });

  it('asks CloudFront about those in progress only', async () => {
    const done = { ...invalidation, completed: true };
    const uses = dependencies({ listInvalidations: async () => ({ items: [done] }) });
    expect(bodyOf(await list(uses)).items).toMatchObject([{ status: 'completed' }]);
    expect(uses.isInvalidationCompleted).not.toHaveBeenCalled();
  });
});

it('keeps a record below the 400 kB of an item, however long the ids are', async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => asset(`${'鞋'.repeat(195)}${index}`));
  const uses = dependencies({}, many);
  const ids = many.map(([id]) => id);
  expect(bodyOf(await start(ids, uses))).toMatchObject({ assetCount: 1_000, tags: 1 });
  expect(Buffer.byteLength(JSON.stringify(uses.putInvalidation.mock.calls[0]))).toBeLessThan(400_000);
});

describe('the status of an invalidation', () => {
  it('is in progress until every batch has reached all edges', async () => {
    const uses = dependencies({ isInvalidationCompleted: vi.fn(async (id: string) => id === 'I1') });
    const response = await read(uses);
    expect(response.statusCode).toBe(200);
    expect(bodyOf(response)).toMatchObject({ id: invalidation.id, status: 'in-progress' });
    expect(uses.putInvalidation).not.toHaveBeenCalled();
  });

  it('is completed after that, and recorded', async () => {
    const uses = dependencies();
    const response = await read(uses);
    expect(routes.readInvalidation.response.schema.parse(bodyOf(response))).toMatchObject({
      status: 'completed',
    });
    expect(uses.putInvalidation.mock.calls).toEqual([
      [{ ...invalidation, completed: true, completedAt: invalidation.submitted }],
    ]);
  });

  it('is not requested from CloudFront again once it is recorded', async () => {
    const uses = dependencies({ getInvalidation: async () => ({ ...invalidation, completed: true }) });
    expect(bodyOf(await read(uses))).toMatchObject({ status: 'completed' });
    expect(uses.isInvalidationCompleted).not.toHaveBeenCalled();
    expect(uses.putInvalidation).not.toHaveBeenCalled();
  });

  it('is 404 for an invalidation of another company', async () => {
    const uses = dependencies({ getInvalidation: vi.fn(async () => undefined) });
    const response = await read(uses);
    expect(response.statusCode).toBe(404);
    expect(bodyOf(response)).toMatchObject({ code: 'invalidation.not-found' });
    expect(uses.getInvalidation).toHaveBeenCalledWith('luma', invalidation.id);
  });
});

describe('access to invalidations', () => {
  it.each([
    ['admin', 202, 200, undefined],
    ['user', 403, 403, 'access.role-too-low'],
    ['viewer', 403, 403, 'access.role-too-low'],
    [undefined, 404, 404, 'company.not-found'],
  ] as const)('%s: start %i, read %i', async (role, startStatus, readStatus, code) => {
    const uses = dependencies({ findMember: async () => role && { role } });
    const [started, seen, listed] = [await start(['red'], uses), await read(uses), await list(uses)];
    expect([started.statusCode, seen.statusCode, listed.statusCode]).toEqual([
      startStatus,
      readStatus,
      readStatus,
    ]);
    expect(bodyOf(started).code).toBe(code);
    if (startStatus === 403) expect(bodyOf(started).requiredRole).toBe('admin');
    if (code) {
      expect(uses.getAssets).not.toHaveBeenCalled();
      expect(uses.getInvalidation).not.toHaveBeenCalled();
      expect(uses.listInvalidations).not.toHaveBeenCalled();
    }
  });

  it.each([
    ['PUT', '/v1/companies/luma/cdn-invalidations', 405],
    ['GET', '/v1/companies/luma/jobs', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await invalidateCdn(request(method, path), dependencies())).statusCode).toBe(status);
  });
});
