import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { copyRanges } from '../../domain/delivery/copy-plan.ts';
import { inParallel } from '../../domain/in-parallel.ts';

/** Parts of one object that are copied side by side. */
const partsAtATime = 16;

export interface StagedObject {
  readonly bytes: number;
  /** ISO 8601, UTC, whole seconds: when S3 took the upload. */
  readonly uploadedAt: string;
}

/** @returns undefined where nothing is staged (any more) */
export async function findStaged(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<StagedObject | undefined> {
  try {
    const { ContentLength, LastModified } = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    if (ContentLength === undefined || !LastModified) throw new Error(`S3 gave no length or time for ${key}`);
    return { bytes: ContentLength, uploadedAt: LastModified.toISOString() };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** A part of an object, cut where that ends, or all of it. No part of empty ones: S3 refuses any range of these. */
export async function readStaged(
  s3: S3Client,
  bucket: string,
  key: string,
  part?: { readonly first: number; readonly length: number },
): Promise<Uint8Array> {
  const { Body } = await s3.send(
    new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(part === undefined ? {} : { Range: `bytes=${part.first}-${part.first + part.length - 1}` }),
    }),
  );
  if (!Body) throw new Error(`S3 gave no body for ${key}`);
  return await Body.transformToByteArray();
}

/**
 * Copies a staged file to its master: one COPY, from 1 GiB on in parts.
 * @param copy `source` and `target` are keys, `type` is what the bytes are
 * @returns the version id that S3 gave the copy
 */
export async function copyToMasters(
  s3: S3Client,
  buckets: { readonly uploads: string; readonly masters: string },
  copy: { readonly source: string; readonly target: string; readonly bytes: number; readonly type: string },
): Promise<string> {
  const source = { CopySource: `${buckets.uploads}/${copy.source}` };
  const target = { Bucket: buckets.masters, Key: copy.target };
  const ranges = copyRanges(copy.bytes);
  if (ranges.length === 0) {
    const { VersionId } = await s3.send(
      new CopyObjectCommand({ ...target, ...source, ContentType: copy.type, MetadataDirective: 'REPLACE' }),
    );
    return versionOf(copy.target, VersionId);
  }

  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ContentType: copy.type }));
  if (!UploadId) throw new Error(`S3 gave no upload id for ${copy.target}`);
  const upload = { ...target, UploadId };
  try {
    const parts = await inParallel(ranges, partsAtATime, async ({ part, range }) => {
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({ ...upload, ...source, CopySourceRange: range, PartNumber: part }),
      );
      if (!CopyPartResult?.ETag) throw new Error(`S3 gave no ETag for part ${part} of ${copy.target}`);
      return { PartNumber: part, ETag: CopyPartResult.ETag };
    });
    const { VersionId } = await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }),
    );
    return versionOf(copy.target, VersionId);
  } catch (error) {
    // Else the parts would be paid for until the bucket's lifecycle finds them.
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

function versionOf(key: string, versionId: string | undefined): string {
  if (!versionId)
    throw new Error(`S3 gave no version id for ${key}: is versioning of the masters bucket on?`);
  return versionId;
}

/** Deletes an object, or with `versionId` one version of it. Deleting twice is no error. */
export async function deleteUploadObject(
  s3: S3Client,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<void> {
  await s3.send(
    new DeleteObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    }),
  );
}
