/**
 * The bytes of a ZIP file that stores its files uncompressed (APPNOTE 6.3.10: https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.10.TXT).
 * Checksums follow the files, so that every position is known before a file is read: any part of the ZIP file can be made by
 * itself, and again. Libraries write a ZIP file from its beginning to its end in one process, and cannot continue one.
 */

/** A file to store. */
export interface ZipFile {
  /** Relative, with `/` between folders. */
  readonly path: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly modified: string;
}

/** A range of bytes of the ZIP file. The ranges are relative to the piece: to the file, for `data`. */
export interface ZipPiece {
  readonly kind: 'header' | 'data' | 'descriptor' | 'directory';
  /** Index of the file. Of `directory`: the number of files. */
  readonly file: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface ZipLayout {
  readonly files: readonly ZipFile[];
  /** Where the header of each file begins. */
  readonly starts: readonly number[];
  /** Where the central directory begins. */
  readonly directory: number;
  /** Bytes of the whole ZIP file. */
  readonly bytes: number;
}

/** Fields of 4 bytes with this value refer to the ZIP64 field. */
const max32 = 0xff_ff_ff_ff;
const zip64Field = 0x00_01;
const version = { plain: 20, zip64: 45 };
/** Made on Unix, so that the permissions below count. */
const madeOnUnix = 3 << 8;
/** A regular file that everybody may read and its owner may write. */
const unixMode = 0o100_644 * 0x1_00_00;
/** Bit 3: sizes and checksum follow the file. Bit 11: names are UTF-8. */
const flags = 0x08_08;

export function zipLayout(files: readonly ZipFile[]): ZipLayout {
  const starts: number[] = [];
  let position = 0;
  for (const file of files) {
    starts.push(position);
    position += headerBytes(file) + file.bytes + descriptorBytes(file);
  }
  const layout = { files, starts, directory: position };
  return { ...layout, bytes: position + zipDirectory(layout, []).length };
}

/** The pieces that make up a range of bytes of the ZIP file, in order. Empty ones are left out. */
export function zipPieces(layout: ZipLayout, from: number, to: number): ZipPiece[] {
  const pieces: ZipPiece[] = [];
  const add = (kind: ZipPiece['kind'], file: number, start: number, length: number) => {
    const piece = { kind, file, from: Math.max(from - start, 0), to: Math.min(to - start, length) };
    if (piece.from < piece.to) pieces.push(piece);
  };
  for (let index = lastBefore(layout.starts, from); index < layout.files.length; index += 1) {
    const file = layout.files[index];
    const start = layout.starts[index];
    if (file === undefined || start === undefined || start >= to) break;
    const data = start + headerBytes(file);
    add('header', index, start, headerBytes(file));
    add('data', index, data, file.bytes);
    add('descriptor', index, data + file.bytes, descriptorBytes(file));
  }
  add('directory', layout.files.length, layout.directory, layout.bytes - layout.directory);
  return pieces;
}

/** Index of the last start that is not behind a position. */
function lastBefore(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  return low;
}

export function zipHeader(file: ZipFile): Buffer {
  const name = Buffer.from(file.path);
  const large = isLarge(file);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04_03_4b_50, 0);
  header.writeUInt16LE(large ? version.zip64 : version.plain, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt32LE(dosTime(file.modified), 10);
  if (large) header.fill(0xff, 18, 26);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(large ? 20 : 0, 28);
  // The sizes are in the descriptor; the field says that they have 8 bytes there.
  return Buffer.concat([header, name, ...(large ? [zip64(0, 0)] : [])]);
}

export function zipDescriptor(file: ZipFile, crc: number): Buffer {
  const descriptor = Buffer.alloc(descriptorBytes(file));
  descriptor.writeUInt32LE(0x08_07_4b_50, 0);
  descriptor.writeUInt32LE(crc, 4);
  if (isLarge(file)) {
    descriptor.writeBigUInt64LE(BigInt(file.bytes), 8);
    descriptor.writeBigUInt64LE(BigInt(file.bytes), 16);
  } else {
    descriptor.writeUInt32LE(file.bytes, 8);
    descriptor.writeUInt32LE(file.bytes, 12);
  }
  return descriptor;
}

/**
 * The central directory and what ends the ZIP file. Its length does not depend on the checksums.
 * @param crcs CRC-32 of each file
 */
export function zipDirectory(
  { files, starts, directory }: Omit<ZipLayout, 'bytes'>,
  crcs: readonly number[],
): Buffer {
  const entries = files.flatMap((file, index) => entryOf(file, starts[index] ?? 0, crcs[index] ?? 0));
  const bytes = entries.reduce((sum, part) => sum + part.length, 0);
  const is64 = directory >= max32 || bytes >= max32 || files.length >= 0xff_ff;
  return Buffer.concat([
    ...entries,
    ...(is64 ? end64(files.length, bytes, directory) : []),
    end(files.length, bytes, directory),
  ]);
}

function entryOf(file: ZipFile, start: number, crc: number): Buffer[] {
  const name = Buffer.from(file.path);
  const large = isLarge(file);
  const isFar = start >= max32;
  const extra = zip64(...(large ? [file.bytes, file.bytes] : []), ...(isFar ? [start] : []));
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02_01_4b_50, 0);
  entry.writeUInt16LE(madeOnUnix | version.zip64, 4);
  entry.writeUInt16LE(large || isFar ? version.zip64 : version.plain, 6);
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt32LE(dosTime(file.modified), 12);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(large ? max32 : file.bytes, 20);
  entry.writeUInt32LE(large ? max32 : file.bytes, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt32LE(unixMode, 38);
  entry.writeUInt32LE(isFar ? max32 : start, 42);
  return [entry, name, extra];
}

function end64(count: number, bytes: number, directory: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06_06_4b_50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(madeOnUnix | version.zip64, 12);
  record.writeUInt16LE(version.zip64, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(directory), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07_06_4b_50, 0);
  locator.writeBigUInt64LE(BigInt(directory + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator];
}

function end(count: number, bytes: number, directory: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06_05_4b_50, 0);
  record.writeUInt16LE(Math.min(count, 0xff_ff), 8);
  record.writeUInt16LE(Math.min(count, 0xff_ff), 10);
  record.writeUInt32LE(Math.min(bytes, max32), 12);
  record.writeUInt32LE(Math.min(directory, max32), 16);
  return record;
}

/** The ZIP64 field with these values; nothing without values. */
function zip64(...values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0);
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(zip64Field, 0);
  field.writeUInt16LE(values.length * 8, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  return field;
}

function isLarge({ bytes }: Pick<ZipFile, 'bytes'>): boolean {
  return bytes >= max32;
}

function headerBytes(file: ZipFile): number {
  return 30 + Buffer.byteLength(file.path) + (isLarge(file) ? 20 : 0);
}

function descriptorBytes(file: ZipFile): number {
  return isLarge(file) ? 24 : 16;
}

/** Date and time of MS-DOS in UTC, from 1980 to 2107, to two seconds. */
function dosTime(iso: string): number {
  const time = new Date(iso);
  const year = Math.min(Math.max(time.getUTCFullYear(), 1980), 2107);
  const date = ((year - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return date * 0x1_00_00 + clock;
}
