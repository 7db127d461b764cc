import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  abortMultipartUpload,
  beginMultipartUpload,
  completeMultipartUpload,
} from '../../../adapters/s3/upload-parts.ts';

const s3 = new S3Client({ region: 'eu-west-1' });
const mock = mockClient(s3);
const failure = (name: string) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: {}, message: name });

beforeEach(() => mock.reset());

describe('an upload in parts', () => {
  it('begins with SHA-256 checksums for each part', async () => {
    mock.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u1' });
    expect(await beginMultipartUpload(s3, 'uploads', 'luma/01A/1', 'video/mp4')).toBe('u1');
    expect(mock.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      ContentType: 'video/mp4',
      ChecksumAlgorithm: 'SHA256',
      ChecksumType: 'COMPOSITE',
    });
  });

  it('is completed from its parts', async () => {
    mock.on(CompleteMultipartUploadCommand).resolves({});
    const parts = [{ part: 1, etag: '"e"', sha256: 's' }];
    expect(await completeMultipartUpload(s3, 'uploads', 'luma/01A/1', 'u1', parts)).toBe('completed');
    expect(mock.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      UploadId: 'u1',
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"e"', ChecksumSHA256: 's' }] },
    });
  });

  it('is missing if S3 no longer knows it', async () => {
    mock.on(CompleteMultipartUploadCommand).rejects(failure('NoSuchUpload'));
    expect(await completeMultipartUpload(s3, 'uploads', 'k', 'u1', [])).toBe('missing');
    mock.on(AbortMultipartUploadCommand).rejects(failure('NoSuchUpload'));
    await expect(abortMultipartUpload(s3, 'uploads', 'k', 'u1')).resolves.toBeUndefined();
  });

  it.each(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'BadDigest', 'InvalidRequest'])(
    'whose parts S3 finds wrong (%s) is the mistake of who sent them',
    async (name) => {
      mock.on(CompleteMultipartUploadCommand).rejects(failure(name));
      await expect(completeMultipartUpload(s3, 'uploads', 'k', 'u1', [])).rejects.toMatchObject({
        code: 'request.invalid',
        details: [{ field: 'parts' }],
      });
    },
  );

  it('rethrows other errors', async () => {
    mock.rejects(failure('AccessDenied'));
    await expect(completeMultipartUpload(s3, 'uploads', 'k', 'u1', [])).rejects.toThrow('AccessDenied');
    await expect(abortMultipartUpload(s3, 'uploads', 'k', 'u1')).rejects.toThrow('AccessDenied');
  });
});
