/** The blocks of a GIF file (GIF89a). The image library shows the frames before a cut without an error. */

export interface GifFrames {
  /** Frames whose header is in the file. */
  readonly count: number;
  /** Number of the first frame that has fewer pixels than its header says, from 1; undefined if all are complete. */
  readonly cutFrame?: number;
  /** Whether the file ends with its end mark. */
  readonly hasEnd: boolean;
}

const extension = 0x21;
const descriptor = 0x2c;
const trailer = 0x3b;

/** Bytes of a colour table from its flags. @returns 0 if there is none */
const tableBytes = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** Reads every frame of a GIF to the end of its pixels. */
export function readGifFrames(bytes: Uint8Array): GifFrames {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 13 + tableBytes(view[10] ?? 0);
  let count = 0;
  let cutFrame: number | undefined;
  let hasEnd = false;
  while (at < view.length && !hasEnd) {
    const block = view[at];
    if (block === trailer) hasEnd = true;
    else if (block === extension) at = readSubBlocks(view, at + 2).end;
    else if (block === descriptor) {
      count += 1;
      if (at + 11 > view.length) {
        cutFrame ??= count;
        break;
      }
      const pixels = view.readUInt16LE(at + 5) * view.readUInt16LE(at + 7);
      const codes = at + 10 + tableBytes(view[at + 9] ?? 0);
      const { data, end } = readSubBlocks(view, codes + 1);
      if (!hasPixels(data, view[codes] ?? 0, pixels)) cutFrame ??= count;
      at = end;
    } else at += 1;
  }
  return { count, ...(cutFrame === undefined ? {} : { cutFrame }), hasEnd };
}

/** The bytes of sub-blocks, and the position after their terminator or at the end of the file. */
function readSubBlocks(view: Buffer, first: number): { data: Buffer; end: number } {
  const parts: Buffer[] = [];
  let at = first;
  for (let length = view[at]; length !== undefined && length > 0; length = view[at]) {
    parts.push(view.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { data: Buffer.concat(parts), end: at + 1 };
}

const maxCodes = 4_096;

/** Whether LZW data (GIF89a, appendix F) has so many pixels. Only the lengths of its strings are added up. */
function hasPixels(data: Buffer, minimumBits: number, pixels: number): boolean {
  if (minimumBits < 1 || minimumBits > 11) return pixels === 0;
  const clear = 2 ** minimumBits;
  const lengths = new Uint32Array(maxCodes).fill(1, 0, clear);
  let next = clear + 2;
  let bits = minimumBits + 1;
  let previous = -1;
  let found = 0;
  let buffer = 0;
  let available = 0;
  for (let index = 0; found < pixels; ) {
    while (available < bits && index < data.length) {
      buffer |= (data[index] ?? 0) << available;
      available += 8;
      index += 1;
    }
    if (available < bits) return false;
    const code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    available -= bits;
    if (code === clear) {
      next = clear + 2;
      bits = minimumBits + 1;
      previous = -1;
      continue;
    }
    if (code === clear + 1 || code > next || (code === next && previous < 0)) return false;
    if (previous >= 0 && next < maxCodes) {
      lengths[next] = (lengths[previous] ?? 0) + 1;
      next += 1;
      if (next === 1 << bits && bits < 12) bits += 1;
    }
    found += lengths[code] ?? 0;
    previous = code;
  }
  return true;
}
