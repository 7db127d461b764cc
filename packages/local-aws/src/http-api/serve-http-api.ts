import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { LocalFunction } from '../cloud-services.ts';
import type { Caller } from '../lambda/lambda-permissions.ts';
import { type AccessLogContext, accessLogLine } from './access-log.ts';
import type { ApiDefinition, ApiRoute, ApiStage } from './api-definition.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { JwtAuthorizer, JwtDecision } from './jwt-authorizer.ts';
import { matchRoute } from './match-route.ts';
import { gatewayTime, type IncomingRequest, payloadEvent } from './payload-event.ts';
import { type HttpResponse, payloadResponse } from './payload-response.ts';
import { joinedHeaders, readBody, splitUrl } from './read-request.ts';

/** Bytes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html (10 MB). */
const bodyLimit = 10 * 1024 * 1024;
/** Bytes of the request line and the headers together. Node responds 431, without a body, to a longer one. */
const headerLimit = 10_240;
/** Headers of a function's response that the gateway sets itself, or that concern one connection only. */
const droppedHeaders = new Set([
  'connection',
  'transfer-encoding',
  'content-length',
  'keep-alive',
  'upgrade',
  'trailer',
]);

export interface HttpApiDependencies {
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  /** @throws Error if the function does not exist */
  findFunction(arn: string): LocalFunction;
  mayInvoke(functionArn: string, caller: Caller): boolean;
  /** By the id of the authorizer. */
  authorizer(id: string): JwtAuthorizer | undefined;
  writeAccessLog(line: string): void;
  log(line: string): void;
}

interface Handled {
  readonly response: HttpResponse;
  readonly facts?: AccessLogContext;
}

/**
 * An HTTP API of API Gateway: routes, JWT authorizers, CORS, Lambda integrations with payload format 2.0.
 * The server does not listen yet.
 */
export function serveHttpApi(definition: ApiDefinition, dependencies: HttpApiDependencies): Server {
  async function handle(request: IncomingMessage, requestId: string, time: number): Promise<Handled> {
    const method = request.method ?? 'GET';
    const { path, query } = splitUrl(request.url ?? '/');
    const headers = joinedHeaders(request.rawHeaders);
    const { cors } = definition;
    if (cors && method === 'OPTIONS' && headers.origin && headers['access-control-request-method']) {
      request.resume();
      return { response: plain(204, preflightHeaders(cors, headers.origin)) };
    }
    const decoded = decode(path);
    if (decoded === undefined) return { response: message(400, 'Bad Request') };
    const staged = stageOf(definition, decoded);
    const match = staged && matchRoute([...definition.routes.values()], method, staged.path);
    const body = await readBody(request, bodyLimit);
    if (!staged || !match) {
      if (cors && method === 'OPTIONS')
        return { response: plain(204, preflightHeaders(cors, headers.origin)) };
      return { response: message(404, 'Not Found') };
    }
    const { route } = match;
    const facts = { routeKey: route.routeKey, stage: staged.stage.name };
    const decision = await authorise(route, headers, query);
    if (decision && 'refused' in decision) {
      const { refused, reason } = decision;
      const response = message(refused, refused === 401 ? 'Unauthorized' : 'Forbidden', {
        'www-authenticate': headers.authorization ? 'Bearer error="invalid_token"' : 'Bearer',
      });
      return { response, facts: { ...facts, 'authorizer.error': reason } };
    }
    const known = { ...facts, ...claimFacts(decision) };
    if (!body) return { response: message(413, 'Request Entity Too Large'), facts: known };
    const incoming: IncomingRequest = {
      method,
      path,
      query,
      headers: {
        ...headers,
        'x-forwarded-for': headers['x-forwarded-for'] ?? ipOf(request),
        'x-forwarded-port': String(request.socket.localPort ?? ''),
        'x-forwarded-proto': 'http',
      },
      body,
      ip: ipOf(request),
    };
    const event = payloadEvent(incoming, {
      accountId: dependencies.accountId,
      apiId: dependencies.apiId,
      domainName: headers.host ?? '',
      stage: staged.stage.name,
      routeKey: route.routeKey,
      rawPath: decoded,
      ...(match.pathParameters && { pathParameters: match.pathParameters }),
      ...(staged.stage.variables && { stageVariables: staged.stage.variables }),
      ...(decision && { authorizer: { jwt: decision } }),
      requestId,
      time,
    });
    return integrate(route, staged.stage, event, known);
  }

  async function authorise(
    route: ApiRoute,
    headers: Readonly<Record<string, string>>,
    query: string,
  ): Promise<JwtDecision | undefined> {
    if (route.authorizerId === undefined) return undefined;
    const authorizer = dependencies.authorizer(route.authorizerId);
    if (!authorizer) throw new Error(`Route "${route.routeKey}" has an unknown authorizer`);
    return authorizer({ headers, query }, route.scopes);
  }

  async function integrate(
    route: ApiRoute,
    stage: ApiStage,
    event: object,
    facts: AccessLogContext,
  ): Promise<Handled> {
    const integration = definition.integrations.get(route.integrationId);
    if (!integration) throw new Error(`Route "${route.routeKey}" has an unknown integration`);
    const { functionArn, timeoutMilliseconds } = integration;
    const failed = (status: 413 | 500 | 503, text: string, reason: string): Handled => {
      dependencies.log(`${route.routeKey} returned ${status}: ${reason}`);
      return { response: message(status, text), facts: { ...facts, integrationErrorMessage: reason } };
    };
    const sourceArn = routeArn(dependencies, stage.name, route.routeKey);
    if (!dependencies.mayInvoke(functionArn, { principal: 'apigateway.amazonaws.com', sourceArn })) {
      const reason = `${functionArn} has no AWS::Lambda::Permission for apigateway.amazonaws.com and ${sourceArn}`;
      return failed(500, 'Internal Server Error', reason);
    }
    const begun = performance.now();
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    try {
      const result = await dependencies.findFunction(functionArn).invoke(event, { signal });
      const latency = { ...facts, integrationLatency: Math.round(performance.now() - begun) };
      if (!result.error) return { response: payloadResponse(result.payload), facts: latency };
      const reason = `${result.error.errorType}: ${result.error.errorMessage}`;
      return result.error.errorType === 'RequestEntityTooLargeException'
        ? failed(413, 'Request Entity Too Large', reason)
        : failed(500, 'Internal Server Error', reason);
    } catch (error) {
      if (signal.aborted)
        return failed(503, 'Service Unavailable', `no response within ${timeoutMilliseconds} ms`);
      return failed(500, 'Internal Server Error', error instanceof Error ? error.message : String(error));
    }
  }

  return createServer({ maxHeaderSize: headerLimit }, async (request, serverResponse) => {
    const time = Date.now();
    const begun = performance.now();
    const requestId = randomBytes(12).toString('base64url');
    let handled: Handled;
    try {
      handled = await handle(request, requestId, time);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      dependencies.log(`${request.method} ${request.url} returned 500: ${reason}`);
      handled = { response: message(500, 'Internal Server Error'), facts: { 'error.message': reason } };
    }
    const { response, facts } = handled;
    const { cors } = definition;
    const headers = Object.entries(response.headers).filter(
      // With a CORS configuration, the gateway's headers replace those of the function.
      ([name]) =>
        !droppedHeaders.has(name) &&
        !(cors && name.startsWith('access-control-') && request.method !== 'OPTIONS'),
    );
    const hasNoBody = request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
    serverResponse.writeHead(response.statusCode, {
      ...Object.fromEntries(headers),
      ...(cors && request.method !== 'OPTIONS' && corsHeaders(cors, request.headers.origin)),
      ...(response.cookies.length > 0 && { 'set-cookie': [...response.cookies] }),
      ...(!hasNoBody && { 'content-length': response.body.length }),
      'apigw-requestid': requestId,
    });
    serverResponse.end(hasNoBody ? undefined : response.body);
    const format = definition.stages.get(String(facts?.stage ?? '$default'))?.accessLogFormat;
    dependencies.writeAccessLog(
      accessLogLine(format, {
        accountId: dependencies.accountId,
        apiId: dependencies.apiId,
        domainName: request.headers.host,
        extendedRequestId: requestId,
        requestId,
        httpMethod: request.method,
        path: splitUrl(request.url ?? '/').path,
        protocol: `HTTP/${request.httpVersion}`,
        requestTime: gatewayTime(time),
        requestTimeEpoch: time,
        responseLatency: Math.round(performance.now() - begun),
        responseLength: response.body.length,
        status: response.statusCode,
        'identity.sourceIp': ipOf(request),
        'identity.userAgent': request.headers['user-agent'],
        ...facts,
      }),
    );
  });
}

/** The variables `$context.authorizer.<claim>` and `$context.authorizer.claims.<claim>` of the access log. */
function claimFacts(decision: JwtDecision | undefined): AccessLogContext {
  if (!decision || 'refused' in decision) return {};
  return Object.fromEntries(
    Object.entries(decision.claims).flatMap(([name, value]) => [
      [`authorizer.${name}`, value],
      [`authorizer.claims.${name}`, value],
    ]),
  );
}

/** The stage of a path, and the path within it. A named stage matches the first segment; `$default` all other paths. */
function stageOf(
  definition: ApiDefinition,
  path: string,
): { readonly stage: ApiStage; readonly path: string } | undefined {
  const first = path.split('/')[1] ?? '';
  const named = definition.stages.get(first);
  if (named && first !== '$default') return { stage: named, path: path.slice(first.length + 1) || '/' };
  const stage = definition.stages.get('$default');
  return stage && { stage, path };
}

/** SourceArn of a permission: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`. */
function routeArn(
  { region, accountId, apiId }: HttpApiDependencies,
  stage: string,
  routeKey: string,
): string {
  const [method = '', path = ''] = routeKey.split(' ');
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${method}${path}`;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function ipOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '127.0.0.1';
}

function message(statusCode: number, text: string, headers: Record<string, string> = {}): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message: text })),
  };
}

function plain(statusCode: number, headers: Record<string, string>): HttpResponse {
  return { statusCode, headers, cookies: [], body: Buffer.alloc(0) };
}
