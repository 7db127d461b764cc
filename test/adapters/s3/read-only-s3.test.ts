import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as sdk from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as small from '../../../adapters/s3/read-only-s3.ts';

let server: Server;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
const seen: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    respond(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => server.close());
beforeEach(() => {
  seen.length = 0;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const input = {
  Bucket: 'origin',
  Key: "luma/image/größe (1) it's+red",
  VersionId: 'v=1',
  Range: 'bytes=0-3',
};

const objectHeaders = {
  etag: '"abc"',
  'last-modified': 'Tue, 01 Dec 2026 04:00:00 GMT',
  'content-type': 'image/jpeg',
  'content-length': '4',
  'content-range': 'bytes 0-3/9',
  'content-disposition': 'inline',
  'cache-control': 'max-age=60',
  'x-amz-version-id': 'v=1',
  'x-amz-meta-asset': '%7B%7D',
  'x-amz-meta-recipe': 'wid=10',
};

/** What both clients make of the same response. */
async function both(name: 'GetObjectCommand' | 'HeadObjectCommand', given: typeof input) {
  const isGet = name === 'GetObjectCommand';
  const Theirs = isGet ? sdk.GetObjectCommand : sdk.HeadObjectCommand;
  const Ours = isGet ? small.GetObjectCommand : small.HeadObjectCommand;
  const theirs = new sdk.S3Client({ maxAttempts: 1, forcePathStyle: true });
  const ours = new small.S3Client({ maxAttempts: 1 });
  const outcome = async (send: () => Promise<object>) => {
    try {
      const { Body, $metadata, ...output } = (await send()) as sdk.GetObjectCommandOutput;
      const text = await Body?.transformToString();
      return { ...output, text, status: $metadata.httpStatusCode };
    } catch (error) {
      const { name, message, $metadata } = error as sdk.S3ServiceException;
      return { name, message, status: $metadata.httpStatusCode };
    }
  };
  return {
    theirs: await outcome(() => theirs.send(new Theirs(given) as sdk.GetObjectCommand)),
    ours: await outcome(() => ours.send(new Ours(given))),
  };
}

describe('the small S3 client of the image server', () => {
  it.each(['GetObjectCommand', 'HeadObjectCommand'] as const)(
    'asks for the same object and reads the same response as the SDK: %s',
    async (command) => {
      respond = (request, response) => {
        response.writeHead(206, objectHeaders);
        response.end(request.method === 'HEAD' ? undefined : 'jpeg');
      };
      const { theirs, ours } = await both(command, input);
      expect(ours).toEqual(theirs);
      expect(Object.keys(ours)).toContain('Metadata');
      const [first, second] = seen.map(({ method, url = '', headers }) => ({
        method,
        url: url.replace(/[?&]x-id=\w+/, '').replace('&', '?'),
        range: headers.range,
      }));
      expect(second).toEqual(first);
    },
  );

  it.each([
    [404, '<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>'],
    [403, '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'],
    [503, '<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>'],
    [416, '<Error><Code>InvalidRange</Code><Message>Not satisfiable</Message></Error>'],
  ])('throws the error of the SDK for %i %s', async (status, xml) => {
    respond = (_, response) => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(xml);
    };
    const { theirs, ours } = await both('GetObjectCommand', input);
    expect(ours).toEqual(theirs);
  });

  it('throws an error with the status of a response without a body: 304, and 404 to HEAD', async () => {
    respond = (request, response) => {
      response.writeHead(request.method === 'HEAD' ? 404 : 304);
      response.end();
    };
    const client = new small.S3Client();
    const get = client.send(new small.GetObjectCommand({ ...input, IfNoneMatch: '"abc"' }));
    await expect(get).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get).rejects.toBeInstanceOf(small.S3ServiceException);
    expect(seen[0]?.headers['if-none-match']).toBe('"abc"');
    await expect(client.send(new small.HeadObjectCommand(input))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('repeats what S3 refuses while it is busy, and a broken connection', async () => {
    respond = (request, response) => {
      if (seen.length === 1) response.writeHead(503).end();
      else if (seen.length === 2) request.socket.destroy();
      else response.writeHead(200, objectHeaders).end('jpeg');
    };
    const { Body } = await new small.S3Client({ maxAttempts: 3 }).send(new small.GetObjectCommand(input));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).toString()).toBe('jpeg');
    expect(seen).toHaveLength(3);
  });

  it('does not repeat a refusal, and stops at its attempts', async () => {
    respond = (_, response) => response.writeHead(403).end();
    await expect(new small.S3Client().send(new small.GetObjectCommand(input))).rejects.toMatchObject({
      name: 'Forbidden',
    });
    expect(seen).toHaveLength(1);
    respond = (_, response) => response.writeHead(500).end();
    await expect(
      new small.S3Client({ maxAttempts: 2 }).send(new small.GetObjectCommand(input)),
    ).rejects.toMatchObject({ name: 'InternalError' });
    expect(seen).toHaveLength(3);
  });

  it('ends with the signal of its caller', async () => {
    respond = () => undefined;
    const send = new small.S3Client().send(new small.GetObjectCommand(input), {
      abortSignal: AbortSignal.timeout(20),
    });
    await expect(send).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('signs a request as the example of the Amazon S3 API Reference does', async () => {
    // "Authenticating Requests: Using the Authorization Header", example "GET Object".
    vi.useFakeTimers({ now: new Date('2013-05-24T00:00:00Z'), toFake: ['Date'] });
    vi.stubEnv('AWS_ENDPOINT_URL_S3', undefined);
    const { signedHeaders } = small;
    const { authorization } = signedHeaders(
      'GET',
      new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      {
        range: 'bytes=0-9',
      },
    );
    expect(authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  it('refuses a parameter that it would not send', () => {
    const given = { ...input, SSECustomerKey: 'x' } as unknown as typeof input;
    expect(() => new small.GetObjectCommand(given)).toThrow(
      'adapters/s3/read-only-s3.ts lacks SSECustomerKey',
    );
    expect(() => new small.PutObjectCommand()).toThrow('writes no objects');
  });
});
