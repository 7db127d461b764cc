import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { copyRanges } from '../../domain/delivery/copy-plan.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { isTransient } from '../runtime/transient-error.ts';

/** Parts of one object that are copied in parallel. */
const parallelParts = 16;

export interface ObjectCopy {
  /** Bucket and key, encoded as `x-amz-copy-source`. */
  readonly source: string;
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly bytes: number;
  /** The headers of the copy, in place of those of the source. */
  readonly headers: {
    readonly ContentType: string;
    readonly CacheControl?: string;
    readonly Metadata?: Record<string, string>;
  };
}

/** Keeps the multipart uploads of copies, so that another call continues a copy that this one does not finish. */
export interface CopyProgress {
  /** @returns the multipart upload of an earlier call */
  findCopy(copy: Pick<ObjectCopy, 'source' | 'target'>): Promise<string | undefined>;
  /** @returns the upload id that counts: the given one, or that of a parallel call */
  saveCopy(copy: Pick<ObjectCopy, 'source' | 'target'>, uploadId: string): Promise<string>;
  /** Removes the record of this upload id. */
  removeCopy(copy: Pick<ObjectCopy, 'source' | 'target'>, uploadId: string): Promise<void>;
  /** Whether there is time to copy a further part. */
  hasTime(): boolean;
}

/** The time is up: the parts that were copied stay, and another call continues with the rest. */
export class CopyUnfinished extends Error {
  override readonly name = 'CopyUnfinished';
}

/** Options of a copy. */
export interface CopyOptions {
  /** Copies the parts. Default: the client of everything else. */
  readonly rangeClient?: S3Client;
  /** Without it, a copy that fails begins again. */
  readonly progress?: CopyProgress | undefined;
}

/**
 * Copies an object inside S3: one COPY, or in parts from 1 GiB on. The client repeats calls that S3 answers with 503 or
 * with an error in a response with status 200.
 * @returns the version id of the copy; undefined if the bucket is not versioned
 * @throws CopyUnfinished if the time of `progress` is up
 */
export async function copyObject(
  s3: S3Client,
  copy: ObjectCopy,
  { rangeClient = s3, progress }: CopyOptions = {},
): Promise<string | undefined> {
  const { source, target, bytes, headers } = copy;
  const ranges = copyRanges(bytes);
  if (ranges.length === 0) {
    const { VersionId } = await s3.send(
      new CopyObjectCommand({ ...target, ...headers, CopySource: source, MetadataDirective: 'REPLACE' }),
    );
    return VersionId;
  }
  const { UploadId, copied } =
    (await findUpload(s3, copy, progress)) ?? (await beginUpload(s3, copy, progress));
  const upload = { ...target, UploadId };
  try {
    const parts = await inParallel(ranges, parallelParts, async ({ part, range }) => {
      const before = copied.get(part);
      if (before !== undefined) return { PartNumber: part, ETag: before };
      if (progress && !progress.hasTime())
        throw new CopyUnfinished(`The copy to ${target.Key} continues at part ${part} of ${ranges.length}`);
      const { CopyPartResult } = await rangeClient.send(
        new UploadPartCopyCommand({
          ...upload,
          CopySource: source,
          CopySourceRange: range,
          PartNumber: part,
        }),
      );
      if (!CopyPartResult?.ETag) throw new Error(`S3 gave no ETag for part ${part} of ${target.Key}`);
      return { PartNumber: part, ETag: CopyPartResult.ETag };
    });
    const { VersionId } = await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }),
    );
    await progress?.removeCopy(copy, UploadId);
    return VersionId;
  } catch (error) {
    if (progress && (error instanceof CopyUnfinished || isTransient(error))) throw error;
    await progress?.removeCopy(copy, UploadId);
    // A parallel call has completed the copy: the next attempt sees what became of it.
    if (isNoSuchUpload(error))
      throw new Error(`The multipart upload of ${target.Key} was completed or aborted meanwhile`, {
        cause: error,
      });
    // Without this, the parts would be paid for until the bucket's lifecycle removes them.
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

interface OpenUpload {
  readonly UploadId: string;
  /** ETags by part. */
  readonly copied: ReadonlyMap<number, string>;
}

/** @returns the multipart upload of an earlier or a parallel call; undefined if there is none, or it was aborted */
async function findUpload(
  s3: S3Client,
  copy: ObjectCopy,
  progress: CopyProgress | undefined,
): Promise<OpenUpload | undefined> {
  const UploadId = await progress?.findCopy(copy);
  if (UploadId === undefined) return undefined;
  const copied = new Map<number, string>();
  try {
    let marker: string | undefined;
    do {
      const page = await s3.send(
        new ListPartsCommand({
          ...copy.target,
          UploadId,
          ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        }),
      );
      for (const { PartNumber, ETag } of page.Parts ?? []) {
        if (PartNumber !== undefined && ETag !== undefined) copied.set(PartNumber, ETag);
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (!isNoSuchUpload(error)) throw error;
    await progress?.removeCopy(copy, UploadId);
    return undefined;
  }
  return { UploadId, copied };
}

/** The SDK has a class for this error, but only for one of the calls that it comes from. */
function isNoSuchUpload(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

async function beginUpload(
  s3: S3Client,
  copy: ObjectCopy,
  progress: CopyProgress | undefined,
): Promise<OpenUpload> {
  const { target, headers } = copy;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...headers }));
  if (!UploadId) throw new Error(`S3 gave no upload id for ${target.Bucket}/${target.Key}`);
  const kept = (await progress?.saveCopy(copy, UploadId)) ?? UploadId;
  if (kept === UploadId) return { UploadId, copied: new Map() };
  await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
  return (await findUpload(s3, copy, progress)) ?? beginUpload(s3, copy, progress);
}
