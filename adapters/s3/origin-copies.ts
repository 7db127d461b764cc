/** Objects in the origin buckets of the servers: copies of the masters. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Asset } from '../../domain/assets/asset.ts';
import type { OriginObject } from '../../domain/assets/publish-state.ts';
import { type CopyRange, copyRanges } from '../../domain/delivery/copy-plan.ts';
import { originCacheControl, originMetadata } from '../../domain/delivery/origin-metadata.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';

/** Parts of one object that are copied side by side. */
const partsAtATime = 16;

export interface OriginCopies {
  /**
   * Copies the current version of an asset from the masters to an origin, with its metadata and cache tag: one COPY,
   * for 1 GiB and more in parts. S3's 503s and the errors in answers with status 200 are tried again by the client.
   */
  copyToOrigin(asset: Asset, object: OriginObject): Promise<void>;
  /** Also when there is no such object. */
  deleteFromOrigin(object: OriginObject): Promise<void>;
}

/** Names of the origin buckets, by server. */
export type OriginBuckets = Readonly<Record<Server, string>>;

/** The origin buckets as they stand in a function's environment. */
export function originBuckets(
  environment: Readonly<
    Record<
      'IMAGE_SERVING_BUCKET' | 'IMAGE_RENDERING_BUCKET' | 'VIDEO_BUCKET' | 'SERVER_DIRECTORY_BUCKET',
      string
    >
  >,
): OriginBuckets {
  return {
    'image-serving': environment.IMAGE_SERVING_BUCKET,
    'image-rendering': environment.IMAGE_RENDERING_BUCKET,
    video: environment.VIDEO_BUCKET,
    'server-directory': environment.SERVER_DIRECTORY_BUCKET,
  };
}

/**
 * @param rangeClient copies the ranges of large objects: one that is refused for good would undo all the others, so it is
 * tried more often than a whole copy, which a worker that paces itself makes again
 */
export function originCopies(
  s3: S3Client,
  mastersBucket: string,
  buckets: OriginBuckets,
  rangeClient: S3Client = s3,
): OriginCopies {
  return {
    async copyToOrigin(asset, { server, key }) {
      const target = { Bucket: buckets[server], Key: key };
      const source = copySource(mastersBucket, asset);
      const head = {
        ContentType: asset.mimeType,
        CacheControl: originCacheControl,
        Metadata: originMetadata(asset),
      };
      const ranges = copyRanges(asset.bytes);
      if (ranges.length > 0) return copyInParts(target, source, head, ranges);
      await s3.send(
        new CopyObjectCommand({ ...target, ...head, CopySource: source, MetadataDirective: 'REPLACE' }),
      );
    },

    async deleteFromOrigin({ server, key }) {
      await s3.send(new DeleteObjectCommand({ Bucket: buckets[server], Key: key }));
    },
  };

  async function copyInParts(
    target: { Bucket: string; Key: string },
    source: string,
    head: { ContentType: string; CacheControl: string; Metadata: Record<string, string> },
    ranges: readonly CopyRange[],
  ): Promise<void> {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...head }));
    if (!UploadId) throw new Error(`S3 gave no upload id for ${target.Bucket}/${target.Key}`);
    const upload = { ...target, UploadId };
    try {
      const parts = await inParallel(ranges, partsAtATime, async ({ part, range }) => {
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
      await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
    } catch (error) {
      // Else the parts would be paid for until the bucket's lifecycle finds them.
      await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  }
}

/** Each segment encoded on its own: slashes stay. */
function copySource(bucket: string, asset: Asset): string {
  const key = asset.masterKey.split('/').map(encodeURIComponent).join('/');
  return `${bucket}/${key}?versionId=${encodeURIComponent(asset.masterVersionId)}`;
}
