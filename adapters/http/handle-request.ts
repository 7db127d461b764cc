import type { ApiRoute, PublicRoute, ResponseOf, SignedInRoute } from '@pressroom/api/route';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Failure, statusOf } from '../../domain/failure.ts';
import { type AuditDependencies, audited } from './audited.ts';
import { checkValues } from './check-values.ts';
import {
  type CompanyRequest,
  type CompanyRequestDependencies,
  companyRequest,
  readQuery,
  type SignedInCaller,
  signedInCaller,
} from './company-request.ts';
import { matchRoute } from './match-route.ts';
import { problem } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

/** A route and the function that makes its response. */
export interface ServedRoute extends Pick<ApiRoute, 'method' | 'path'>, Pick<PublicRoute, 'secretPath'> {
  readonly respond: (
    event: APIGatewayProxyEventV2,
    params: Readonly<Record<string, string>>,
    dependencies: HandleRequestDependencies,
  ) => Promise<APIGatewayProxyStructuredResultV2>;
}

/**
 * A route below a company, served only to members with the role that it requires.
 * @param headersOf further headers of a response: `etag`
 */
export function serveRoute<Route extends ApiRoute>(
  route: Route,
  respond: (request: CompanyRequest<Route>) => Promise<ResponseOf<Route>>,
  headersOf: (value: ResponseOf<Route>) => Readonly<Record<string, string>> = () => ({}),
): ServedRoute {
  return {
    method: route.method,
    path: route.path,
    respond: async (event, params, dependencies) => {
      const request = await loggedRequest(event, route, params, dependencies);
      const { requestId } = event.requestContext;
      const value = await audited(route, request, requestId, dependencies, () => respond(request));
      const { status } = isDryRun(value) ? (route.dryRun ?? route.response) : route.response;
      return jsonResponse(status, value, { 'cache-control': 'no-store', ...headersOf(value) });
    },
  };
}

/** The same for a route that makes its whole response: a file, or one of several statuses. */
export function serveResponse<Route extends ApiRoute>(
  route: Route,
  respond: (request: CompanyRequest<Route>) => Promise<APIGatewayProxyStructuredResultV2>,
): ServedRoute {
  return {
    method: route.method,
    path: route.path,
    respond: async (event, params, dependencies) => {
      const request = await loggedRequest(event, route, params, dependencies);
      const { requestId } = event.requestContext;
      return audited(route, request, requestId, dependencies, () => respond(request));
    },
  };
}

/** Checks a request, and logs who changes what: the access log knows no users. */
async function loggedRequest<Route extends ApiRoute>(
  event: APIGatewayProxyEventV2,
  route: Route,
  params: Readonly<Record<string, string>>,
  dependencies: HandleRequestDependencies,
): Promise<CompanyRequest<Route>> {
  const request = await companyRequest(event, route, params, dependencies);
  if (route.method !== 'GET') {
    const { requestId } = event.requestContext;
    const { company, user } = request;
    dependencies.log.info('Change', { requestId, company, user: user.subject, operation: route.operationId });
  }
  return request;
}

/** A route for everybody who is signed in. */
export function serveSignedIn<Route extends SignedInRoute>(
  route: Route,
  respond: (caller: SignedInCaller) => Promise<ResponseOf<Route>>,
): ServedRoute {
  return {
    method: route.method,
    path: route.path,
    respond: async (event, _, dependencies) => {
      const caller = await signedInCaller(event, dependencies);
      checkValues(route.query, readQuery(event.rawQueryString ?? ''));
      return jsonResponse(route.response.status, await respond(caller));
    },
  };
}

function isDryRun(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dryRun' in value;
}

export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = { 'cache-control': 'no-store' },
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/** The path as a log may contain it: a secret in it authorises, so it must not reach a reader of the log. */
function loggedPath(path: string, routes: readonly ServedRoute[]): string {
  for (const route of routes) {
    const [before = ''] = route.path.split('{');
    if (route.secretPath && path.startsWith(before)) return `${before}…`;
  }
  return path;
}

export interface HandleRequestDependencies extends CompanyRequestDependencies {
  readonly audit: AuditDependencies;
  readonly log: {
    error(message: string, error: Error): void;
    info(message: string, facts: Record<string, unknown>): void;
  };
}

/** Serves a request by one of the routes. Never throws: a failure becomes a response. */
export async function handleRequest(
  event: APIGatewayProxyEventV2,
  routes: readonly ServedRoute[],
  dependencies: HandleRequestDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const response = await respond(event, routes, dependencies);
  return { ...response, headers: { ...securityHeaders, ...response.headers } };
}

async function respond(
  event: APIGatewayProxyEventV2,
  routes: readonly ServedRoute[],
  dependencies: HandleRequestDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { requestId, http } = event.requestContext;
  try {
    const { route, params } = matchRoute(routes, event.requestContext.http.method, event.rawPath);
    return await route.respond(event, params, dependencies);
  } catch (error) {
    if (!(error instanceof Failure) || statusOf(error.code) >= 500) {
      const cause = error instanceof Error ? error : new Error(String(error));
      dependencies.log.error(
        `${http.method} ${loggedPath(event.rawPath, routes)} failed, request ${requestId}`,
        cause,
      );
    } else {
      // The access log has no path, because a path may hold a secret.
      const path = loggedPath(event.rawPath, routes);
      dependencies.log.info('Refused', { requestId, method: http.method, path, code: error.code });
    }
    return problem(error, requestId);
  }
}
