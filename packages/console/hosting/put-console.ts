import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ConsoleConfig } from '../src/session/console-config.ts';
import { deleteOldFiles, putFile, putFiles } from './put-files.ts';

/**
 * Puts the console's files and its `config.json` into its bucket, the start page last, so that it names no file that is
 * missing. Can be repeated at any time.
 * @param folder of the built files
 * @returns how many files were written
 * @throws Error of S3, or where a file has no known content type
 */
export async function putConsole(
  s3: S3Client,
  bucketName: string,
  folder: string,
  config: ConsoleConfig,
  now = Date.now(),
): Promise<number> {
  const bucket = { s3, name: bucketName };
  const built = globSync('_/*', { cwd: folder }).sort();
  // Names of built files contain a digest of their content, except that of the licences.
  const isLicence = (key: string) => key.endsWith('.txt');
  await putFiles(
    bucket,
    folder,
    built.filter((key) => !isLicence(key)),
    'unchanging',
  );
  await putFiles(bucket, folder, built.filter(isLicence), 'asked-for-again');
  await putFile(bucket, 'config.json', `${JSON.stringify(config, null, 2)}\n`, 'asked-for-again');
  await putFile(bucket, 'index.html', readFileSync(join(folder, 'index.html')), 'asked-for-again');
  await deleteOldFiles(bucket, '_/', new Set(built), now);
  return built.length + 2;
}
