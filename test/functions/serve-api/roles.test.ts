import type { ApiRoute } from '@pressroom/api/route';
import { type RouteName, routes } from '@pressroom/api/routes';
import { problemResponse } from '@pressroom/api/values';
import { describe, expect, it } from 'vitest';
import { publishJobId, schedule, uploadJobId } from './api-records.ts';
import { ask, shipped } from './ask.ts';
import { cdnRoutes } from './cdn-routes.ts';
import { type SampleRequest, sampleRequests } from './sample-requests.ts';

const rows = (Object.entries(sampleRequests) as [RouteName, SampleRequest][]).flatMap(
  ([name, { method, path, query, body, as }]) => {
    const request = {
      method,
      path,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
    };
    return [
      { name, who: 'viewer', request, status: as[0] },
      { name, who: 'user', request, status: as[1] },
      { name, who: 'admin', request, status: as[2] },
      { name, who: 'stranger', request, status: 404 },
      { name, who: 'nobody in particular', request, status: 404 },
      { name, who: undefined, request, status: 401 },
    ];
  },
);

const codes: Record<number, string> = {
  401: 'access.not-signed-in',
  403: 'access.role-too-low',
  404: 'company.not-found',
  409: 'job.not-ended',
};

describe('each route for each role', () => {
  it.each(rows)('$name answers $who with $status', async ({ name, who, request, status }) => {
    const response = await ask(who, request, {}, cdnRoutes);
    expect(response.status, JSON.stringify(response.body)).toBe(status);
    expect(response.faults).toEqual([]);
    if (status < 300) {
      const { schema, files = [], filesOnly }: ApiRoute['response'] = routes[name].response;
      if (!filesOnly) expect(schema.safeParse(response.body).error).toBeUndefined();
      expect(response.headers['cache-control']).toBe('no-store');
      const [type] = String(response.headers['content-type']).split(';');
      expect(filesOnly ? files : ['application/json']).toContain(type);
      return;
    }
    expect(problemResponse.parse(response.body).code).toBe(codes[status]);
    if (status === 403) expect(response.body.requiredRole).toBe(routes[name].role);
  });

  it('holds for every route of the contract', () => {
    expect(Object.keys(sampleRequests).sort()).toEqual(Object.keys(routes).sort());
  });
});

describe('a schedule of somebody else', () => {
  it.each([
    ['PATCH', '', { active: false }],
    ['DELETE', '', undefined],
    ['POST', '/run', undefined],
  ] as const)('takes %s %s of admins only', async (method, path, body) => {
    const request = {
      method,
      path: `/schedules/${schedule.id}${path}`,
      ...(body === undefined ? {} : { body }),
    };
    const others = { getSchedule: async () => ({ ...schedule, submittedBy: 'somebody else' }) };
    expect((await ask('user', request, others)).body).toMatchObject({ status: 403, requiredRole: 'admin' });
    expect((await ask('admin', request, others)).status).toBeLessThan(300);
  });
});

describe('work of somebody else', () => {
  it.each([
    ['cancelled by a user', 'user', `/jobs/${publishJobId}/cancel`, undefined, 403],
    ['cancelled by an admin', 'admin', `/jobs/${publishJobId}/cancel`, undefined, 202],
    [
      'given parts by a user',
      'user',
      `/uploads/${uploadJobId}/files/1/parts`,
      sampleRequests.signParts.body,
      403,
    ],
    [
      'given parts by an admin',
      'admin',
      `/uploads/${uploadJobId}/files/1/parts`,
      sampleRequests.signParts.body,
      200,
    ],
  ])('is %s: %s', async (_, who, path, body, status) => {
    const response = await ask(
      who,
      { method: 'POST', path, ...(body === undefined ? {} : { body }) },
      {
        getJob: async (company, id) => {
          const job = await shipped.jobs.getJob(company, id);
          return job && { ...job, submittedBy: 'somebody else' };
        },
      },
    );
    expect(response.status).toBe(status);
    if (status === 403)
      expect(response.body).toMatchObject({ code: 'access.role-too-low', requiredRole: 'admin' });
  });
});
