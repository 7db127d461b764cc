import { randomBytes } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AssetType } from '../../domain/assets/asset.ts';
import type { MediaFacts } from '../../domain/assets/media-facts.ts';
import { reductionKey } from '../../domain/delivery/reduction.ts';
import { planUploadParts } from '../../domain/uploads/plan-upload-parts.ts';
import { type CopyProgress, copyObject } from './copy-object.ts';

export interface StagedObject {
  readonly bytes: number;
  /** ISO 8601, UTC, whole seconds: when S3 stored the upload. */
  readonly uploadedAt: string;
  readonly checksum: FileChecksum;
}

/** The SHA-256 of an uploaded file, as S3 checked it when it took the bytes. */
export type FileChecksum = Pick<MediaFacts<AssetType>, 'sha256' | 'sha256PartBytes'>;

/** @returns undefined if nothing is staged under this key */
export async function findStaged(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<StagedObject | undefined> {
  try {
    const { ContentLength, LastModified, ChecksumSHA256 } = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    if (ContentLength === undefined || !LastModified) throw new Error(`S3 gave no length or time for ${key}`);
    const checksum = checksumOf(ChecksumSHA256, ContentLength);
    return { bytes: ContentLength, uploadedAt: LastModified.toISOString(), checksum };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Puts a file where a client would send it; S3 emits the same event. @param sha256 Base64 */
export async function putStaged(
  s3: S3Client,
  bucket: string,
  key: string,
  file: { readonly bytes: Uint8Array; readonly type: string; readonly sha256: string },
): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: file.bytes,
      ContentType: file.type,
      ChecksumSHA256: file.sha256,
    }),
  );
}

/** S3 writes the number of parts behind a composite checksum: `<Base64>-<parts>`. */
function checksumOf(sha256: string | undefined, bytes: number): FileChecksum {
  if (sha256 === undefined) return {};
  const [value = '', parts] = sha256.split('-');
  return { sha256: value, ...(parts && { sha256PartBytes: planUploadParts(bytes).partBytes }) };
}

/** Puts an empty object in place of a file that is not to arrive, so that its event comes all the same. */
export async function stageEmpty(s3: S3Client, bucket: string, key: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: '', ContentLength: 0 }));
}

/** Reads an object, or a part of it that ends with the object. Do not read a part of an empty one: S3 refuses any range. */
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
 * Copies a staged file to its master: one COPY, or in parts from 1 GiB on.
 * @param progress continues a copy in parts that an earlier call did not finish
 * @param copy `source` and `target` are keys, `type` is the MIME type of the bytes
 * @returns the version id of the copy
 */
export async function copyToMasters(
  s3: S3Client,
  buckets: { readonly uploads: string; readonly masters: string },
  copy: { readonly source: string; readonly target: string; readonly bytes: number; readonly type: string },
  progress?: CopyProgress,
): Promise<string> {
  const versionId = await copyObject(
    s3,
    {
      source: `${buckets.uploads}/${copy.source}`,
      target: { Bucket: buckets.masters, Key: copy.target },
      bytes: copy.bytes,
      headers: { ContentType: copy.type },
    },
    { progress },
  );
  if (!versionId) {
    throw new Error(`S3 gave no version id for ${copy.target}. Enable versioning of the masters bucket`);
  }
  return versionId;
}

/**
 * Stores bytes as a version of a master.
 * @returns its version id
 */
export async function putRendition(
  s3: S3Client,
  bucket: string,
  { target, bytes, type }: { readonly target: string; readonly bytes: Uint8Array; readonly type: string },
): Promise<string> {
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: target, Body: bytes, ContentType: type }),
  );
  if (!VersionId)
    throw new Error(`S3 gave no version id for ${target}. Enable versioning of the masters bucket`);
  return VersionId;
}

/**
 * Stores the reduction of an image under a new random name.
 * @returns the fact for the asset's record
 */
export async function putReduction(
  s3: S3Client,
  bucket: string,
  company: string,
  { divisor, bytes }: { readonly divisor: number; readonly bytes: Uint8Array },
): Promise<NonNullable<MediaFacts<AssetType>['reduction']>> {
  const name = randomBytes(12).toString('base64url');
  const target = reductionKey(company, name);
  return { divisor, name, versionId: await putRendition(s3, bucket, { target, bytes, type: 'image/jpeg' }) };
}

/**
 * Stores the poster of a video under a new random name, beside the reductions.
 * @param type MIME type
 * @returns the fact for the asset's record
 */
export async function putPoster(
  s3: S3Client,
  bucket: string,
  company: string,
  { bytes, type }: { readonly bytes: Uint8Array; readonly type: string },
): Promise<NonNullable<MediaFacts<AssetType>['poster']>> {
  const name = randomBytes(12).toString('base64url');
  const target = reductionKey(company, name);
  return { name, versionId: await putRendition(s3, bucket, { target, bytes, type }) };
}

/** Deletes an object, or with `versionId` one version of it. Repeating it does no harm. */
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
