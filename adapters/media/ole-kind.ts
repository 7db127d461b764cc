import type { MediaFile } from './media-file.ts';

/** Bytes of the directory that are read: the streams that show the kind are among its first 512 entries. */
const directoryBytes = 65_536;

const kinds = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['Book', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
] as const;

/**
 * Distinguishes older Office documents from other OLE compound files (installers, mails) by the names of the streams in
 * their directory.
 * @returns the MIME type; undefined for other files
 */
export async function oleKind(file: MediaFile): Promise<string | undefined> {
  const head = Buffer.from(file.head);
  if (head.length < 512) return undefined;
  const sectorBytes = 2 ** head.readUInt16LE(30);
  const first = (head.readUInt32LE(48) + 1) * sectorBytes;
  if (![512, 4_096].includes(sectorBytes) || first >= file.bytes) return undefined;
  const directory = Buffer.from(await file.readRange(first, directoryBytes));
  const names = new Set<string>();
  for (let at = 0; at + 128 <= directory.length; at += 128) {
    // The name in UTF-16, then its length with the closing zero.
    const length = directory.readUInt16LE(at + 64) - 2;
    if (length > 0 && length <= 62) names.add(directory.toString('utf16le', at, at + length));
  }
  return kinds.find(([stream]) => names.has(stream))?.[1];
}
