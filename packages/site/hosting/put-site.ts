import { globSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { deleteOldFiles, putFiles } from '@pressroom/console/put-files';

/**
 * Puts the built documentation into its bucket: pages last, so that none names a file that is missing. Can be repeated.
 * @param folder of the built files
 * @returns how many files were written
 * @throws Error of S3, or where a file has no known content type
 */
export async function putSite(
  s3: S3Client,
  bucketName: string,
  folder: string,
  now = Date.now(),
): Promise<number> {
  const bucket = { s3, name: bucketName };
  const files = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath.slice(folder.length + 1)}/${entry.name}`.replace(/^\//, ''))
    .sort();
  const built = files.filter((file) => file.startsWith('assets/'));
  await putFiles(bucket, folder, built, 'unchanging');
  await putFiles(
    bucket,
    folder,
    files.filter((file) => !file.startsWith('assets/')),
    'asked-for-again',
  );
  await deleteOldFiles(bucket, '', new Set(files), now);
  return files.length;
}
