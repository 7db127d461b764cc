import type { ArchiveEntry } from '../../domain/uploads/unpacking.ts';

/** The bytes of an archive, wherever they are. */
export interface ArchiveBytes {
  readonly bytes: number;
  readonly read: (first: number, length: number) => Promise<Uint8Array>;
}

/** An archive that is read piece by piece. */
export interface Archive {
  /** In the order in which they are stored. @throws Failure `upload.file-refused` if it is damaged */
  readonly entries: () => Promise<readonly ArchiveEntry[]>;
  /**
   * Reads entries, several at a time if the format allows that. It stops with the first error.
   * @param wanted indexes of entries
   * @param take gets the bytes of an entry, which throw Failure `upload.file-refused` if the entry is damaged
   * @throws Failure `upload.file-refused` if the archive is damaged so that no more entries are found, and what `take` throws
   */
  readonly read: (
    wanted: ReadonlySet<number>,
    take: (entry: number, chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  ) => Promise<void>;
}
