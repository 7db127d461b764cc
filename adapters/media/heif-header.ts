/** The boxes of an AVIF or HEIC file (ISO/IEC 14496-12 and 23008-12) that say how its primary image is stored. */
import { av1Colours } from './av1-colours.ts';

export interface HeifHeader {
  readonly majorBrand: string;
  readonly brands: readonly string[];
  /** Whether the file has a primary still image, and not only a track. */
  readonly hasPrimaryImage: boolean;
  /** Whether the file has a track of frames. */
  readonly hasTrack: boolean;
  /** Whether it has a tone-mapped image (`tmap`), which is an image with an HDR gain map. */
  readonly hasGainMap: boolean;
  /** Code points of Rec. ITU-T H.273 of the primary image: from its `colr` box, otherwise from its AV1 data. */
  readonly nclx?: {
    readonly primaries: number;
    readonly transfer: number;
    readonly matrix: number;
    readonly isFullRange: boolean;
  };
  readonly isMonochrome: boolean;
  /** The ICC profile of the primary image. */
  readonly icc?: Buffer;
  /** Pixels of the primary image, before it is rotated. */
  readonly size?: { readonly width: number; readonly height: number };
}

interface Box {
  readonly type: string;
  readonly data: Buffer;
}

function* boxes(data: Buffer): Generator<Box> {
  for (let at = 0; at + 8 <= data.length; ) {
    let length = data.readUInt32BE(at);
    let header = 8;
    if (length === 1 && at + 16 <= data.length) {
      length = Number(data.readBigUInt64BE(at + 8));
      header = 16;
    } else if (length === 0) length = data.length - at;
    if (length < header) return;
    yield { type: data.toString('latin1', at + 4, at + 8), data: data.subarray(at + header, at + length) };
    at += length;
  }
}

const find = (data: Buffer, type: string) => {
  for (const box of boxes(data)) if (box.type === type) return box.data;
  return undefined;
};

/** @returns undefined for bytes that do not begin with an `ftyp` box */
export function readHeifHeader(bytes: Uint8Array): HeifHeader | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 16 || view.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const type = find(view, 'ftyp');
  if (!type || type.length < 4) return undefined;
  const brands: string[] = [];
  for (let at = 8; at + 4 <= type.length; at += 4) brands.push(type.toString('latin1', at, at + 4));
  // Four bytes of version and flags come first in a full box.
  const meta = find(view, 'meta')?.subarray(4);
  const primary = meta && primaryItem(meta);
  const properties = meta && primary !== undefined ? propertiesOf(meta, primary) : undefined;
  const configuration = properties?.all.find(({ type }) => type === 'av1C')?.data;
  const stream = configuration && meta && primary !== undefined ? av1Data(view, meta, primary) : undefined;
  const coded = stream && av1Colours(stream);
  const nclx = properties?.own.find(
    ({ type, data }) => type === 'colr' && data.toString('latin1', 0, 4) === 'nclx' && data.length >= 11,
  )?.data;
  const colr = properties?.own.find(
    ({ type, data }) => type === 'colr' && ['prof', 'rICC'].includes(data.toString('latin1', 0, 4)),
  )?.data;
  const extent = properties?.own.find(({ type, data }) => type === 'ispe' && data.length >= 12)?.data;
  return {
    majorBrand: type.toString('latin1', 0, 4),
    brands,
    hasPrimaryImage: primary !== undefined,
    hasTrack: find(view, 'moov') !== undefined,
    hasGainMap: meta !== undefined && itemsOf(meta).some(({ type }) => type === 'tmap'),
    ...(nclx || coded
      ? {
          nclx: {
            primaries: specified(nclx?.readUInt16BE(4), coded?.primaries),
            transfer: specified(nclx?.readUInt16BE(6), coded?.transfer),
            matrix: specified(nclx?.readUInt16BE(8), coded?.matrix),
            isFullRange: nclx ? ((nclx[10] ?? 0) & 0x80) !== 0 : (coded?.isFullRange ?? true),
          },
        }
      : {}),
    ...(colr ? { icc: colr.subarray(4) } : {}),
    ...(extent ? { size: { width: extent.readUInt32BE(4), height: extent.readUInt32BE(8) } } : {}),
    // AV1CodecConfigurationRecord: the third byte holds tier, depth, monochrome and subsampling.
    isMonochrome: configuration !== undefined && ((configuration[2] ?? 0) & 0x10) !== 0,
  };
}

/** The box decides, unless its code point is "unspecified" (2). */
function specified(boxed: number | undefined, coded: number | undefined): number {
  return boxed === undefined || boxed === 2 ? (coded ?? 2) : boxed;
}

/** Bytes of AV1 data that are searched for the sequence header, which comes first. */
const searchedBytes = 256;

/** The start of the AV1 data of an item, or of the first part of a grid. @returns undefined if it is not found */
function av1Data(view: Buffer, meta: Buffer, primary: number): Buffer | undefined {
  const items = itemsOf(meta);
  const coded =
    items.find(({ id, type }) => id === primary && type === 'av01') ??
    items.find(({ type }) => type === 'av01');
  const first = coded && offsetOf(meta, coded.id);
  return first === undefined ? undefined : view.subarray(first, first + searchedBytes);
}

/** The position of an item in the file (`iloc`). @returns undefined if it is stored elsewhere */
function offsetOf(meta: Buffer, item: number): number | undefined {
  const locations = find(meta, 'iloc');
  if (!locations) return undefined;
  let at = 6;
  const read = (length: number): number => {
    if (at + length > locations.length) throw new RangeError('behind the end');
    const value =
      length === 0
        ? 0
        : length === 8
          ? Number(locations.readBigUInt64BE(at))
          : locations.readUIntBE(at, length);
    at += length;
    return value;
  };
  try {
    const version = locations[0] ?? 0;
    const sizes = locations.readUInt16BE(4);
    const [offsetBytes, lengthBytes, baseBytes, indexBytes] = [
      sizes >> 12,
      (sizes >> 8) & 15,
      (sizes >> 4) & 15,
      sizes & 15,
    ];
    const idBytes = version < 2 ? 2 : 4;
    for (let entries = read(idBytes); entries > 0; entries -= 1) {
      const id = read(idBytes);
      const method = version === 0 ? 0 : read(2) & 15;
      read(2);
      const base = read(baseBytes);
      for (let extents = read(2), first = true; extents > 0; extents -= 1, first = false) {
        if (version > 0) read(indexBytes);
        const offset = read(offsetBytes);
        read(lengthBytes);
        if (id === item && first) return method === 0 ? base + offset : undefined;
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function primaryItem(meta: Buffer): number | undefined {
  const item = find(meta, 'pitm');
  if (!item || item.length < 6) return undefined;
  return item[0] === 0 ? item.readUInt16BE(4) : item.length >= 8 ? item.readUInt32BE(4) : undefined;
}

function itemsOf(meta: Buffer): { id: number; type: string }[] {
  const items = find(meta, 'iinf');
  if (!items || items.length < 6) return [];
  return [...boxes(items.subarray(items[0] === 0 ? 6 : 8))]
    .filter(({ type, data }) => type === 'infe' && data.length >= 14)
    .map(({ data }) =>
      data[0] === 3
        ? { id: data.readUInt32BE(4), type: data.toString('latin1', 10, 14) }
        : { id: data.readUInt16BE(4), type: data.toString('latin1', 8, 12) },
    );
}

/** The properties of an item, and those of all items: the parts of a grid have their own configuration. */
function propertiesOf(meta: Buffer, item: number): { own: Box[]; all: Box[] } {
  const properties = find(meta, 'iprp');
  const container = properties && find(properties, 'ipco');
  const all = container ? [...boxes(container)] : [];
  const association = properties && find(properties, 'ipma');
  const own = association ? associated(association, item).map((index) => all[index - 1]) : [];
  return { own: own.filter((box) => box !== undefined), all };
}

/** Indexes of an item's properties, from 1. */
function associated(association: Buffer, item: number): number[] {
  const version = association[0] ?? 0;
  const isWide = ((association[3] ?? 0) & 1) !== 0;
  const idBytes = version < 1 ? 2 : 4;
  const indexBytes = isWide ? 2 : 1;
  let at = 8;
  const entries = association.length >= 8 ? association.readUInt32BE(4) : 0;
  for (let entry = 0; entry < entries && at + idBytes < association.length; entry += 1) {
    const id = association.readUIntBE(at, idBytes);
    const count = association[at + idBytes] ?? 0;
    at += idBytes + 1;
    if (id === item) {
      return Array.from({ length: count }, (_, index) => {
        const place = at + index * indexBytes;
        if (place + indexBytes > association.length) return 0;
        return association.readUIntBE(place, indexBytes) & (isWide ? 0x7fff : 0x7f);
      });
    }
    at += count * indexBytes;
  }
  return [];
}
