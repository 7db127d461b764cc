/** Detects the kind of a ZIP file from its directory alone: the content is never decompressed. */
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import type { MediaFile } from './media-file.ts';

export interface ZipKind {
  readonly mimeType: string;
  readonly warnings: readonly string[];
}

/** Bytes of the directory that are read: about 150,000 entries. */
const maxDirectoryBytes = 16 * 1024 * 1024;

/** The end record has 22 bytes and a comment of up to 65,535. Before it is the locator of the 64-bit form. */
const tailBytes = 22 + 65_535 + 20;

interface Directory {
  readonly first: number;
  readonly length: number;
  readonly entries: number;
}

/**
 * @throws Failure `upload.file-refused` for an archive that is cut off, that is a program, or whose entries overlap, as in
 * a bomb that decompresses to more than it could contain
 */
export async function zipKind(file: MediaFile): Promise<ZipKind> {
  const directory = await findDirectory(file);
  const names = await readNames(file, directory);
  const has = (test: (name: string) => boolean) => names.some(test);
  if (has((name) => name === 'META-INF/MANIFEST.MF' || name === 'AndroidManifest.xml')) {
    throw refusedFile('The file is a program in a ZIP archive (Java or Android)');
  }
  if (!names.includes('[Content_Types].xml')) return { mimeType: 'application/zip', warnings: [] };
  const office = officeKinds.find(([folder]) => has((name) => name.startsWith(folder)));
  return {
    mimeType: office ? `application/vnd.openxmlformats-officedocument.${office[1]}` : 'application/zip',
    warnings: has((name) => name.endsWith('/vbaProject.bin')) ? ['It contains macros'] : [],
  };
}

const officeKinds = [
  ['word/', 'wordprocessingml.document'],
  ['xl/', 'spreadsheetml.sheet'],
  ['ppt/', 'presentationml.presentation'],
] as const;

async function findDirectory(file: MediaFile): Promise<Directory> {
  const first = Math.max(0, file.bytes - tailBytes);
  const tail = Buffer.from(await file.readRange(first, file.bytes - first));
  for (let at = tail.length - 22; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50 || at + 22 + tail.readUInt16LE(at + 20) !== tail.length)
      continue;
    const found = {
      entries: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      first: tail.readUInt32LE(at + 16),
    };
    const isLong = found.entries === 0xffff || found.length === 0xffffffff || found.first === 0xffffffff;
    const directory = isLong ? await findLongDirectory(file, tail, at) : found;
    if (directory.first + directory.length > first + at) break;
    return directory;
  }
  throw damaged('its directory is missing');
}

/** The 64-bit form of the directory, for values that do not fit into 16 or 32 bits. */
async function findLongDirectory(file: MediaFile, tail: Buffer, end: number): Promise<Directory> {
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) throw damaged('its directory is missing');
  const at = Number(tail.readBigUInt64LE(locator + 8));
  if (at + 56 > file.bytes) throw damaged('its directory is missing');
  const record = Buffer.from(await file.readRange(at, 56));
  if (record.readUInt32LE(0) !== 0x06064b50) throw damaged('its directory is missing');
  return {
    entries: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    first: Number(record.readBigUInt64LE(48)),
  };
}

async function readNames(file: MediaFile, { first, length, entries }: Directory): Promise<string[]> {
  if (length > maxDirectoryBytes) {
    throw refusedFile(
      `The directory of the ZIP archive has ${length} bytes; at most ${maxDirectoryBytes} are read`,
    );
  }
  const bytes = length === 0 ? Buffer.alloc(0) : Buffer.from(await file.readRange(first, length));
  const names: string[] = [];
  let packed = 0;
  let at = 0;
  while (names.length < entries) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw damaged('its directory is damaged');
    const name = at + 46;
    const nameLength = bytes.readUInt16LE(at + 28);
    const size = bytes.readUInt32LE(at + 20);
    // The size of an entry in the 64-bit form is elsewhere; only its name is used.
    if (size !== 0xffffffff) packed += size;
    names.push(bytes.toString('utf8', name, name + nameLength));
    at = name + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  if (packed > first) throw refusedFile('The entries of the ZIP archive overlap: it is a bomb, or damaged');
  return names;
}

function damaged(reason: string): Error {
  return refusedFile(`The file begins as a ZIP archive but is damaged or cut off (${reason})`);
}
