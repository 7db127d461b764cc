/** The wiring: streamed responses as Lambda's runtime sends them, with a mocked S3 and the real sharp. */
import { GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, S3Client } from '@aws-sdk/client-s3';
import { type Handler, streamingMark } from '@pressroom/local-aws/lambda/load-handler';
import { awslambda, createResponseStream } from '@pressroom/local-aws/lambda/response-stream';
import type { StreamHead } from '@pressroom/local-aws/lambda/worker-protocol';
import { mockClient } from 'aws-sdk-client-mock';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const s3 = mockClient(S3Client);
let handler: Handler;

beforeAll(async () => {
  vi.stubGlobal('awslambda', awslambda);
  vi.stubEnv('IMAGE_SERVING_BUCKET', 'image-serving');
  vi.stubEnv('VIDEO_BUCKET', 'video');
  vi.stubEnv('MASTERS_BUCKET', 'masters');
  handler = ((await import('../../../functions/serve-image/handler.ts')) as { handler: Handler }).handler;
});
beforeEach(() => {
  s3.reset();
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'none', $metadata: {} }));
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

async function ask(rawPath: string, rawQueryString: string, headers: Record<string, string> = {}) {
  const heads: StreamHead[] = [];
  const chunks: Uint8Array[] = [];
  const stream = createResponseStream({
    head: (head) => heads.push(head),
    chunk: (bytes) => {
      chunks.push(bytes);
      stream.consumed(bytes.length);
    },
  });
  await handler(
    { rawPath, rawQueryString, headers, requestContext: { requestId: 'r', http: { method: 'GET' } } },
    stream.writable,
    { getRemainingTimeInMillis: () => 20_000 },
  );
  await stream.finished;
  return { head: heads[0]?.metadata, heads: heads.length, body: Buffer.concat(chunks) };
}

async function holds(bytes: Uint8Array) {
  const destroy = vi.fn();
  s3.on(GetObjectCommand, { Bucket: 'image-serving' }).resolves({
    ETag: '"abc"',
    LastModified: new Date('2026-11-24T08:30:00Z'),
    ContentLength: bytes.length,
    Body: { transformToByteArray: async () => bytes, destroy } as never,
  });
  return destroy;
}

describe('the handler of serve-image', () => {
  it('streams its response', () => {
    expect(streamingMark in handler).toBe(true);
  });

  it('sends the headers and the image', async () => {
    await holds(
      await sharp({ create: { width: 60, height: 40, channels: 3, background: '#123456' } })
        .png()
        .toBuffer(),
    );
    const { head, heads, body } = await ask('/is/image/luma/red', 'wid=30');
    expect(heads).toBe(1);
    expect(head).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'image/jpeg', 'content-length': String(body.length) },
    });
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', width: 30, height: 20 });
    expect(s3.commandCalls(GetObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'masters', Key: 'luma/settings/images.json' },
      { Bucket: 'image-serving', Key: 'luma/image/red' },
    ]);
  });

  it('streams an image of 40 MB, far above the 6 MB of a buffered response', async () => {
    await holds(
      await sharp({ create: { width: 3_700, height: 3_700, channels: 3, background: '#123456' } })
        .png()
        .toBuffer(),
    );
    const { head, body } = await ask('/is/image/luma/red', 'fmt=tif,rgb,none');
    expect(head).toMatchObject({ statusCode: 200, headers: { 'content-length': String(body.length) } });
    expect(body.length).toBeGreaterThan(40_000_000);
    expect(await sharp(body).metadata()).toMatchObject({ format: 'tiff', width: 3_700, height: 3_700 });
  });

  it('sends 304 with its headers and no body, and discards the object', async () => {
    const destroy = await holds(new Uint8Array([1]));
    const { head, heads, body } = await ask('/is/image/luma/red', '', { 'if-none-match': '*' });
    expect(head).toMatchObject({ statusCode: 304, headers: { etag: expect.any(String) } });
    expect(heads).toBe(1);
    expect(body).toHaveLength(0);
    expect(destroy).toHaveBeenCalledOnce();
  });

  it('sends 404 as a problem', async () => {
    const { head, body } = await ask('/is/image/luma/none', '');
    expect(head).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'delivery.not-found' });
  });

  it('finds an asset that is not an image in the origin of its server', async () => {
    s3.on(HeadObjectCommand).rejects(new NotFound({ message: 'none', $metadata: {} }));
    s3.on(HeadObjectCommand, { Bucket: 'video', Key: 'luma/film' }).resolves({ ETag: '"a"' });
    const { body } = await ask('/is/image/luma/film', 'req=exists,json');
    expect(body.toString()).toBe('/*jsonp*/s7jsonResponse({"catalogRecord.exists":"1"},"");');
  });
});
