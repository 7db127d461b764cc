import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudServices, LocalFunction, StreamedResponse } from '../../src/cloud-services.ts';
import { closeServer } from '../../src/http-api/close-server.ts';
import {
  createFunctionUrl,
  type FunctionUrlOptions,
  listenForFunctionUrl,
} from '../../src/lambda/function-url.ts';
import { createLambdaPermissions, type LambdaPermissions } from '../../src/lambda/lambda-permissions.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:serve-image';
const cloudfront = {
  principal: 'cloudfront.amazonaws.com',
  sourceArn: 'arn:aws:cloudfront::000000000000:distribution/E1',
};
const request = {
  method: 'GET',
  path: '/is/image/a%20b',
  query: 'wid=100',
  headers: { accept: 'image/*' },
  body: Buffer.alloc(0),
  ip: '127.0.0.1',
};

async function* chunks(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

function setUp(target: Partial<LocalFunction>, options: Partial<FunctionUrlOptions> = {}) {
  const permissions = createLambdaPermissions();
  for (const action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
    permissions.add({ functionArn, action, principal: 'cloudfront.amazonaws.com' });
  }
  const lines: string[] = [];
  const services = {
    region: 'eu-central-1',
    account: '000000000000',
    functions: new Map([[functionArn, { arn: functionArn, name: 'serve-image', ...target }]]),
    shared: () => permissions,
    log: (line: string) => lines.push(line),
  } as unknown as CloudServices;
  const url = createFunctionUrl(
    { id: 'abc', functionArn, authType: 'AWS_IAM', invokeMode: 'RESPONSE_STREAM', ...options },
    services,
  );
  return { url, permissions: permissions as LambdaPermissions, lines };
}

async function textOf(response: StreamedResponse): Promise<string> {
  let text = '';
  for await (const chunk of response.body) text += Buffer.from(chunk).toString();
  return text;
}

const streams = (...texts: (string | Error)[]): Partial<LocalFunction> => ({
  invokeStreaming: async () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    cookies: [],
    body: chunks(...texts),
  }),
});

describe('a function URL', () => {
  it('streams the response of the function to CloudFront', async () => {
    let event: unknown;
    const { url } = setUp({
      invokeStreaming: async (received) => {
        event = received;
        return { statusCode: 200, headers: {}, cookies: [], body: chunks('one', 'two') };
      },
    });
    expect(await textOf(await url.handle(request, cloudfront))).toBe('onetwo');
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/is/image/a%20b',
      rawQueryString: 'wid=100',
      queryStringParameters: { wid: '100' },
      headers: { accept: 'image/*', host: 'abc.lambda-url.eu-central-1.on.aws' },
      requestContext: { http: { method: 'GET' }, domainPrefix: 'abc' },
    });
  });

  it('refuses an unsigned request and a service that the policy does not name', async () => {
    const { url } = setUp(streams('x'));
    for (const caller of [undefined, { ...cloudfront, principal: 'events.amazonaws.com' }]) {
      const response = await url.handle(request, caller);
      expect([response.statusCode, await textOf(response)]).toEqual([403, '{"Message":"Forbidden"}']);
    }
  });

  it('accepts unsigned requests without IAM if the policy allows everyone', async () => {
    const { url, permissions } = setUp(streams('x'), { authType: 'NONE' });
    expect((await url.handle(request, undefined)).statusCode).toBe(403);
    for (const action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
      permissions.add({ functionArn, action, principal: '*' });
    }
    expect((await url.handle(request, undefined)).statusCode).toBe(200);
  });

  it('returns 502 for a function that fails, and logs the reason', async () => {
    const { url, lines } = setUp({ invokeStreaming: () => Promise.reject(new TypeError('no')) });
    expect((await url.handle(request, cloudfront)).statusCode).toBe(502);
    expect(lines).toEqual(['A request to the URL of serve-image failed: TypeError: no']);
  });

  it('returns the whole response of a function that does not stream', async () => {
    const { url } = setUp(
      {
        invoke: async () => ({
          payload: {
            statusCode: 201,
            headers: { 'X-A': 'b' },
            cookies: ['c=1'],
            body: 'aGk=',
            isBase64Encoded: true,
          },
        }),
      },
      { invokeMode: 'BUFFERED' },
    );
    const response = await url.handle(request, cloudfront);
    expect([response.statusCode, response.headers['x-a'], response.cookies, await textOf(response)]).toEqual([
      201,
      'b',
      ['c=1'],
      'hi',
    ]);
  });
});

describe('the port of a function URL', () => {
  let server = createServer();
  afterEach(() => closeServer(server));

  async function listen(...parts: (string | Error)[]): Promise<string> {
    const { url, permissions } = setUp(streams(...parts), { authType: 'NONE' });
    for (const action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
      permissions.add({ functionArn, action, principal: '*' });
    }
    server = await listenForFunctionUrl(url, 0, () => undefined);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  }

  it('responds to a direct request', async () => {
    const response = await fetch(await listen('a', 'b'));
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'image/png',
      'ab',
    ]);
  });

  it('closes the connection if the body ends with an error', async () => {
    const response = await fetch(await listen('a', new Error('lost')));
    await expect(response.text()).rejects.toThrow();
  });
});
