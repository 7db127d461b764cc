import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InvokeResult, LocalFunction } from '../../src/cloud-services.ts';
import { type ApiDefinition, emptyDefinition } from '../../src/http-api/api-definition.ts';
import { closeServer } from '../../src/http-api/close-server.ts';
import { listen } from '../../src/http-api/listen.ts';
import { type HttpApiDependencies, serveHttpApi } from '../../src/http-api/serve-http-api.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:serve-api';
let server: Server;
let address: string;
let definition: ApiDefinition;
let events: Record<string, unknown>[];
let accessLog: string[];
let permissionChecks: unknown[];
let respond: (signal: AbortSignal | undefined) => Promise<InvokeResult>;
let allowed: boolean;

beforeEach(async () => {
  events = [];
  accessLog = [];
  permissionChecks = [];
  allowed = true;
  respond = async () => ({ payload: { statusCode: 200, body: 'ok' } });
  definition = emptyDefinition();
  definition.integrations.set('i', { functionArn, timeoutMilliseconds: 100 });
  for (const [routeKey, authorizerId] of [
    ['ANY /v1/{proxy+}', 'a'],
    ['GET /v1/openapi.json', undefined],
  ] as const) {
    definition.routes.set(routeKey, { routeKey, integrationId: 'i', authorizerId, scopes: [] });
  }
  definition.stages.set('$default', { name: '$default', variables: undefined, accessLogFormat: undefined });
  const target: LocalFunction = {
    arn: functionArn,
    name: 'serve-api',
    invoke: (event, options) => {
      events.push(event as Record<string, unknown>);
      return respond(options?.signal);
    },
    invokeStreaming: () => Promise.reject(new Error('not used')),
  };
  const dependencies: HttpApiDependencies = {
    apiId: 'abc',
    accountId: '000000000000',
    region: 'eu-central-1',
    findFunction: () => target,
    mayInvoke: (arn, caller) => {
      permissionChecks.push([arn, caller]);
      return allowed;
    },
    authorizer: () => async (request) =>
      request.headers.authorization === 'good'
        ? { claims: { sub: 'u1' }, scopes: null }
        : { refused: 401, reason: 'bad token' },
    writeAccessLog: (line) => accessLog.push(line),
    log: () => undefined,
  };
  server = serveHttpApi(definition, dependencies);
  await listen(server, 0);
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => closeServer(server));

const get = (path: string, init: RequestInit = {}) =>
  fetch(address + path, { ...init, headers: { authorization: 'good', ...init.headers } });

describe('an HTTP API', () => {
  it("invokes the function of the route with the caller's claims", async () => {
    const response = await get('/v1/companies/a%20b?x=1', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(events[0]).toMatchObject({
      routeKey: 'ANY /v1/{proxy+}',
      rawPath: '/v1/companies/a b',
      pathParameters: { proxy: 'companies/a b' },
      body: '{}',
      requestContext: { stage: '$default', authorizer: { jwt: { claims: { sub: 'u1' }, scopes: null } } },
    });
    expect(permissionChecks).toEqual([
      [
        functionArn,
        {
          principal: 'apigateway.amazonaws.com',
          sourceArn: 'arn:aws:execute-api:eu-central-1:000000000000:abc/$default/ANY/v1/{proxy+}',
        },
      ],
    ]);
  });

  it('requires a token only if the route does', async () => {
    const refused = await get('/v1/x', { headers: { authorization: 'bad' } });
    expect([refused.status, await refused.json()]).toEqual([401, { message: 'Unauthorized' }]);
    expect((await get('/v1/openapi.json', { headers: { authorization: '' } })).status).toBe(200);
    expect(events.length).toBe(1);
  });

  it('returns 404 if no route matches', async () => {
    const response = await get('/v2');
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  it('returns 431 for a request line and headers above 10,240 bytes', async () => {
    const statusOf = async (length: number) =>
      (await get('/v1/openapi.json', { headers: { 'x-long': 'x'.repeat(length) } })).status;
    expect(await statusOf(10_300)).toBe(431);
    expect(await statusOf(9_000)).toBe(200);
  });

  it('returns 413 for a body above 10 MB', async () => {
    const response = await get('/v1/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it('returns 500 if the function fails or returns an invalid response', async () => {
    respond = async () => ({ error: { errorType: 'Error', errorMessage: 'secret' } });
    const failed = await get('/v1/x');
    expect([failed.status, await failed.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    respond = async () => ({ payload: { statusCode: 'many' } });
    expect((await get('/v1/x')).status).toBe(500);
  });

  it('returns 500 if the API lacks permission to invoke the function', async () => {
    allowed = false;
    expect((await get('/v1/x')).status).toBe(500);
    expect(events).toEqual([]);
    expect(JSON.parse(accessLog[0] ?? '').integrationError).toContain('AWS::Lambda::Permission');
  });

  it('returns 503 if the function takes longer than the timeout of the integration', async () => {
    respond = (signal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const response = await get('/v1/x');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  it('forwards status, headers, cookies and bytes', async () => {
    respond = async () => ({
      payload: {
        statusCode: 418,
        headers: { 'X-Tea': 'green', 'content-type': 'image/png' },
        cookies: ['a=1', 'b=2'],
        body: '//4=',
        isBase64Encoded: true,
      },
    });
    const response = await get('/v1/x');
    expect(response.status).toBe(418);
    expect(response.headers.get('x-tea')).toBe('green');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0xff, 0xfe]);
  });

  it('serves a named stage below its name', async () => {
    definition.stages.set('beta', { name: 'beta', variables: { colour: 'red' }, accessLogFormat: undefined });
    expect((await get('/beta/v1/x')).status).toBe(200);
    expect(events[0]).toMatchObject({
      rawPath: '/beta/v1/x',
      stageVariables: { colour: 'red' },
      requestContext: { stage: 'beta' },
    });
  });

  it('writes the access log in the format of the stage', async () => {
    definition.stages.set('$default', {
      name: '$default',
      variables: undefined,
      accessLogFormat: '$context.httpMethod $context.routeKey $context.status $context.unknown',
    });
    await get('/v1/x');
    expect(accessLog).toEqual(['GET ANY /v1/{proxy+} 200 -']);
  });
});

describe('CORS of an HTTP API', () => {
  beforeEach(() => {
    definition.cors = {
      allowOrigins: ['https://console.example.com', 'https://*.dev.example.com'],
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['authorization'],
      exposeHeaders: ['etag'],
      allowCredentials: false,
      maxAge: 600,
    };
  });
  const preflight = (origin: string) =>
    fetch(`${address}/v1/x`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('responds to a preflight without a token and without invoking the function', async () => {
    const response = await preflight('https://console.example.com');
    expect([response.status, events.length]).toEqual([204, 0]);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://console.example.com');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization');
    expect(response.headers.get('access-control-max-age')).toBe('600');
  });

  it.each([
    ['https://a.dev.example.com', true],
    ['https://elsewhere.example.com', false],
  ])('allows the origin %s: %s', async (origin, isAllowed) => {
    expect((await preflight(origin)).headers.has('access-control-allow-origin')).toBe(isAllowed);
  });

  it('replaces the CORS headers of the function in every response', async () => {
    respond = async () => ({
      payload: { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' }, body: '' },
    });
    const response = await get('/v1/x', { headers: { origin: 'https://console.example.com' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://console.example.com');
    const refused = await get('/v1/x', {
      headers: { origin: 'https://console.example.com', authorization: '' },
    });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'https://console.example.com',
    ]);
  });
});
