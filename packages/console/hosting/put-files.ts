import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import {
  DeleteObjectsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
};

/** Names of such files contain a digest of their content. */
const unchanging = 'public, max-age=31536000, immutable';

/** Days after which files of earlier versions are deleted. Pages that were opened before load their parts until then. */
const keptDays = 30;

export interface FileBucket {
  readonly s3: S3Client;
  readonly name: string;
}

/** Writes a file that browsers ask for again each time, or one whose name changes with its content. */
export async function putFile(
  { s3, name }: FileBucket,
  key: string,
  body: string | Uint8Array,
  lifetime: 'asked-for-again' | 'unchanging',
): Promise<void> {
  const contentType = contentTypes[extname(key)];
  if (contentType === undefined) throw new Error(`${key} is of no known type: add it to contentTypes`);
  await s3.send(
    new PutObjectCommand({
      Bucket: name,
      Key: key,
      Body: body,
      ContentType: contentType,
      CacheControl: lifetime === 'unchanging' ? unchanging : 'no-cache',
    }),
  );
}

/** Writes files of a folder, all at a time: the SDK has 50 connections. */
export async function putFiles(
  bucket: FileBucket,
  folder: string,
  keys: readonly string[],
  lifetime: 'asked-for-again' | 'unchanging',
): Promise<void> {
  await Promise.all(keys.map((key) => putFile(bucket, key, readFileSync(join(folder, key)), lifetime)));
}

/** Deletes the files below a prefix that are not among the current ones and older than 30 days. */
export async function deleteOldFiles(
  { s3, name }: FileBucket,
  prefix: string,
  current: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const before = now - keptDays * 86_400_000;
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: name, Prefix: prefix });
  for await (const { Contents = [] } of pages) {
    const old = Contents.filter(
      ({ Key, LastModified }) =>
        Key !== undefined &&
        !current.has(Key) &&
        LastModified !== undefined &&
        LastModified.getTime() < before,
    );
    if (old.length > 0)
      await s3.send(
        new DeleteObjectsCommand({
          Bucket: name,
          Delete: { Objects: old.map(({ Key }) => ({ Key })), Quiet: true },
        }),
      );
  }
}
