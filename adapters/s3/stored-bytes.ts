/** What a company has in the buckets, by listing them: exact, whatever was written twice, deleted or lost. */
import { ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';

/** A page of up to 1,000 objects. */
export interface BytesPage {
  readonly bytes: number;
  /** Where the next page begins; missing on the last one. */
  readonly next?: BytesPlace;
}

export interface BytesPlace {
  readonly key: string;
  /** In a bucket with versions. */
  readonly versionId?: string | undefined;
}

export interface StoredBytes {
  /** The next versions of the masters of a company, also deleted ones. */
  masterBytes(company: string, from: BytesPlace | undefined): Promise<BytesPage>;
  /** The next objects of a company in a bucket without versions. */
  objectBytes(bucket: string, company: string, from: BytesPlace | undefined): Promise<BytesPage>;
}

export function storedBytes(s3: S3Client, mastersBucket: string): StoredBytes {
  return {
    async masterBytes(company, from) {
      const page = await s3.send(
        new ListObjectVersionsCommand({
          Bucket: mastersBucket,
          Prefix: prefixOf(company),
          ...(from && { KeyMarker: from.key }),
          ...(from?.versionId !== undefined && { VersionIdMarker: from.versionId }),
        }),
      );
      const { IsTruncated, NextKeyMarker: key, NextVersionIdMarker: versionId } = page;
      return {
        bytes: sum(page.Versions),
        ...(IsTruncated && key !== undefined ? { next: { key, versionId } } : {}),
      };
    },

    async objectBytes(bucket, company, from) {
      const { Contents, IsTruncated } = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefixOf(company),
          ...(from && { StartAfter: from.key }),
        }),
      );
      const key = Contents?.at(-1)?.Key;
      return { bytes: sum(Contents), ...(IsTruncated && key !== undefined ? { next: { key } } : {}) };
    },
  };
}

/** Keys of masters and of all origins begin with it. */
const prefixOf = (company: string) => `${company}/`;

function sum(objects: readonly { readonly Size?: number | undefined }[] = []): number {
  return objects.reduce((bytes, { Size = 0 }) => bytes + Size, 0);
}
