/** TIFF files made byte by byte: any kind of samples, colours and arrangement. */

export type TiffTag = readonly [tag: number, type: 'byte' | 'short' | 'long', ...values: number[]];

export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  readonly photometric: number;
  readonly bits: number;
  /** 1 unsigned (the default), 2 signed, 3 floating-point. */
  readonly format?: number;
  readonly samples: number;
  /** One strip, or one plane after another; the bytes decide how the samples are stored. */
  readonly data: Buffer;
  readonly icc?: Uint8Array;
  readonly compression?: number;
  readonly planar?: boolean;
  readonly extraSamples?: readonly number[];
  /** Tags that replace those that follow from the options, or are added to them. */
  readonly tags?: readonly TiffTag[];
  readonly bigEndian?: boolean;
}

const typeNumbers = { byte: 1, short: 3, long: 4 } as const;
const typeBytes = { byte: 1, short: 2, long: 4 } as const;

/** A TIFF of one strip (of one strip a plane if it is planar). */
export function tiffFile(options: TiffOptions): Buffer {
  const { width, height, photometric, bits, samples, data, planar = false } = options;
  const first = 8;
  const strips = planar ? samples : 1;
  const stripBytes = data.length / strips;
  const numbers = <Value>(of: (index: number) => Value) =>
    Array.from({ length: strips }, (_, index) => of(index));
  const iccAt = first + data.length + (data.length % 2);
  const tags = new Map<number, TiffTag>();
  const all: TiffTag[] = [
    [256, 'long', width],
    [257, 'long', height],
    [258, 'short', ...Array.from({ length: samples }, () => bits)],
    [259, 'short', options.compression ?? 1],
    [262, 'short', photometric],
    [273, 'long', ...numbers((index) => first + index * stripBytes)],
    [277, 'short', samples],
    [278, 'long', height],
    [279, 'long', ...numbers(() => stripBytes)],
    [284, 'short', planar ? 2 : 1],
    ...(options.extraSamples ? [[338, 'short', ...options.extraSamples] as const] : []),
    [339, 'short', ...Array.from({ length: samples }, () => options.format ?? 1)],
    ...(options.tags ?? []),
  ];
  for (const tag of all) tags.set(tag[0], tag);
  const icc = options.icc ?? Buffer.alloc(0);
  return assemble([...tags.values()], data, icc, iccAt, options.bigEndian ?? false);
}

function assemble(tags: TiffTag[], data: Buffer, icc: Uint8Array, iccAt: number, bigEndian: boolean): Buffer {
  const write = (buffer: Buffer, value: number, at: number, bytes: number) =>
    bigEndian ? buffer.writeUIntBE(value, at, bytes) : buffer.writeUIntLE(value, at, bytes);
  const directory = iccAt + icc.length + (icc.length % 2);
  const sorted = [...tags].sort(([a], [b]) => a - b);
  const count = sorted.length + (icc.length > 0 ? 1 : 0);
  const outside: Buffer[] = [];
  let outsideAt = directory + 2 + count * 12 + 4;
  const entries = sorted.map(([tag, type, ...values]) => {
    const entry = Buffer.alloc(12);
    write(entry, tag, 0, 2);
    write(entry, typeNumbers[type], 2, 2);
    write(entry, values.length, 4, 4);
    const bytes = Buffer.alloc(Math.max(4, values.length * typeBytes[type]));
    values.forEach((value, index) => {
      write(bytes, value, index * typeBytes[type], typeBytes[type]);
    });
    if (bytes.length === 4) bytes.copy(entry, 8);
    else {
      write(entry, outsideAt, 8, 4);
      outside.push(bytes);
      outsideAt += bytes.length;
    }
    return { tag, entry };
  });
  if (icc.length > 0) {
    const entry = Buffer.alloc(12);
    write(entry, 34_675, 0, 2);
    write(entry, 7, 2, 2);
    write(entry, icc.length, 4, 4);
    write(entry, iccAt, 8, 4);
    entries.push({ tag: 34_675, entry });
  }
  entries.sort((a, b) => a.tag - b.tag);
  const file = Buffer.alloc(directory + 2 + count * 12 + 4);
  file.write(bigEndian ? 'MM' : 'II', 0, 'latin1');
  write(file, 42, 2, 2);
  write(file, directory, 4, 4);
  data.copy(file, 8);
  file.set(icc, iccAt);
  write(file, count, directory, 2);
  entries.forEach(({ entry }, index) => {
    entry.copy(file, directory + 2 + index * 12);
  });
  return Buffer.concat([file, ...outside]);
}

/** Samples of an image of one colour, interleaved. @param pixel 0–1 */
export function tiffPixels(
  { width, height, bits }: { width: number; height: number; bits: 8 | 16 },
  pixel: readonly number[],
): Buffer {
  const bytes = bits / 8;
  const data = Buffer.alloc(width * height * pixel.length * bytes);
  for (let sample = 0; sample < width * height * pixel.length; sample += 1) {
    data.writeUIntLE(
      Math.round((pixel[sample % pixel.length] ?? 0) * (2 ** bits - 1)),
      sample * bytes,
      bytes,
    );
  }
  return data;
}
