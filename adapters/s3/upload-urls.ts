import { PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { uploadUrlSeconds } from '../../domain/uploads/limits.ts';

/** One PUT that S3 accepts only with the length and the checksum that were signed. */
export interface SignedPut {
  readonly url: string;
  /** Send these exactly. Content-Length is signed too, and every client sets it by itself. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Signs the upload of a whole file with its key, length, type and SHA-256. Unless both are named here, the presigner does
 * not sign Content-Type, and moves the checksum into the query, where S3 does not compare it with the bytes.
 */
export async function signUpload(
  s3: S3Client,
  bucket: string,
  upload: { readonly key: string; readonly bytes: number; readonly type: string; readonly sha256: string },
): Promise<SignedPut> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: upload.key,
    ContentLength: upload.bytes,
    ContentType: upload.type,
    ChecksumSHA256: upload.sha256,
  });
  const url = await getSignedUrl(s3, command, {
    expiresIn: uploadUrlSeconds,
    signableHeaders: new Set(['host', 'content-length', 'content-type']),
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  });
  return { url, headers: { 'content-type': upload.type, 'x-amz-checksum-sha256': upload.sha256 } };
}

/** Signs the upload of one part with its upload, number, length and SHA-256. */
export async function signPart(
  s3: S3Client,
  bucket: string,
  upload: {
    readonly key: string;
    readonly uploadId: string;
    readonly part: number;
    readonly bytes: number;
    readonly sha256: string;
  },
): Promise<SignedPut> {
  const command = new UploadPartCommand({
    Bucket: bucket,
    Key: upload.key,
    UploadId: upload.uploadId,
    PartNumber: upload.part,
    ContentLength: upload.bytes,
    ChecksumSHA256: upload.sha256,
  });
  const url = await getSignedUrl(s3, command, {
    expiresIn: uploadUrlSeconds,
    signableHeaders: new Set(['host', 'content-length']),
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  });
  return { url, headers: { 'x-amz-checksum-sha256': upload.sha256 } };
}
