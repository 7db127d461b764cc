import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OriginConfig } from '../../src/edge/distribution-config.ts';
import { createFunctionUrlOrigin, functionUrlIdOfDomain } from '../../src/edge/function-url-origin.ts';
import { createHttpClient } from '../../src/edge/http-exchange.ts';
import { readBody } from '../../src/edge/origin.ts';
import { bucketOfDomain, createS3Origin } from '../../src/edge/s3-origin.ts';

const distributionArn = 'arn:aws:cloudfront::123456789012:distribution/E1';
const config: OriginConfig = {
  id: 'origin',
  domainName: 'abc123.lambda-url.us-east-1.on.aws',
  path: '',
  customHeaders: {},
  kind: 'custom',
  accessControlId: 'OAC',
  connectionTimeout: 1,
  connectionAttempts: 1,
  readTimeout: 1,
  protocol: 'https-only',
  httpPort: 80,
  httpsPort: 443,
};

const request = {
  method: 'GET',
  path: '/acme/content/a%20b%2Bc',
  query: '',
  headers: { host: config.domainName, range: 'bytes=0-1', 'x-other': 'not for S3' },
  body: Buffer.alloc(0),
  ip: '192.0.2.7',
};

describe('an S3 origin', () => {
  let server: Server;
  let port: number;
  let s3Requests: { url: string | undefined; headers: import('node:http').IncomingHttpHeaders }[];
  let status: number;
  const client = createHttpClient();

  const statement = (action: string, resource: string, arn = distributionArn) => ({
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: action,
    Resource: resource,
    Condition: { StringEquals: { 'AWS:SourceArn': arn } },
  });
  const policy = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
  const read = statement('s3:GetObject', 'arn:aws:s3:::bucket/*');
  const list = statement('s3:ListBucket', 'arn:aws:s3:::bucket');
  const tlsOnly = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  beforeAll(async () => {
    server = createServer((incoming, response) => {
      s3Requests.push({ url: incoming.url, headers: incoming.headers });
      response.writeHead(status, { 'x-amz-meta-cache-tag': 'acme/a', etag: '"v1"' });
      response.end('object');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    s3Requests = [];
    status = 200;
  });

  const send = async (bucketPolicy: unknown, changes: Partial<typeof request> = {}, signed = true) => {
    const origin = createS3Origin({
      config,
      bucket: 'bucket',
      region: 'us-east-1',
      account: '123456789012',
      distributionArn,
      signed,
      bucketPolicy: () => bucketPolicy,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'root', secretAccessKey: 'secret' },
      client,
    });
    const response = await origin({ ...request, ...changes });
    return { ...response, text: (await readBody(response.body)).toString() };
  };

  it('reads objects that the bucket policy allows, with a signature and the headers that S3 needs', async () => {
    const response = await send(policy(read, tlsOnly));
    expect(response).toMatchObject({
      status: 200,
      text: 'object',
      headers: { 'x-amz-meta-cache-tag': 'acme/a' },
    });
    expect(s3Requests[0]?.url).toBe('/bucket/acme/content/a%20b%2Bc');
    expect(s3Requests[0]?.headers).toMatchObject({
      range: 'bytes=0-1',
      authorization: expect.stringContaining('AWS4-HMAC-SHA256 Credential=root/') as string,
    });
    expect(s3Requests[0]?.headers['x-other']).toBeUndefined();
  });

  it.each([
    ['no policy', undefined, {}, true],
    [
      'a policy for another distribution',
      policy(statement('s3:GetObject', 'arn:aws:s3:::bucket/*', 'arn:aws:cloudfront::1:distribution/E2')),
      {},
      true,
    ],
    ['a policy for other keys', policy(statement('s3:GetObject', 'arn:aws:s3:::bucket/other/*')), {}, true],
    ['no origin access control', policy(read), {}, false],
    ['a request for a version', policy(read), { query: 'versionId=1' }, true],
    ['a request for the list', policy(read), { path: '/' }, true],
    ['a request for settings of the bucket', policy(read, list), { path: '/', query: 'policy' }, true],
  ])('refuses %s without a request to S3', async (_, bucketPolicy, changes, signed) => {
    expect((await send(bucketPolicy, changes, signed)).status).toBe(403);
    expect(s3Requests).toEqual([]);
  });

  it.each([
    ['404', [read, list]],
    ['403', [read]],
  ])('returns %s for a missing key with the statements %j', async (expected, statements) => {
    status = 404;
    expect((await send(policy(...statements))).status).toBe(Number(expected));
  });

  it('lists the bucket at / if the policy allows it', async () => {
    await send(policy(list), { path: '/', query: 'prefix=a%2F' });
    expect(s3Requests[0]?.url).toBe('/bucket/?prefix=a%2F');
  });

  it.each([
    ['masters.s3.eu-west-1.amazonaws.com', 'masters'],
    ['a.dotted.name.s3.amazonaws.com', 'a.dotted.name'],
    ['example.com', undefined],
  ])('finds the bucket of %s', (domain, bucket) => {
    expect(bucketOfDomain(domain)).toBe(bucket);
  });
});

describe('a function URL origin', () => {
  const calls: unknown[] = [];
  const send = (changes: Partial<typeof request> = {}, signed = true, body = 'image') =>
    createFunctionUrlOrigin({
      config,
      distributionArn,
      signed,
      functionUrl: () => ({
        id: 'abc123',
        functionArn: 'arn',
        authType: 'AWS_IAM',
        invokeMode: 'RESPONSE_STREAM',
        host: config.domainName,
        handle: async (incoming, caller) => {
          calls.push({ incoming, caller });
          return {
            statusCode: 200,
            headers: { 'Content-Type': 'image/webp' },
            cookies: ['a=1'],
            body: (async function* () {
              yield Buffer.from(body);
            })(),
          };
        },
      }),
    })({ ...request, ...changes });

  it('calls the URL on behalf of the distribution', async () => {
    const response = await send();
    expect(response).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/webp', 'set-cookie': ['a=1'] },
    });
    expect((await readBody(response.body)).toString()).toBe('image');
    expect(calls.at(-1)).toMatchObject({
      caller: { principal: 'cloudfront.amazonaws.com', sourceArn: distributionArn },
      incoming: { path: '/acme/content/a%20b%2Bc', method: 'GET' },
    });
  });

  it('calls it unsigned without origin access control', async () => {
    await send({}, false);
    expect(calls.at(-1)).toMatchObject({ caller: undefined });
  });

  it.each([
    ["the viewer's host", { headers: { ...request.headers, host: 'example.com' } }],
    ['a body that the visitor did not hash', { method: 'POST', body: Buffer.from('x') }],
  ])('returns 403 for %s, which makes the signature invalid', async (_, changes) => {
    expect((await send(changes)).status).toBe(403);
  });

  it('throws a 502 error if the URL does not exist', async () => {
    const origin = createFunctionUrlOrigin({
      config,
      distributionArn,
      signed: true,
      functionUrl: () => undefined,
    });
    await expect(origin(request)).rejects.toMatchObject({ name: 'OriginError', status: 502 });
  });

  it('recognises function URLs by their domain', () => {
    expect(functionUrlIdOfDomain('abc123.lambda-url.us-east-1.on.aws')).toBe('abc123');
    expect(functionUrlIdOfDomain('example.com')).toBeUndefined();
  });
});
