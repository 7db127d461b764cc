import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { signPart, signUpload } from '../../../adapters/s3/upload-urls.ts';

const s3 = new S3Client({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
});
const sha256 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

describe('a presigned upload', () => {
  it('is valid for its key, length, type and checksum, for an hour', async () => {
    const { url, headers } = await signUpload(s3, 'uploads', {
      key: 'luma/01A/1',
      bytes: 229,
      type: 'image/png',
      sha256,
    });
    const { pathname, searchParams } = new URL(url);
    expect(pathname).toBe('/luma/01A/1');
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;x-amz-checksum-sha256',
    );
    expect(searchParams.get('X-Amz-Expires')).toBe('3600');
    // In the query S3 would take it, and compare nothing with it.
    expect(searchParams.has('x-amz-checksum-sha256')).toBe(false);
    expect([...searchParams.keys()].filter((name) => /crc/i.test(name))).toEqual([]);
    expect(headers).toEqual({ 'content-type': 'image/png', 'x-amz-checksum-sha256': sha256 });
  });

  it.each([
    ['length', { bytes: 230 }],
    ['type', { type: 'text/html' }],
    ['checksum', { sha256: 'AAAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }],
    ['key', { key: 'other/01A/1' }],
  ])('has a different signature for a different %s', async (_, change) => {
    const upload = { key: 'luma/01A/1', bytes: 229, type: 'image/png', sha256 };
    const signatures = await Promise.all(
      [upload, { ...upload, ...change }].map(async (one) => {
        const { url } = await signUpload(s3, 'uploads', one);
        return new URL(url).searchParams.get('X-Amz-Signature');
      }),
    );
    expect(signatures[0]).not.toBe(signatures[1]);
  });
});

describe('a presigned part', () => {
  it('is valid for its upload, number, length and checksum', async () => {
    const { url, headers } = await signPart(s3, 'uploads', {
      key: 'luma/01A/1',
      uploadId: 'u1',
      part: 7,
      bytes: 16_777_216,
      sha256,
    });
    const { searchParams } = new URL(url);
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host;x-amz-checksum-sha256');
    expect(searchParams.get('uploadId')).toBe('u1');
    expect(searchParams.get('partNumber')).toBe('7');
    expect(headers).toEqual({ 'x-amz-checksum-sha256': sha256 });
  });
});
