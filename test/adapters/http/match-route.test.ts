import { describe, expect, it } from 'vitest';
import { matchRoute } from '../../../adapters/http/match-route.ts';

const routes = [
  { method: 'GET', path: '/v1/companies/{company}/jobs' },
  { method: 'POST', path: '/v1/companies/{company}/jobs' },
  { method: 'GET', path: '/v1/companies/{company}/assets/{id}' },
  { method: 'GET', path: '/v1/openapi.json' },
] as const;

describe('finding the route of a request', () => {
  it.each([
    ['GET', '/v1/companies/luma/jobs', 0, { company: 'luma' }],
    ['POST', '/v1/companies/luma/jobs', 1, { company: 'luma' }],
    ['GET', '/v1/companies/luma/assets/red%20shoe', 2, { company: 'luma', id: 'red shoe' }],
    ['GET', '/v1/companies/luma/assets/red shoe', 2, { company: 'luma', id: 'red shoe' }],
    ['GET', '/v1/companies/luma/assets/bl%C3%A5', 2, { company: 'luma', id: 'blå' }],
    ['GET', '/v1/companies/luma/assets/blå', 2, { company: 'luma', id: 'blå' }],
    ['GET', '/v1/companies/luma/assets/100%', 2, { company: 'luma', id: '100%' }],
    ['GET', '/v1/companies/luma/assets/__proto__', 2, { company: 'luma', id: '__proto__' }],
    ['GET', '/v1/openapi.json', 3, {}],
  ])('%s %s', (method, path, route, params) => {
    expect(matchRoute(routes, method, path)).toEqual({ route: routes[route], params });
  });

  it.each([
    '/',
    '/v1',
    '/v1/companies//jobs',
    '/v1/companies/luma/jobs/',
    '/v1/companies/luma/assets/a/b',
    '/V1/openapi.json',
  ])('there is nothing at %s', (path) => {
    expect(() => matchRoute(routes, 'GET', path)).toThrow(
      expect.objectContaining({ code: 'route.not-found' }),
    );
  });

  it('tells which methods an address takes', () => {
    expect(() => matchRoute(routes, 'DELETE', '/v1/companies/luma/jobs')).toThrow(
      expect.objectContaining({ code: 'route.method-not-allowed', facts: { allow: 'GET, POST' } }),
    );
  });
});
