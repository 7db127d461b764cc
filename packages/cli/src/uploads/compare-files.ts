import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Context } from '../context.ts';
import { byFolder } from './by-folder.ts';
import { idOfFile } from './id-rule.ts';
import type { LocalFile } from './local-files.ts';
import { type Asset, readAssets } from './read-assets.ts';

/** Files of one folder up to which assets are read by their ids, in place of listing the folder. */
const readByIds = 500;

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
    if (asset && (await isSameFile(file, asset))) unchanged.push({ file, asset });
    else changed.push(file);
  }
  return { changed, unchanged };
}

/** Assets of a folder by the names of their files. */
async function assetsOf(
  context: Context,
  folder: string,
  files: readonly LocalFile[],
): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  const add = (asset: Asset) => assets.set(asset.fileName, asset);
  if (files.length > readByIds) {
    for await (const asset of context.client.all('listAssets', {
      query: { folder, limit: 1_000 },
      signal: context.signal,
    }))
      add(asset);
    return assets;
  }
  const ids = files.flatMap(({ name }) => idOfFile(name) ?? []);
  for (const asset of (await readAssets(context, ids)).values())
    if (asset.folder === folder && !asset.trashed) add(asset);
  return assets;
}

/** Whether an asset has the bytes of a file. One of an earlier release has no SHA-256: its file is sent once more. */
export async function isSameFile(
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
