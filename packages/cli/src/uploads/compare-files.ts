import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ApiError } from '@pressroom/client/api-error';
import type { OperationResponse } from '@pressroom/client/create-client';
import type { Context } from '../context.ts';
import { byFolder } from './by-folder.ts';
import type { LocalFile } from './local-files.ts';

export type Asset = OperationResponse<'readAsset'>;

/** Files of one folder up to which assets are read one by one, in place of listing the folder. */
const readOneByOne = 20;

export interface Comparison {
  readonly changed: readonly LocalFile[];
  readonly unchanged: readonly { readonly file: LocalFile; readonly asset: Asset }[];
}

/** Compares files with the assets that have their names in the same folder: by SHA-256. */
export async function compareFiles(context: Context, files: readonly LocalFile[]): Promise<Comparison> {
  const assets = new Map<string, Asset>();
  for (const [folder, inFolder] of byFolder(files))
    for (const [name, asset] of await assetsOf(context, folder, inFolder))
      assets.set(`${folder}${name}`, asset);
  return compareWithAssets(context, files, (file) => assets.get(`${file.folder}${file.name}`));
}

/** @param assetOf the asset that has the place and the name of a file */
export async function compareWithAssets(
  { signal }: Pick<Context, 'signal'>,
  files: readonly LocalFile[],
  assetOf: (file: LocalFile) => Asset | undefined,
): Promise<Comparison> {
  const changed: LocalFile[] = [];
  const unchanged: { file: LocalFile; asset: Asset }[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const asset = assetOf(file);
    if (asset && (await isSame(file, asset))) unchanged.push({ file, asset });
    else changed.push(file);
  }
  return { changed, unchanged };
}

/** Assets of a folder by the names of their files. */
async function assetsOf(
  { client, signal }: Context,
  folder: string,
  files: readonly LocalFile[],
): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  if (files.length > readOneByOne) {
    for await (const asset of client.all('listAssets', { query: { folder, limit: 1_000 }, signal }))
      assets.set(asset.fileName, asset);
    return assets;
  }
  await Promise.all(
    files.map(async ({ name }) => {
      const id = name.replace(/\.[^.]*$/, '').normalize('NFC');
      if (id === '') return;
      const asset = await client.call('readAsset', { params: { id }, signal }).catch(absent);
      if (asset && asset.folder === folder && !asset.trashed) assets.set(asset.fileName, asset);
    }),
  );
  return assets;
}

/** An asset that does not exist, or whose id the API does not accept. */
function absent(error: unknown): undefined {
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return undefined;
  throw error;
}

/** An asset of an earlier release has no SHA-256: its file is sent once more. */
async function isSame(
  file: LocalFile,
  { originalBytes, bytes, sha256, sha256PartBytes }: Asset,
): Promise<boolean> {
  if (sha256 === undefined || (originalBytes ?? bytes) !== file.bytes) return false;
  return sha256 === (await sha256OfFile(file.path, sha256PartBytes));
}

/**
 * Base64.
 * @param partBytes given: the SHA-256 of the joined digests of the parts of that size, as S3 has it of a multipart upload
 */
export async function sha256OfFile(path: string, partBytes?: number): Promise<string> {
  const whole = createHash('sha256');
  let part = createHash('sha256');
  let inPart = 0;
  for await (const read of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if (partBytes === undefined) {
      whole.update(read as Buffer);
      continue;
    }
    for (let chunk = read as Buffer; chunk.length > 0; ) {
      const piece = chunk.subarray(0, partBytes - inPart);
      part.update(piece);
      inPart += piece.length;
      chunk = chunk.subarray(piece.length);
      if (inPart < partBytes) continue;
      whole.update(part.digest());
      part = createHash('sha256');
      inPart = 0;
    }
  }
  if (partBytes !== undefined && inPart > 0) whole.update(part.digest());
  return whole.digest('base64');
}
