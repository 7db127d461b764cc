import { Failure } from '../failure.ts';
import type { UploadJob } from '../jobs/job.ts';
import { refusedFile } from './refused-file.ts';
import { subfolder } from './subfolder.ts';
import type { UploadFile } from './upload-file.ts';
import { type ListedFile, splitSourcePath } from './upload-source.ts';

/** Limits of an archive that is unpacked. */
export const unpackLimits = {
  /** Files and folders in it. */
  entries: 10_000,
  /** Bytes of all its files together. */
  bytes: 20 * 1024 ** 3,
  /** How many times its own size they may have together, from `ratioFrom` bytes on: pictures have 1 to 3, texts 20. */
  ratio: 100,
  ratioFrom: 100 * 1024 ** 2,
} as const;

/** An entry of an archive, as its directory or its header says. */
export interface ArchiveEntry {
  /** With `/` between its parts. */
  readonly path: string;
  readonly bytes: number;
  /** `other`: a link, a device, an encrypted file. */
  readonly kind: 'file' | 'folder' | 'other';
}

/** A file that is taken out of an archive, and the index of its entry. */
export interface UnpackedFile {
  readonly entry: number;
  readonly listed: ListedFile;
}

const archiveName = /\.(zip|tar)$/i;

/** Whether a file is unpacked. Archives in an archive are not. */
export function isUnpacked(
  { unpack }: Pick<UploadJob, 'unpack'>,
  { name, fromArchive }: Pick<UploadFile, 'name' | 'fromArchive'>,
): boolean {
  return unpack === true && fromArchive === undefined && archiveName.test(name);
}

/** The format of an archive by its name. */
export function archiveFormat({ name }: Pick<UploadFile, 'name'>): 'zip' | 'tar' {
  return archiveName.exec(name)?.[1]?.toLowerCase() === 'tar' ? 'tar' : 'zip';
}

/**
 * Checks an archive as a whole, before anything is taken out of it.
 * @param archiveBytes its own size
 * @throws Failure `upload.file-refused`
 */
export function checkArchive(entries: readonly ArchiveEntry[], archiveBytes: number): void {
  if (entries.length > unpackLimits.entries)
    throw refusedFile(`It has ${entries.length} entries; at most ${unpackLimits.entries} are unpacked`);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > unpackLimits.bytes)
    throw refusedFile(`Its files have ${bytes} bytes; at most ${unpackLimits.bytes} are unpacked`);
  if (bytes > unpackLimits.ratioFrom && bytes > archiveBytes * unpackLimits.ratio) {
    throw refusedFile(
      `Its files have ${bytes} bytes, more than ${unpackLimits.ratio} times its own ${archiveBytes}: it may be a zip bomb`,
    );
  }
}

/**
 * The files of an archive, in their order. What operating systems left in it is not taken; what cannot be taken is listed
 * with the reason.
 * @param folder of the archive
 */
export function filesOfArchive(folder: string, entries: readonly ArchiveEntry[]): UnpackedFile[] {
  return entries.flatMap(({ path, bytes, kind }, entry): UnpackedFile[] => {
    const split = kind === 'folder' ? undefined : splitSourcePath(path);
    if (!split) return [];
    const { name, folders } = split;
    if (kind === 'other') {
      return [
        { entry, listed: { name, bytes: 0, refused: 'is a link or encrypted, which is not unpacked' } },
      ];
    }
    try {
      return [{ entry, listed: { name, bytes, folder: subfolder(folder, folders) } }];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [{ entry, listed: { name, bytes, refused: error.message } }];
    }
  });
}
