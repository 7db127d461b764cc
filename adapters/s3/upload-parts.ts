import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';

export interface UploadPart {
  readonly part: number;
  readonly etag: string;
  /** Base64. */
  readonly sha256: string;
}

/** Begins a multipart upload. @returns its id */
export async function beginMultipartUpload(
  s3: S3Client,
  bucket: string,
  key: string,
  type: string,
): Promise<string> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      ContentType: type,
      ChecksumAlgorithm: 'SHA256',
      ChecksumType: 'COMPOSITE',
    }),
  );
  if (!UploadId) throw new Error(`S3 gave no upload id for ${key}`);
  return UploadId;
}

/**
 * Sends one part of a multipart upload. A part that is sent again is replaced.
 * @param part number of the part, from 1
 * @returns `missing` if S3 no longer knows the upload: it was completed, or aborted
 */
export async function sendUploadPart(
  s3: S3Client,
  bucket: string,
  key: string,
  uploadId: string,
  part: number,
  bytes: Uint8Array,
): Promise<UploadPart | 'missing'> {
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  try {
    const { ETag: etag } = await s3.send(
      new UploadPartCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        PartNumber: part,
        Body: bytes,
        ChecksumSHA256: sha256,
      }),
    );
    if (!etag) throw new Error(`S3 gave no ETag for part ${part} of ${key}`);
    return { part, etag, sha256 };
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchUpload') return 'missing';
    throw error;
  }
}

/**
 * The parts of a multipart upload that S3 has, by number.
 * @returns undefined if S3 no longer knows the upload
 */
export async function listUploadParts(
  s3: S3Client,
  bucket: string,
  key: string,
  uploadId: string,
): Promise<Map<number, UploadPart> | undefined> {
  const parts = new Map<number, UploadPart>();
  let marker: string | undefined;
  try {
    do {
      const page = await s3.send(
        new ListPartsCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        }),
      );
      for (const { PartNumber: part, ETag: etag, ChecksumSHA256: sha256 } of page.Parts ?? []) {
        if (part !== undefined && etag !== undefined && sha256 !== undefined)
          parts.set(part, { part, etag, sha256 });
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchUpload') return undefined;
    throw error;
  }
  return parts;
}

export async function abortMultipartUpload(
  s3: S3Client,
  bucket: string,
  key: string,
  uploadId: string,
): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
  } catch (error) {
    if (!(error instanceof S3ServiceException && error.name === 'NoSuchUpload')) throw error;
  }
}

/**
 * Completes a multipart upload.
 * @returns `missing` if S3 no longer knows the upload: it was completed before, or aborted
 * @throws Failure `request.invalid` if a part was not sent, or differs from the given one
 */
export async function completeMultipartUpload(
  s3: S3Client,
  bucket: string,
  key: string,
  uploadId: string,
  parts: readonly UploadPart[],
): Promise<'completed' | 'missing'> {
  try {
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map(({ part, etag, sha256 }) => ({
            PartNumber: part,
            ETag: etag,
            ChecksumSHA256: sha256,
          })),
        },
      }),
    );
    return 'completed';
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    if (error.name === 'NoSuchUpload') return 'missing';
    if (
      ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'BadDigest', 'InvalidRequest'].includes(
        error.name,
      )
    ) {
      const message = 'do not match the uploaded parts: a part is missing, or has a different etag or sha256';
      throw new Failure('request.invalid', `parts: ${message}`, {
        details: [{ field: 'parts', message }],
        cause: error,
      });
    }
    throw error;
  }
}
