import type { MediaFile } from './media-file.ts';

/** Bytes of the directory that are looked at: the streams that tell the kind stand among its first 512 entries. */
const directoryBytes = 65_536;

const kinds = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['Book', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
] as const;

/**
 * Tells the older Office documents apart from whatever else is kept in OLE compound files (installers, mails), by the
 * names of the streams in their directory.
 * @returns undefined for what is none of them
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
    // Name in UTF-16, then the length of it with its closing zero.
    const length = directory.readUInt16LE(at + 64) - 2;
    if (length > 0 && length <= 62) names.add(directory.toString('utf16le', at, at + length));
  }
  return kinds.find(([stream]) => names.has(stream))?.[1];
}
