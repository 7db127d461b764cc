import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { cloudNames } from './cloud-names.ts';
import { type MemoryCloud, memoryCloud } from './memory-cloud.ts';

const { MASTERS_BUCKET: versioned, UPLOAD_BUCKET: plain } = cloudNames;
const mebibyte = 1024 ** 2;

let cloud: MemoryCloud;
beforeEach(() => {
  cloud = memoryCloud();
});

const put = (Bucket: string, Key: string, Body: string, more: object = {}) =>
  cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Bucket: string, Key: string, more: object = {}) => {
  const { Body } = await cloud.clients.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body?.transformToString();
};

describe('the memory S3', () => {
  it('keeps what is overwritten or deleted in a bucket with versions, and only there', async () => {
    const { VersionId } = await put(versioned, 'a', 'one');
    await put(versioned, 'a', 'two');
    await cloud.clients.s3.send(new DeleteObjectCommand({ Bucket: versioned, Key: 'a' }));
    await expect(read(versioned, 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read(versioned, 'a', { VersionId })).toBe('one');

    await put(plain, 'a', 'one');
    await put(plain, 'a', 'two');
    expect(cloud.buckets[plain].objects.get('a')).toHaveLength(1);
  });

  it.each([
    ['a new object that must be new', 'new', { IfNoneMatch: '*' }, undefined],
    ['an object that must be new and is there', 'a', { IfNoneMatch: '*' }, 'PreconditionFailed'],
    ['an object that has changed', 'a', { IfMatch: '"other"' }, 'PreconditionFailed'],
    ['an object that is gone', 'new', { IfMatch: '"other"' }, 'NoSuchKey'],
  ])('checks the condition of %s', async (_, key, condition, name) => {
    await put(plain, 'a', 'one');
    const written = put(plain, key, 'two', condition);
    if (name === undefined) await written;
    else await expect(written).rejects.toMatchObject({ name });
  });

  it('copies the metadata of the source unless it is replaced', async () => {
    await put(plain, 'grün/a', 'one', { ContentType: 'text/plain', Metadata: { Tag: 'x' } });
    const copy = { Bucket: plain, CopySource: `${plain}/gr%C3%BCn/a` };
    await cloud.clients.s3.send(new CopyObjectCommand({ ...copy, Key: 'b' }));
    const replaced = { MetadataDirective: 'REPLACE', ContentType: 'image/png' } as const;
    await cloud.clients.s3.send(new CopyObjectCommand({ ...copy, ...replaced, Key: 'c' }));
    const head = (Key: string) => cloud.clients.s3.send(new HeadObjectCommand({ Bucket: plain, Key }));
    expect(await head('b')).toMatchObject({ ContentType: 'text/plain', Metadata: { tag: 'x' } });
    expect(await head('c')).toMatchObject({ ContentType: 'image/png', Metadata: {} });
    await expect(head('none')).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('lists keys by their bytes in UTF-8, page by page', async () => {
    for (const key of ['b', 'a/2', '\u{1F600}', '\uFFFD', 'a/1']) await put(plain, key, '');
    const list = (more: object) =>
      cloud.clients.s3.send(new ListObjectsV2Command({ Bucket: plain, ...more }));
    const all = await list({});
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'b', '\uFFFD', '\u{1F600}']);
    expect(await list({ Prefix: 'a/', MaxKeys: 1 })).toMatchObject({ IsTruncated: true, KeyCount: 1 });
    expect(await list({ StartAfter: 'b' })).toMatchObject({ IsTruncated: false, KeyCount: 2 });
  });

  it('puts an upload together of the parts that are named, and refuses small or unknown ones', async () => {
    const target = { Bucket: plain, Key: 'film' };
    const { UploadId } = await cloud.clients.s3.send(new CreateMultipartUploadCommand(target));
    const send = async (PartNumber: number, bytes: number) => {
      const Body = Buffer.alloc(bytes, String(PartNumber));
      const part = new UploadPartCommand({ ...target, UploadId, PartNumber, Body });
      return { PartNumber, ETag: (await cloud.clients.s3.send(part)).ETag };
    };
    const complete = (Parts: object[]) =>
      cloud.clients.s3.send(
        new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
      );
    const [first, small, last] = [await send(1, 5 * mebibyte), await send(2, 1), await send(3, 1)];
    await expect(complete([first, small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete([first, first])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([first, { PartNumber: 7, ETag: '"x"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await complete([first, last]);
    expect(cloud.buckets[plain].get('film')?.size).toBe(5 * mebibyte + 1);
    await expect(complete([first, last])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it.each(['GetObject', 'PutObject'])('refuses keys above 1,024 bytes: %s', async (name) => {
    const key = 'é'.repeat(513);
    const call = name === 'GetObject' ? read(plain, key) : put(plain, key, '');
    await expect(call).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});
