/** Objects in the origin buckets of the servers: copies of the masters. */
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Asset } from '../../domain/assets/asset.ts';
import type { OriginObject } from '../../domain/assets/publish-state.ts';
import { originCacheControl, originMetadata } from '../../domain/delivery/origin-metadata.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { type CopyOptions, copyObject } from './copy-object.ts';

export interface OriginCopies {
  /**
   * Copies the current version of an asset from the masters to an origin, with its metadata and cache tag: one COPY, or
   * in parts from 1 GiB on.
   */
  copyToOrigin(asset: Asset, object: OriginObject): Promise<void>;
  /** Does nothing if the object does not exist. */
  deleteFromOrigin(object: OriginObject): Promise<void>;
}

/** Names of the origin buckets, by server. */
export type OriginBuckets = Readonly<Record<Server, string>>;

/** The origin buckets in a function's environment. */
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
 * @param options `rangeClient` copies the parts of large objects. A part that fails would waste all the others, so this client
 * repeats it more often than `s3` repeats a whole copy, which a worker with adaptive concurrency repeats itself
 */
export function originCopies(
  s3: S3Client,
  mastersBucket: string,
  buckets: OriginBuckets,
  options: CopyOptions = {},
): OriginCopies {
  return {
    async copyToOrigin(asset, { server, key }) {
      const { bytes, mimeType, versionId } = deliveredBytes(asset, server);
      const headers = {
        ContentType: mimeType,
        CacheControl: originCacheControl(asset),
        Metadata: originMetadata(asset, server),
      };
      const target = { Bucket: buckets[server], Key: key };
      const source = copySource(mastersBucket, asset.masterKey, versionId);
      await copyObject(s3, { source, target, bytes, headers }, options);
    },

    async deleteFromOrigin({ server, key }) {
      try {
        await s3.send(new DeleteObjectCommand({ Bucket: buckets[server], Key: key }));
      } catch (error) {
        // Neither a bucket that does not exist nor a key that is too long has an object.
        if (!(error instanceof Error && ['NoSuchBucket', 'KeyTooLongError'].includes(error.name)))
          throw error;
      }
    },
  };
}

/** Each segment is encoded by itself, so that slashes stay. */
function copySource(bucket: string, masterKey: string, versionId: string): string {
  const key = masterKey.split('/').map(encodeURIComponent).join('/');
  return `${bucket}/${key}?versionId=${encodeURIComponent(versionId)}`;
}

/** Server Directory has files as they were uploaded, under their names. The other servers have renditions. */
function deliveredBytes(
  { bytes, mimeType, masterVersionId, ...asset }: Asset,
  server: Server,
): { bytes: number; mimeType: string; versionId: string } {
  const { originalBytes, originalType, originalVersionId } = asset;
  const isOriginal =
    server === 'server-directory' &&
    originalBytes !== undefined &&
    originalType !== undefined &&
    originalVersionId !== undefined;
  return isOriginal
    ? { bytes: originalBytes, mimeType: originalType, versionId: originalVersionId }
    : { bytes, mimeType, versionId: masterVersionId };
}
