import { describe, expect, it } from 'vitest';
import { matchRoute } from '../../src/http-api/match-route.ts';

const keys = [
  '$default',
  'ANY /v1/{proxy+}',
  'GET /v1/openapi.json',
  'POST /v1/companies/{company}/cdn-invalidations',
  'GET /v1/companies/{company}/cdn-invalidations/{id}',
  'ANY /v1/companies/{company}/jobs',
  'GET /v1/companies/{company}/jobs',
];
const routes = keys.map((routeKey) => ({ routeKey }));
const find = (method: string, path: string, among = routes) => {
  const match = matchRoute(among, method, path);
  return match && [match.route.routeKey, match.pathParameters];
};

describe('matchRoute', () => {
  it.each([
    ['GET', '/v1/openapi.json', 'GET /v1/openapi.json', undefined],
    ['POST', '/v1/openapi.json', 'ANY /v1/{proxy+}', { proxy: 'openapi.json' }],
    [
      'POST',
      '/v1/companies/acme/cdn-invalidations',
      'POST /v1/companies/{company}/cdn-invalidations',
      { company: 'acme' },
    ],
    [
      'GET',
      '/v1/companies/acme/cdn-invalidations',
      'ANY /v1/{proxy+}',
      { proxy: 'companies/acme/cdn-invalidations' },
    ],
    [
      'GET',
      '/v1/companies/a b/cdn-invalidations/i',
      'GET /v1/companies/{company}/cdn-invalidations/{id}',
      { company: 'a b', id: 'i' },
    ],
    ['GET', '/v1/companies/acme/jobs', 'GET /v1/companies/{company}/jobs', { company: 'acme' }],
    ['PUT', '/v1/companies/acme/jobs', 'ANY /v1/companies/{company}/jobs', { company: 'acme' }],
    ['GET', '/v1/companies/acme/assets/x', 'ANY /v1/{proxy+}', { proxy: 'companies/acme/assets/x' }],
    ['GET', '/v1/companies//jobs', 'ANY /v1/{proxy+}', { proxy: 'companies//jobs' }],
    ['GET', '/v1', '$default', undefined],
    ['GET', '/v1/', '$default', undefined],
    ['GET', '/', '$default', undefined],
  ])('routes %s %s to %s', (method, path, key, parameters) => {
    expect(find(method, path)).toEqual([key, parameters]);
  });

  it('finds no route for an unknown path', () => {
    expect(find('GET', '/v2', [{ routeKey: 'ANY /v1/{proxy+}' }])).toBeUndefined();
    expect(find('GET', '/v1/a/b', [{ routeKey: 'GET /v1/a' }])).toBeUndefined();
  });

  it('finds the same route in any order of routes', () => {
    expect(find('GET', '/v1/openapi.json', [...routes].reverse())).toEqual([
      'GET /v1/openapi.json',
      undefined,
    ]);
  });
});
