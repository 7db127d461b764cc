import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeRedirect, openOriginObject } from '../../../adapters/s3/origin-object.ts';

const s3 = mockClient(S3Client);
const open = () => openOriginObject(new S3Client({}), 'origin', 'luma/image/red', 5_000);

describe('an object of an origin', () => {
  beforeEach(() => s3.reset());

  it('is opened with one call, and then read or discarded', async () => {
    const destroy = vi.fn();
    s3.on(GetObjectCommand, { Bucket: 'origin', Key: 'luma/image/red' }).resolves({
      ETag: '"e"',
      LastModified: new Date('2026-11-24T08:30:00Z'),
      Body: { transformToByteArray: async () => new Uint8Array([1, 2]), destroy } as never,
    });
    const object = await open();
    expect(object).toMatchObject({ etag: '"e"', lastModified: new Date('2026-11-24T08:30:00Z') });
    expect(await object?.read()).toEqual(new Uint8Array([1, 2]));
    object?.discard();
    expect(destroy).toHaveBeenCalledOnce();
    expect(s3.calls()).toHaveLength(1);
  });

  it('has the recipe of a derived image', async () => {
    s3.on(GetObjectCommand).resolves({
      Metadata: { recipe: 'wid%3D300%26fmt%3Dpng' },
      Body: { transformToByteArray: async () => new Uint8Array() } as never,
    });
    expect((await open())?.recipe).toBe('wid=300&fmt=png');
  });

  it.each(['new', 'Ænima (live)', '\u{1f45f}'.repeat(200)])('can redirect to another id: %s', async (id) => {
    const redirect = encodeRedirect(id);
    expect(redirect.length).toBeLessThan(1_100);
    s3.on(GetObjectCommand).resolves({
      Metadata: { redirect },
      Body: { transformToByteArray: async () => new Uint8Array() } as never,
    });
    expect((await open())?.redirect).toBe(id);
  });

  it('is undefined if it does not exist', async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'none', $metadata: {} }));
    expect(await open()).toBeUndefined();
  });

  it.each(['SlowDown', 'ServiceUnavailable', 'TimeoutError', 'AbortError'])(
    'under %s is busy',
    async (name) => {
      s3.on(GetObjectCommand).rejects(Object.assign(new Error('later'), { name }));
      await expect(open()).rejects.toMatchObject({ code: 'storage.busy' });
    },
  );

  it('is abandoned when its time is over', async () => {
    s3.on(GetObjectCommand).resolves({ Body: {} as never });
    await openOriginObject(new S3Client({}), 'origin', 'luma/image/red', 10);
    const [, options] = s3.send.firstCall.args as unknown[] as [unknown, { abortSignal: AbortSignal }];
    await vi.waitFor(() => expect(options.abortSignal.reason).toMatchObject({ name: 'TimeoutError' }));
  });

  it('reports busy storage if the connection breaks while it is read', async () => {
    s3.on(GetObjectCommand).resolves({
      Body: { transformToByteArray: async () => Promise.reject(new Error('aborted')) } as never,
    });
    const object = await open();
    await expect(object?.read()).rejects.toMatchObject({ code: 'storage.busy' });
  });

  it('causes an error if access is denied', async () => {
    s3.on(GetObjectCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    await expect(open()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
