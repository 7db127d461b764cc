import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { libraryObjects } from '../../../adapters/s3/library-objects.ts';
import { encodeRedirect } from '../../../adapters/s3/origin-object.ts';

const s3 = mockClient(S3Client);
const objects = libraryObjects(new S3Client({}), 'masters', {
  'image-serving': 'images',
  'image-rendering': 'rendering',
  video: 'video',
  'server-directory': 'directory',
});

describe('objects of the library', () => {
  beforeEach(() => s3.reset());

  it('writes redirects as empty objects with the cache tag of the former id', async () => {
    const object = { server: 'image-serving', key: 'luma/image/old' } as const;
    await objects.putRedirect('luma', 'old', 'Ænima', object);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'images',
      Key: 'luma/image/old',
      Body: new Uint8Array(0),
      CacheControl: 'public, max-age=600, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400',
      Metadata: { 'cache-tag': 'luma/old,luma/', redirect: encodeRedirect('Ænima') },
    });
  });

  it('copies objects unchanged within their origin, if they exist', async () => {
    s3.on(CopyObjectCommand)
      .resolvesOnce({})
      .rejects(new NoSuchKey({ message: 'none', $metadata: {} }));
    await objects.copyWithinOrigin('server-directory', 'luma/a b/é (1).png', 'luma/c/é (1).png');
    expect(s3.commandCalls(CopyObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'directory',
      Key: 'luma/c/é (1).png',
      CopySource: 'directory/luma/a%20b/%C3%A9%20(1).png',
    });
    await objects.copyWithinOrigin('server-directory', 'luma/none', 'luma/c');
    s3.on(CopyObjectCommand).rejects(new Error('away'));
    await expect(objects.copyWithinOrigin('server-directory', 'luma/a', 'luma/c')).rejects.toThrow('away');
  });

  it('deletes single versions of masters', async () => {
    await objects.deleteMaster({ masterKey: 'luma/x', masterVersionId: 'v1' });
    expect(s3.commandCalls(DeleteObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'masters',
      Key: 'luma/x',
      VersionId: 'v1',
    });
  });

  it('lists the objects of an origin from the end of the last page', async () => {
    const LastModified = new Date('2026-11-24T08:30:00Z');
    s3.on(ListObjectsV2Command)
      .resolvesOnce({
        Contents: [
          { Key: 'a', LastModified },
          { Key: 'b', LastModified },
        ],
        IsTruncated: true,
      })
      .resolves({ Contents: [{ Key: 'c', LastModified }], IsTruncated: false });
    const modified = '2026-11-24T08:30:00.000Z';
    expect(await objects.listOrigin('video', undefined)).toEqual({
      objects: [
        { key: 'a', modified },
        { key: 'b', modified },
      ],
      next: 'b',
    });
    expect(await objects.listOrigin('video', 'b')).toEqual({ objects: [{ key: 'c', modified }] });
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'video' },
      { Bucket: 'video', StartAfter: 'b' },
    ]);
  });
});
