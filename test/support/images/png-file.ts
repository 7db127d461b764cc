/** PNG files made byte by byte: any depth, colour type, profile and additional chunk. */
import { crc32, deflateSync } from 'node:zlib';

export const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(12 + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  /** Samples of every pixel, 0–1: gray, gray and alpha, RGB, or RGB and alpha. */
  readonly pixel: readonly number[];
  readonly icc?: Uint8Array;
  /** Chunks between the header and the pixels. */
  readonly before?: readonly Buffer[];
  /** Chunks between the pixels and the end. */
  readonly after?: readonly Buffer[];
}

const colourTypes: Readonly<Record<number, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

export function pngHeader({ width, height, bits, pixel }: PngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colourTypes[pixel.length] ?? 0, 0, 0, 0], 8);
  return pngChunk('IHDR', header);
}

/** The compressed pixels of an image of one colour. */
export function pngPixels({ width, height, bits, pixel }: PngOptions): Buffer {
  const bytes = bits / 8;
  const max = 2 ** bits - 1;
  const line = Buffer.alloc(1 + width * pixel.length * bytes);
  for (let sample = 0; sample < width * pixel.length; sample += 1) {
    const value = Math.round((pixel[sample % pixel.length] ?? 0) * max);
    line.writeUIntBE(value, 1 + sample * bytes, bytes);
  }
  return deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
}

/** A PNG of one colour. */
export function pngFile(options: PngOptions): Buffer {
  const { icc, before = [], after = [] } = options;
  return Buffer.concat([
    pngSignature,
    pngHeader(options),
    ...(icc ? [pngChunk('iCCP', Buffer.concat([Buffer.from('test\0\0', 'latin1'), deflateSync(icc)]))] : []),
    ...before,
    pngChunk('IDAT', pngPixels(options)),
    ...after,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
