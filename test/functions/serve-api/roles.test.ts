import { describe, expect, it } from 'vitest';
import { serveRoute } from '../../../adapters/http/answer-request.ts';
import { problemAnswer, type RouteName, routes } from '../../../functions/api.contract.ts';
import { allIsWell, ask, now, publishJobId, sum, uploadJobId } from './api-world.ts';

interface Row {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Status for a viewer, a user and an admin. */
  readonly as: readonly [viewer: number, user: number, admin: number];
}

/** Every route, with a request that is in order, and what it answers to each role. */
const table: Record<RouteName, Row> = {
  createUpload: {
    method: 'POST',
    path: '/uploads',
    body: { files: [{ name: 'a.png', bytes: 9, type: 'image/png', sha256: sum }] },
    as: [403, 201, 201],
  },
  signParts: {
    method: 'POST',
    path: `/uploads/${uploadJobId}/files/1/parts`,
    body: { parts: [{ part: 1, sha256: sum }] },
    as: [403, 200, 200],
  },
  completeFile: {
    method: 'POST',
    path: `/uploads/${uploadJobId}/files/1/complete`,
    body: { parts: Array.from({ length: 8 }, (_, index) => ({ part: index + 1, etag: '"e"', sha256: sum })) },
    as: [403, 202, 202],
  },
  submitJob: { method: 'POST', path: '/jobs', body: {}, as: [403, 201, 201] },
  listJobs: { method: 'GET', path: '/jobs', as: [200, 200, 200] },
  readJob: { method: 'GET', path: `/jobs/${publishJobId}`, as: [200, 200, 200] },
  readJobLog: { method: 'GET', path: `/jobs/${publishJobId}/log`, as: [200, 200, 200] },
  cancelJob: { method: 'POST', path: `/jobs/${publishJobId}/cancel`, as: [403, 202, 202] },
  listAssets: { method: 'GET', path: '/assets', as: [200, 200, 200] },
  readAsset: { method: 'GET', path: '/assets/red%20shoe', as: [200, 200, 200] },
  readAssetHistory: { method: 'GET', path: '/assets/red%20shoe/history', as: [200, 200, 200] },
  publishAsset: { method: 'POST', path: '/assets/red%20shoe/publish', as: [403, 200, 200] },
  unpublishAsset: { method: 'POST', path: '/assets/red%20shoe/unpublish', as: [403, 200, 200] },
  invalidateCdn: {
    method: 'POST',
    path: '/cdn-invalidations',
    body: { assetIds: ['a'] },
    as: [403, 403, 202],
  },
  readInvalidation: { method: 'GET', path: '/cdn-invalidations/i1', as: [403, 403, 200] },
};

// These two are answered by a function of their own, by the same check.
const invalidation = {
  id: 'i1',
  status: 'completed' as const,
  assets: ['a'],
  submitted: now,
  submittedBy: 'admin',
};
const cdnRoutes = [
  serveRoute(routes.invalidateCdn, async () => invalidation),
  serveRoute(routes.readInvalidation, async () => invalidation),
];

const rows = (Object.entries(table) as [RouteName, Row][]).flatMap(([name, { method, path, body, as }]) => {
  const request = { method, path, ...(body === undefined ? {} : { body }) };
  return [
    { name, who: 'viewer', request, status: as[0] },
    { name, who: 'user', request, status: as[1] },
    { name, who: 'admin', request, status: as[2] },
    { name, who: 'stranger', request, status: 404 },
    { name, who: 'nobody in particular', request, status: 404 },
    { name, who: undefined, request, status: 401 },
  ];
});

const codes: Record<number, string> = {
  401: 'access.not-signed-in',
  403: 'access.role-too-low',
  404: 'company.not-found',
};

describe('each route for each role', () => {
  it.each(rows)('$name answers $who with $status', async ({ name, who, request, status }) => {
    const answer = await ask(who, request, {}, cdnRoutes);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(answer.faults).toEqual([]);
    if (status < 300) {
      expect(routes[name].answer.schema.safeParse(answer.body).error).toBeUndefined();
      expect(answer.headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
      return;
    }
    expect(problemAnswer.parse(answer.body).code).toBe(codes[status]);
    if (status === 403) expect(answer.body.requiredRole).toBe(routes[name].role);
  });

  it('holds for every route of the contract', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(routes).sort());
  });
});

describe('work of somebody else', () => {
  it.each([
    ['cancelled by a user', 'user', `/jobs/${publishJobId}/cancel`, undefined, 403],
    ['cancelled by an admin', 'admin', `/jobs/${publishJobId}/cancel`, undefined, 202],
    ['given parts by a user', 'user', `/uploads/${uploadJobId}/files/1/parts`, table.signParts.body, 403],
    ['given parts by an admin', 'admin', `/uploads/${uploadJobId}/files/1/parts`, table.signParts.body, 200],
  ])('is %s: %s', async (_, who, path, body, status) => {
    const answer = await ask(
      who,
      { method: 'POST', path, ...(body === undefined ? {} : { body }) },
      {
        getJob: async (company, id) => {
          const job = await allIsWell.getJob(company, id);
          return job && { ...job, submittedBy: 'somebody else' };
        },
      },
    );
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.body).toMatchObject({ code: 'access.role-too-low', requiredRole: 'admin' });
  });
});
