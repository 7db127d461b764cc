import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { copyRanges } from '../../domain/delivery/copy-plan.ts';
import { inParallel } from '../../domain/in-parallel.ts';

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

/**
 * Copies an object inside S3: one COPY, or in parts from 1 GiB on. The client repeats calls that S3 answers with 503 or
 * with an error in a response with status 200.
 * @param rangeClient copies the parts
 * @returns the version id of the copy; undefined if the bucket is not versioned
 */
export async function copyObject(
  s3: S3Client,
  { source, target, bytes, headers }: ObjectCopy,
  rangeClient: S3Client = s3,
): Promise<string | undefined> {
  const ranges = copyRanges(bytes);
  if (ranges.length === 0) {
    const { VersionId } = await s3.send(
      new CopyObjectCommand({ ...target, ...headers, CopySource: source, MetadataDirective: 'REPLACE' }),
    );
    return VersionId;
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...headers }));
  if (!UploadId) throw new Error(`S3 gave no upload id for ${target.Bucket}/${target.Key}`);
  const upload = { ...target, UploadId };
  try {
    const parts = await inParallel(ranges, parallelParts, async ({ part, range }) => {
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
    return VersionId;
  } catch (error) {
    // Without this, the parts would be paid for until the bucket's lifecycle removes them.
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}
