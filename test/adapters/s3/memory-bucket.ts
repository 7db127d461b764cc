import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3ClientResolvedConfig,
  S3ServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { AwsStub } from 'aws-sdk-client-mock';

const etagOf = (text: string) => createHash('md5').update(text).digest('hex');

/** Keys on a page of a listing: few, so that tests read several pages. */
const keysOfPage = 3;

type Stub = AwsStub<ServiceInputTypes, ServiceOutputTypes, S3ClientResolvedConfig>;

/**
 * Makes a mocked client keep texts in memory: reads, conditional writes and listings.
 * @returns the texts by `<bucket>/<key>`
 */
export function keepTexts(s3: Stub): Map<string, string> {
  const objects = new Map<string, string>();
  s3.reset();
  s3.on(PutObjectCommand).callsFake(async ({ Bucket, Key, Body, IfMatch, IfNoneMatch }) => {
    const current = objects.get(`${Bucket}/${Key}`);
    if ((IfNoneMatch && current !== undefined) || (IfMatch && IfMatch !== etagOf(current ?? ''))) {
      throw new S3ServiceException({ name: 'PreconditionFailed', $fault: 'client', $metadata: {} });
    }
    objects.set(`${Bucket}/${Key}`, String(Body));
    return {};
  });
  s3.on(GetObjectCommand).callsFake(async ({ Bucket, Key }) => {
    const text = objects.get(`${Bucket}/${Key}`);
    if (text === undefined) throw new NoSuchKey({ message: '', $metadata: {} });
    return { Body: { transformToString: async () => text }, ETag: etagOf(text) };
  });
  s3.on(ListObjectsV2Command).callsFake(async ({ Bucket, Prefix, StartAfter = '' }) => {
    const keys = [...objects.keys()]
      .filter((name) => name.startsWith(`${Bucket}/${Prefix}`))
      .map((name) => name.slice(`${Bucket}/`.length))
      .filter((key) => key > StartAfter)
      .sort();
    return {
      Contents: keys.slice(0, keysOfPage).map((Key) => ({ Key })),
      IsTruncated: keys.length > keysOfPage,
    };
  });
  return objects;
}
