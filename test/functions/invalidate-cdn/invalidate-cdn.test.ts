import { routes } from '@pressroom/api/routes';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import type { Invalidation } from '../../../adapters/dynamodb/delivery/invalidation-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import {
  type InvalidateCdnDependencies,
  invalidateCdn,
} from '../../../functions/invalidate-cdn/invalidate-cdn.ts';
import { identify, tokenOf } from '../../adapters/http/http-event.ts';

const live = { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann' };
const asset = (id: string, published = true): [string, Asset] => [
  id,
  { company: 'luma', id, publications: published ? { 'image-serving': live } : {} } as Asset,
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
    newId: () => invalidation.id,
    now: () => new Date(invalidation.submitted),
    pause: vi.fn(async (_milliseconds: number) => {}),
    audit: {
      beginAudit: vi.fn(async () => ({ company: 'luma', id: 'entry' })),
      endAudit: vi.fn(async () => {}),
    },
    log: { error: vi.fn(), info: vi.fn() },
  };
  return Object.assign(usual, overrides);
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

const start = (assetIds: unknown, uses: InvalidateCdnDependencies) =>
  invalidateCdn(request('POST', '/v1/companies/luma/cdn-invalidations', { assetIds }), uses);
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
      assets: ['red', 'blue'],
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
          cloudFrontIds: ['I1'],
          completed: false,
          assets: ['red', 'blue'],
          submitted: invalidation.submitted,
          submittedBy: 'ann',
        },
      ],
    ]);
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
        errors: [{ field: expect.stringMatching(/^assetIds/) }],
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
    expect(uses.putInvalidation.mock.calls).toEqual([[{ ...invalidation, completed: true }]]);
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
    const [started, seen] = [await start(['red'], uses), await read(uses)];
    expect([started.statusCode, seen.statusCode]).toEqual([startStatus, readStatus]);
    expect(bodyOf(started).code).toBe(code);
    if (startStatus === 403) expect(bodyOf(started).requiredRole).toBe('admin');
    if (code) {
      expect(uses.getAssets).not.toHaveBeenCalled();
      expect(uses.getInvalidation).not.toHaveBeenCalled();
    }
  });

  it.each([
    ['PUT', '/v1/companies/luma/cdn-invalidations', 405],
    ['GET', '/v1/companies/luma/jobs', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await invalidateCdn(request(method, path), dependencies())).statusCode).toBe(status);
  });
});
