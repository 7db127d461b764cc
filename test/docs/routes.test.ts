/** Requests that pages name, compared with the routes of the contract. */
import { describe, expect, it } from 'vitest';
import { publicRoutes, routes, signedInRoutes } from '../../packages/api/routes.ts';
import { documentFiles, readDocument, tableRows } from '../support/documents.ts';

const company = '/v1/companies/{}';
const known = Object.values(routes).map(({ method, path, role }) => ({
  request: `${method} ${withoutNames(path)}`,
  role,
}));

/** `{id}`, `<id>` and `$ID` stand for the same. */
function withoutNames(path: string): string {
  return path.replace(/\{\w+\}|<\w+>|\$\w+/g, '{}');
}

/** Requests in backticks, such as `GET /assets/{id}`; paths that begin with `…` or below the company are completed. */
function requestsIn(text: string): string[] {
  return [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (…?\/[^\s`?]*)[^`]*`/g)].map(
    ([, method = '', path = '']) => `${method} ${withoutNames(path)}`,
  );
}

function routeOf(request: string) {
  const [method = '', path = ''] = request.split(' ');
  if (path.startsWith('…')) {
    const end = path.slice(1);
    return known.find((route) => route.request.startsWith(`${method} `) && route.request.endsWith(end));
  }
  return known.find((route) => route.request === request || route.request === `${method} ${company}${path}`);
}

/** Served beside the routes of the contract: the description itself, and what a notification calls. */
const others = [
  ...[...Object.values(signedInRoutes), ...Object.values(publicRoutes)].flatMap(({ method, path }) => {
    const request = `${method} ${withoutNames(path)}`;
    return [request, request.replace(company, ''), request.replace(company, '…')];
  }),
];

const pages = documentFiles.filter((file) => requestsIn(readDocument(file)).length > 0);

describe('the pages', () => {
  it('name many requests', () => {
    expect(pages.length).toBeGreaterThan(8);
  });

  it.each(pages)('%s names only requests that the API has', (file) => {
    const named = requestsIn(readDocument(file)).filter((request) => !others.includes(request));
    expect(named.filter((request) => routeOf(request) === undefined)).toEqual([]);
  });

  it.each(['docs/assets.md', 'docs/notifications.md'])('%s names the roles that the routes need', (file) => {
    const rows = tableRows(readDocument(file)).filter(([, , role = '']) =>
      /^(viewer|user|admin)$/.test(role),
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const [requests = '', , role] of rows) {
      for (const request of requestsIn(requests))
        expect(`${request}: ${routeOf(request)?.role}`).toBe(`${request}: ${role}`);
    }
  });
});
