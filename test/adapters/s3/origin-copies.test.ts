import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { originBuckets, originCopies } from '../../../adapters/s3/origin-copies.ts';
import { anAsset } from '../../support/builders.ts';

const buckets = originBuckets({
  IMAGE_SERVING_BUCKET: 'images',
  IMAGE_RENDERING_BUCKET: 'renders',
  VIDEO_BUCKET: 'films',
  SERVER_DIRECTORY_BUCKET: 'files',
});
const asset = anAsset({ id: 'rød sko', masterKey: 'luma/rød sko', masterVersionId: 'v+1/=' });
const object = { server: 'image-serving', key: 'luma/image/rød sko' } as const;
const source = 'masters/luma/r%C3%B8d%20sko?versionId=v%2B1%2F%3D';

describe('an object at an origin', () => {
  const s3 = mockClient(S3Client);
  const { copyToOrigin, deleteFromOrigin } = originCopies(
    new S3Client({ region: 'eu-west-1' }),
    'masters',
    buckets,
  );
  beforeEach(() => s3.reset());
  afterAll(() => s3.restore());

  it('is copied from a version of its master, with its own metadata, in one request', async () => {
    s3.on(CopyObjectCommand).resolves({});
    await copyToOrigin(asset, object);
    expect(s3.calls()).toHaveLength(1);
    expect(s3.commandCalls(CopyObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'images',
      Key: 'luma/image/rød sko',
      CopySource: source,
      MetadataDirective: 'REPLACE',
      ContentType: 'image/jpeg',
      CacheControl: 'public, max-age=600, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400',
      Metadata: expect.objectContaining({ 'cache-tag': expect.stringContaining('luma/r%C3%B8d%20sko') }),
    });
  });

  it.each([
    ['image-serving', 'images', 'rendition', 'image/jpeg'],
    ['image-rendering', 'renders', 'rendition', 'image/jpeg'],
    ['server-directory', 'files', 'original', 'image/heic'],
  ] as const)('of a rendition is on %s in the bucket %s the %s', async (server, bucket, versionId, type) => {
    s3.on(CopyObjectCommand).resolves({});
    const rendered = {
      ...asset,
      masterVersionId: 'rendition',
      originalVersionId: 'original',
      originalType: 'image/heic',
      originalBytes: 7,
    };
    await copyToOrigin(rendered, { server, key: 'luma/x' });
    expect(s3.commandCalls(CopyObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: bucket,
      CopySource: `masters/luma/r%C3%B8d%20sko?versionId=${versionId}`,
      ContentType: type,
    });
  });

  it('of 1 GiB and more is copied in parts by the client with more attempts', async () => {
    const patient = new S3Client({ region: 'eu-west-1' });
    const sent: string[] = [];
    const ofPatient = mockClient(patient);
    ofPatient.on(UploadPartCopyCommand).callsFake(async () => {
      sent.push('part');
      return { CopyPartResult: { ETag: 'e' } };
    });
    const hasty = new S3Client({ region: 'eu-west-1' });
    const ofHasty = mockClient(hasty);
    ofHasty.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    ofHasty.on(CompleteMultipartUploadCommand).resolves({});
    const { copyToOrigin: copy } = originCopies(hasty, 'masters', buckets, { rangeClient: patient });
    await copy({ ...asset, bytes: 1024 ** 3 }, object);
    expect(sent).toHaveLength(4);
    expect(ofHasty.commandCalls(UploadPartCopyCommand)).toHaveLength(0);
  });

  it('of 1 GiB and more is copied in parts', async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    s3.on(UploadPartCopyCommand).callsFake(async ({ PartNumber }) => ({
      CopyPartResult: { ETag: `e${PartNumber}` },
    }));
    s3.on(CompleteMultipartUploadCommand).resolves({});
    await copyToOrigin({ ...asset, bytes: 1024 ** 3 }, object);
    const target = { Bucket: 'images', Key: 'luma/image/rød sko' };
    expect(s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      ...target,
      ContentType: 'image/jpeg',
      CacheControl: 'public, max-age=600, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400',
    });
    expect(s3.commandCalls(UploadPartCopyCommand)[1]?.args[0].input).toEqual({
      ...target,
      UploadId: 'upload',
      CopySource: source,
      CopySourceRange: 'bytes=268435456-536870911',
      PartNumber: 2,
    });
    expect(s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toEqual({
      ...target,
      UploadId: 'upload',
      MultipartUpload: { Parts: [1, 2, 3, 4].map((part) => ({ PartNumber: part, ETag: `e${part}` })) },
    });
  });

  it('leaves no parts in S3 when a part fails', async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    s3.on(UploadPartCopyCommand).rejects(new Error('made by a test'));
    s3.on(AbortMultipartUploadCommand).rejects(new Error('made by a test, too'));
    await expect(copyToOrigin({ ...asset, bytes: 1024 ** 3 }, object)).rejects.toThrow(/^made by a test$/);
    expect(s3.commandCalls(AbortMultipartUploadCommand)).toHaveLength(1);
  });

  it.each([
    ['image-serving', 'images'],
    ['image-rendering', 'renders'],
    ['video', 'films'],
    ['server-directory', 'files'],
  ] as const)('of %s lies in its own bucket', async (server, bucket) => {
    s3.on(DeleteObjectCommand).resolves({});
    await deleteFromOrigin({ server, key: 'luma/a' });
    expect(s3.commandCalls(DeleteObjectCommand)[0]?.args[0].input).toEqual({ Bucket: bucket, Key: 'luma/a' });
  });
});

describe('a call to S3', () => {
  const good = '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>';
  const slowDown = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
  const denied = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

  /** A client whose requests are answered in turn, the last answer for ever. */
  function copyWith(...answers: [status: number, body: string][]) {
    let requests = 0;
    const s3 = new S3Client({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 3,
      requestHandler: {
        async handle() {
          const [statusCode, body] = answers[Math.min(requests, answers.length - 1)] ?? [500, ''];
          requests += 1;
          return {
            response: {
              statusCode,
              headers: { 'content-type': 'application/xml' },
              body: new Blob([body]).stream(),
            },
          };
        },
      },
    });
    return {
      copy: () => originCopies(s3, 'masters', buckets).copyToOrigin(asset, object),
      requests: () => requests,
    };
  }

  it.each([
    ['an error in a response with status 200', 200],
    ['a 503', 503],
  ])('is repeated after %s', async (_, status) => {
    const { copy, requests } = copyWith([status, slowDown], [200, good]);
    await copy();
    expect(requests()).toBe(2);
  });

  it('fails when every response with status 200 has an error', async () => {
    const { copy, requests } = copyWith([200, slowDown]);
    await expect(copy()).rejects.toMatchObject({ name: 'SlowDown' });
    expect(requests()).toBe(3);
  });

  it('is not repeated after a refusal', async () => {
    const { copy, requests } = copyWith([403, denied]);
    await expect(copy()).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(requests()).toBe(1);
  });
});
