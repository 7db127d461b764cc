/** Changes of objects other than publishing: redirects, deleted masters, and walks over the origins. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Asset } from '../../domain/assets/asset.ts';
import type { OriginObject } from '../../domain/assets/publish-state.ts';
import { imageCacheControl } from '../../domain/delivery/cache-control.ts';
import { cacheTags } from '../../domain/delivery/cache-tag.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { OriginBuckets } from './origin-copies.ts';
import { encodeRedirect } from './origin-object.ts';

/** An object that a walk over an origin found. */
export interface ListedObject {
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly modified: string;
}

export interface LibraryObjects {
  /** Replaces an image by an empty object. The image server then redirects to the new id with status 301. */
  putRedirect(company: string, from: string, to: string, object: OriginObject): Promise<void>;
  /**
   * Copies an object unchanged to another key of its origin: the same version stays live. One COPY, up to 5 GiB. Does
   * nothing if the object does not exist.
   */
  copyWithinOrigin(server: Server, from: string, to: string): Promise<void>;
  /** Deletes one version of a master permanently. Repeating it does no harm. */
  deleteMaster(version: Pick<Asset, 'masterKey' | 'masterVersionId'>): Promise<void>;
  /** The next objects of an origin, sorted by key, at most 1,000. */
  listOrigin(server: Server, after: string | undefined): Promise<{ objects: ListedObject[]; next?: string }>;
}

export function libraryObjects(s3: S3Client, mastersBucket: string, buckets: OriginBuckets): LibraryObjects {
  return {
    async putRedirect(company, from, to, { server, key }) {
      await s3.send(
        new PutObjectCommand({
          Bucket: buckets[server],
          Key: key,
          // Not an empty text, which the SDK takes for a stream of unknown length.
          Body: new Uint8Array(0),
          CacheControl: imageCacheControl(),
          Metadata: { 'cache-tag': cacheTags(company, from), redirect: encodeRedirect(to) },
        }),
      );
    },

    async copyWithinOrigin(server, from, to) {
      const source = from.split('/').map(encodeURIComponent).join('/');
      try {
        await s3.send(
          new CopyObjectCommand({
            Bucket: buckets[server],
            Key: to,
            CopySource: `${buckets[server]}/${source}`,
          }),
        );
      } catch (error) {
        if (!(error instanceof Error && error.name === 'NoSuchKey')) throw error;
      }
    },

    async deleteMaster({ masterKey, masterVersionId }) {
      await s3.send(
        new DeleteObjectCommand({ Bucket: mastersBucket, Key: masterKey, VersionId: masterVersionId }),
      );
    },

    async listOrigin(server, after) {
      const { Contents = [], IsTruncated } = await s3.send(
        new ListObjectsV2Command({
          Bucket: buckets[server],
          ...(after === undefined ? {} : { StartAfter: after }),
        }),
      );
      const objects = Contents.flatMap(({ Key, LastModified }) =>
        Key === undefined || !LastModified ? [] : [{ key: Key, modified: LastModified.toISOString() }],
      );
      const last = objects.at(-1);
      return IsTruncated && last ? { objects, next: last.key } : { objects };
    },
  };
}
