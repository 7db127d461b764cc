/** Windows bitmaps (BMP): all depths, palettes, run lengths and bit masks that BITMAPINFOHEADER and its successors name. */
import { refusedFile } from '../../domain/uploads/refused-file.ts';

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly headerBytes: number;
  readonly colours: number;
  readonly first: number;
}

export interface BmpPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Buffer;
}

const coreHeaderBytes = 12;
const fileHeaderBytes = 14;
const uncompressed = 0;
const runs8 = 1;
const runs4 = 2;
const bitFields = 3;
const alphaBitFields = 6;

/** @throws Failure `upload.file-refused` for kinds that are not decoded */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.length >= 26 ? view.readUInt32LE(14) : 0;
  const isCore = headerBytes === coreHeaderBytes;
  if (!isCore && (headerBytes < 40 || view.length < fileHeaderBytes + headerBytes))
    throw damaged('its header is cut off');
  const height = isCore ? view.readUInt16LE(20) : view.readInt32LE(22);
  const bits = view.readUInt16LE(isCore ? 24 : 28);
  const compression = isCore ? uncompressed : view.readUInt32LE(30);
  const named = isCore ? 0 : view.readUInt32LE(46);
  const header = {
    width: isCore ? view.readUInt16LE(18) : view.readInt32LE(18),
    height: Math.abs(height),
    isTopDown: height < 0,
    bits,
    compression,
    headerBytes,
    colours: bits > 8 ? 0 : Math.min(named || 2 ** bits, 2 ** bits),
    first: view.readUInt32LE(10),
  };
  if (header.width <= 0 || header.height === 0) throw damaged('it has no pixels');
  const isKnown =
    (compression === uncompressed && [1, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === runs8 && bits === 8) ||
    (compression === runs4 && bits === 4) ||
    ((compression === bitFields || compression === alphaBitFields) && (bits === 16 || bits === 32));
  if (!isKnown) {
    throw refusedFile(
      `The file is a BMP image of ${bits} bits with compression ${compression}, which is not decoded. Save it as PNG`,
    );
  }
  return header;
}

/** Decodes all pixels. @throws Failure `upload.file-refused` for a file that is cut off */
export function readBmpPixels(bytes: Uint8Array, header: BmpHeader): BmpPixels {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.bits <= 8) return fromPalette(view, header);
  return fromMasks(view, header, masksOf(view, header));
}

function fromPalette(view: Buffer, header: BmpHeader): BmpPixels {
  const { width, height, colours, headerBytes, compression } = header;
  const entryBytes = headerBytes === coreHeaderBytes ? 3 : 4;
  const palette = fileHeaderBytes + headerBytes;
  if (palette + colours * entryBytes > view.length) throw damaged('its palette is cut off');
  const indexes = compression === uncompressed ? plainIndexes(view, header) : runIndexes(view, header);
  const data = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const index = indexes[pixel] ?? 0;
    const entry = palette + (index < colours ? index : 0) * entryBytes;
    data[pixel * 3] = view[entry + 2] ?? 0;
    data[pixel * 3 + 1] = view[entry + 1] ?? 0;
    data[pixel * 3 + 2] = view[entry] ?? 0;
  }
  return { width, height, channels: 3, data };
}

/** Position of each line: most files begin with the lowest one. */
const lineOf = ({ height, isTopDown }: BmpHeader, stored: number) =>
  isTopDown ? stored : height - 1 - stored;

/** Bytes of a line, in whole words of four. */
const lineBytes = ({ width, bits }: BmpHeader) => Math.ceil((width * bits) / 32) * 4;

function plainIndexes(view: Buffer, header: BmpHeader): Uint8Array {
  const { width, height, bits, first } = header;
  const stride = lineBytes(header);
  if (first + stride * height > view.length) throw damaged('its pixels are cut off');
  const indexes = new Uint8Array(width * height);
  for (let stored = 0; stored < height; stored += 1) {
    const to = lineOf(header, stored) * width;
    for (let x = 0; x < width; x += 1) {
      const at = x * bits;
      const byte = view[first + stored * stride + (at >> 3)] ?? 0;
      indexes[to + x] = (byte >> (8 - bits - (at & 7))) & (2 ** bits - 1);
    }
  }
  return indexes;
}

/** Run lengths: pairs of a count and a value; a count of 0 is an escape. */
function runIndexes(view: Buffer, header: BmpHeader): Uint8Array {
  const { width, height, compression, first } = header;
  const isNibbles = compression === runs4;
  const indexes = new Uint8Array(width * height);
  let [x, y, at] = [0, 0, first];
  const put = (value: number) => {
    if (x < width && y < height) indexes[lineOf(header, y) * width + x] = value;
    x += 1;
  };
  const nibble = (byte: number, index: number) =>
    isNibbles ? (index % 2 === 0 ? byte >> 4 : byte & 15) : byte;
  for (;;) {
    const count = view[at];
    const value = view[at + 1];
    if (count === undefined || value === undefined) throw damaged('its run lengths are cut off');
    at += 2;
    if (count > 0) {
      for (let index = 0; index < count; index += 1) put(nibble(value, index));
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      return indexes;
    } else if (value === 2) {
      x += view[at] ?? 0;
      y += view[at + 1] ?? 0;
      at += 2;
    } else {
      const length = isNibbles ? Math.ceil(value / 2) : value;
      if (at + length > view.length) throw damaged('its run lengths are cut off');
      for (let index = 0; index < value; index += 1) {
        put(nibble(view[at + (isNibbles ? index >> 1 : index)] ?? 0, index));
      }
      at += length + (length % 2);
    }
  }
}

/** Red, green, blue, alpha; 0 for none. */
function masksOf(view: Buffer, { bits, compression, headerBytes }: BmpHeader): readonly number[] {
  if (compression === bitFields || compression === alphaBitFields) {
    const hasAlpha = headerBytes >= 56 || compression === alphaBitFields;
    const at = fileHeaderBytes + 40;
    if (at + (hasAlpha ? 16 : 12) > view.length) throw damaged('its masks are cut off');
    return [0, 4, 8, 12].map((place) => (place === 12 && !hasAlpha ? 0 : view.readUInt32LE(at + place)));
  }
  // The fourth byte of uncompressed pixels is reserved, and often 0.
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0];
}

function fromMasks(view: Buffer, header: BmpHeader, masks: readonly number[]): BmpPixels {
  const { width, height, bits, first } = header;
  const stride = lineBytes(header);
  if (first + stride * height > view.length) throw damaged('its pixels are cut off');
  const channels = masks[3] ? 4 : 3;
  const parts = masks.slice(0, channels).map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, max: mask >>> shift };
  });
  const data = Buffer.alloc(width * height * channels);
  const pixelBytes = bits / 8;
  for (let stored = 0; stored < height; stored += 1) {
    let to = lineOf(header, stored) * width * channels;
    for (let x = 0; x < width; x += 1) {
      const pixel = view.readUIntLE(first + stored * stride + x * pixelBytes, pixelBytes);
      for (const { mask, shift, max } of parts) {
        data[to] = max === 0 ? 0 : Math.round((((pixel & mask) >>> shift) * 255) / max);
        to += 1;
      }
    }
  }
  return { width, height, channels, data };
}

function damaged(reason: string): Error {
  return refusedFile(`The file begins as a BMP image but is damaged or cut off (${reason})`);
}
