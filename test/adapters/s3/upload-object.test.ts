import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  copyToMasters,
  deleteUploadObject,
  findStaged,
  readStaged,
} from '../../../adapters/s3/upload-object.ts';
import { readStagedKey, stagedKey } from '../../../domain/uploads/staged-key.ts';

const s3 = new S3Client({ region: 'eu-west-1' });
const mock = mockClient(s3);
const buckets = { uploads: 'up', masters: 'ma' };
const jobId = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const copy = { source: `luma/${jobId}/1`, target: 'luma/red shoe', bytes: 229, type: 'image/png' };

beforeEach(() => mock.reset());

describe('the key of a staged file', () => {
  it('is parsed into the file that it was made for', () => {
    expect(stagedKey('luma', jobId, 12)).toBe(`luma/${jobId}/12`);
    expect(readStagedKey(`luma/${jobId}/12`)).toEqual({ company: 'luma', jobId, file: 12 });
  });

  it.each([
    '',
    'x',
    'luma/x/1',
    `luma/${jobId}`,
    `luma/${jobId}/01`,
    `luma/${jobId}/1/x`,
    `/${jobId}/1`,
    `luma/${jobId}/1000001`,
  ])('does not match %j', (key) => {
    expect(readStagedKey(key)).toBeUndefined();
  });
});

describe('a staged file', () => {
  it('has its length and the time at which S3 stored it', async () => {
    mock
      .on(HeadObjectCommand)
      .resolves({ ContentLength: 229, LastModified: new Date('2026-11-24T08:00:00Z') });
    expect(await findStaged(s3, 'up', 'k')).toEqual({
      bytes: 229,
      uploadedAt: '2026-11-24T08:00:00.000Z',
      checksum: {},
    });
  });

  const digest = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
  const mebibyte = 1024 * 1024;
  it.each([
    [229, digest, { sha256: digest }],
    [101 * mebibyte, `${digest}-7`, { sha256: digest, sha256PartBytes: 16 * mebibyte }],
    [50 * 1024 * mebibyte, `${digest}-984`, { sha256: digest, sha256PartBytes: 53_687_092 }],
  ])(
    'of %i bytes has the checksum %s of S3, with the size of its parts',
    async (bytes, ChecksumSHA256, is) => {
      mock.on(HeadObjectCommand).resolves({
        ContentLength: bytes,
        LastModified: new Date('2026-11-24T08:00:00Z'),
        ChecksumSHA256,
      });
      expect((await findStaged(s3, 'up', 'k'))?.checksum).toEqual(is);
      expect(mock.commandCalls(HeadObjectCommand)[0]?.args[0].input.ChecksumMode).toBe('ENABLED');
    },
  );

  it('is undefined if it does not exist', async () => {
    mock.on(HeadObjectCommand).rejects(new NotFound({ $metadata: {}, message: 'NotFound' }));
    expect(await findStaged(s3, 'up', 'k')).toBeUndefined();
  });

  it('is read from its start, or completely', async () => {
    const body = { transformToByteArray: async () => new Uint8Array([1, 2]) };
    mock.on(GetObjectCommand).resolves({ Body: body as never });
    await readStaged(s3, 'up', 'k', { first: 0, length: 65_536 });
    expect(await readStaged(s3, 'up', 'k')).toEqual(new Uint8Array([1, 2]));
    expect(mock.commandCalls(GetObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'up', Key: 'k', Range: 'bytes=0-65535' },
      { Bucket: 'up', Key: 'k' },
    ]);
  });

  it('is deleted; a master loses only one version', async () => {
    mock.on(DeleteObjectCommand).resolves({});
    await deleteUploadObject(s3, 'up', 'k');
    await deleteUploadObject(s3, 'ma', 'k', 'v1');
    expect(mock.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'up', Key: 'k' },
      { Bucket: 'ma', Key: 'k', VersionId: 'v1' },
    ]);
  });
});

describe('the copy to the masters', () => {
  it('takes one request, with the detected type of the bytes', async () => {
    mock.on(CopyObjectCommand).resolves({ VersionId: 'v7' });
    expect(await copyToMasters(s3, buckets, copy)).toBe('v7');
    expect(mock.commandCalls(CopyObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'ma',
      Key: 'luma/red shoe',
      CopySource: `up/luma/${jobId}/1`,
      ContentType: 'image/png',
      MetadataDirective: 'REPLACE',
    });
  });

  it('fails if the bucket is not versioned', async () => {
    mock.on(CopyObjectCommand).resolves({});
    await expect(copyToMasters(s3, buckets, copy)).rejects.toThrow('versioning');
  });

  it('is made in parts from 1 GiB on', async () => {
    mock.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u1' });
    mock
      .on(UploadPartCopyCommand)
      .callsFake(({ PartNumber }) => ({ CopyPartResult: { ETag: `"e${PartNumber}"` } }));
    mock.on(CompleteMultipartUploadCommand).resolves({ VersionId: 'v8' });
    const bytes = 1024 ** 3 + 1;
    expect(await copyToMasters(s3, buckets, { ...copy, bytes })).toBe('v8');
    expect(
      mock.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input.MultipartUpload?.Parts,
    ).toEqual([1, 2, 3, 4, 5].map((PartNumber) => ({ PartNumber, ETag: `"e${PartNumber}"` })));
    expect(mock.commandCalls(UploadPartCopyCommand).at(-1)?.args[0].input.CopySourceRange).toBe(
      `bytes=${1024 ** 3}-${1024 ** 3}`,
    );
  });

  it('leaves no parts in S3 when it fails', async () => {
    mock.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u1' });
    mock.on(UploadPartCopyCommand).rejects(new Error('503'));
    mock.on(AbortMultipartUploadCommand).resolves({});
    await expect(copyToMasters(s3, buckets, { ...copy, bytes: 1024 ** 3 })).rejects.toThrow('503');
    expect(mock.commandCalls(AbortMultipartUploadCommand)).toHaveLength(1);
  });
});
