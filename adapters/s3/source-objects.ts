/** Files in buckets of others. */
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { type OpenedSource, SourceUnavailable } from '../../domain/uploads/opened-source.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import type { BucketSource } from '../../domain/uploads/upload-source.ts';

export interface SourceObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag?: string;
  /** ISO 8601, UTC. */
  readonly modified?: string;
}

/**
 * The objects of a source, in pages of up to 1,000: a LIST for each.
 * @throws Failure `upload.file-refused` if the bucket refuses the list
 */
export async function* listSourceObjects(
  s3: S3Client,
  { bucket, prefix, below }: BucketSource,
): AsyncGenerator<SourceObject[]> {
  let token: string | undefined;
  do {
    const page = await fromSource(bucket, () =>
      s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(below ? {} : { Delimiter: '/' }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      ),
    );
    yield (page.Contents ?? []).flatMap(({ Key: key, Size: bytes = 0, ETag: etag, LastModified }) => {
      if (key === undefined) return [];
      const modified = LastModified?.toISOString();
      return [
        { key, bytes, ...(etag !== undefined && { etag }), ...(modified !== undefined && { modified }) },
      ];
    });
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/**
 * Opens an object. Its ranges are of the version that was opened.
 * @throws Failure `upload.file-refused` if the bucket refuses it; SourceUnavailable
 */
export async function openSourceObject(s3: S3Client, bucket: string, key: string): Promise<OpenedSource> {
  const { Body, ContentLength, ETag, LastModified } = await fromSource(bucket, () =>
    s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
  );
  if (!Body) throw new Error(`S3 gave no body for ${bucket}/${key}`);
  return {
    bytes: ContentLength,
    ...(ETag !== undefined && { etag: ETag }),
    ...(LastModified && { modified: LastModified.toISOString() }),
    async *chunks() {
      yield await Body.transformToByteArray();
    },
    async readRange(first, length) {
      const range = `bytes=${first}-${first + length - 1}`;
      const part = await fromSource(bucket, () =>
        s3.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            Range: range,
            ...(ETag === undefined ? {} : { IfMatch: ETag }),
          }),
        ),
      );
      if (!part.Body) throw new Error(`S3 gave no body for ${range} of ${bucket}/${key}`);
      return part.Body.transformToByteArray();
    },
    close: () => (Body as { destroy?: () => void }).destroy?.(),
  };
}

const advice = 'Check the policy of the bucket and of its key (docs/uploads.md, "From a bucket")';

async function fromSource<Result>(bucket: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed')
      throw new SourceUnavailable('It was changed while it was fetched', { cause: error });
    const refusal = storageRefusal(error);
    if (refusal === undefined) throw error;
    const denied = /AccessDenied|AllAccessDisabled/.test(refusal);
    throw refusedFile(`The bucket ${bucket} refused it: ${refusal}${denied ? `. ${advice}` : ''}`, error);
  }
}
