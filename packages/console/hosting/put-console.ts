import { globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import {
  DeleteObjectsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ConsoleConfig } from '../src/session/console-config.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Names of built files contain a digest of their content, except that of the licences. */
const unchanging = 'public, max-age=31536000, immutable';

/** Days after which files of earlier versions are deleted. Pages that were opened before load their parts until then. */
const keptDays = 30;

/**
 * Puts the console's files and its `config.json` into its bucket, the start page last, so that it names no file that is
 * missing. Can be repeated at any time.
 * @param folder of the built files
 * @returns how many files were written
 * @throws Error of S3, or where a file has no known content type
 */
export async function putConsole(
  s3: S3Client,
  bucket: string,
  folder: string,
  config: ConsoleConfig,
  now = Date.now(),
): Promise<number> {
  const built = globSync('_/*', { cwd: folder }).sort();
  const put = (key: string, body: string | Uint8Array, cacheControl: string) => {
    const contentType = contentTypes[extname(key)];
    if (contentType === undefined) throw new Error(`${key} is of no known type: add it to contentTypes`);
    return s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        CacheControl: cacheControl,
      }),
    );
  };
  await Promise.all(
    built.map((key) =>
      put(key, readFileSync(join(folder, key)), key.endsWith('.txt') ? 'no-cache' : unchanging),
    ),
  );
  await put('config.json', `${JSON.stringify(config, null, 2)}\n`, 'no-cache');
  await put('index.html', readFileSync(join(folder, 'index.html')), 'no-cache');
  await deleteOld(s3, bucket, new Set(built), now - keptDays * 86_400_000);
  return built.length + 2;
}

async function deleteOld(
  s3: S3Client,
  bucket: string,
  current: ReadonlySet<string>,
  before: number,
): Promise<void> {
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: '_/' });
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
          Bucket: bucket,
          Delete: { Objects: old.map(({ Key }) => ({ Key })), Quiet: true },
        }),
      );
  }
}
