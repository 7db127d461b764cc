/** What the samples of a pixel are, as TIFF 6.0 numbers them (PhotometricInterpretation). */
const interpretations = { gray: 1, rgb: 2, cmyk: 5 } as const;
export type PlainColours = keyof typeof interpretations;

/** Samples of a pixel without alpha. */
export const samplesOf: Readonly<Record<PlainColours, number>> = { gray: 1, rgb: 3, cmyk: 4 };

export interface PlainTiff {
  readonly file: Buffer;
  /** The part of `file` that holds the samples, interleaved, 8 bits each. */
  readonly pixels: Buffer;
}

/** Lines that the image library reads at a time. */
const stripLines = 16;

const short = 3;
const long = 4;
const undefinedType = 7;

/**
 * An uncompressed TIFF to be filled with pixels. The image library takes raw samples as gray or RGB only; in a TIFF, it takes CMYK
 * and ICC profiles too.
 */
export function plainTiff(image: {
  readonly width: number;
  readonly height: number;
  readonly colours: PlainColours;
  readonly hasAlpha: boolean;
  readonly profile?: Uint8Array | undefined;
}): PlainTiff {
  const { width, height, colours, hasAlpha, profile } = image;
  const samples = samplesOf[colours] + (hasAlpha ? 1 : 0);
  const strips = Math.ceil(height / stripLines);
  const stripBytes = stripLines * width * samples;
  const pixelBytes = width * height * samples;
  const entries: [tag: number, type: number, count: number, values: readonly number[] | Uint8Array][] = [
    [256, long, 1, [width]],
    [257, long, 1, [height]],
    [258, short, samples, Array.from({ length: samples }, () => 8)],
    [259, short, 1, [1]],
    [262, short, 1, [interpretations[colours]]],
    [273, long, strips, []],
    [277, short, 1, [samples]],
    [278, long, 1, [stripLines]],
    [279, long, strips, []],
    // Unassociated alpha.
    ...(hasAlpha ? [[338, short, 1, [2]] as [number, number, number, number[]]] : []),
    ...(profile
      ? [[34675, undefinedType, profile.length, profile] as [number, number, number, Uint8Array]]
      : []),
  ];
  const directoryBytes = 2 + entries.length * 12 + 4;
  const valuesAt = 8 + directoryBytes;
  const sizeOf = (type: number, count: number) => count * (type === short ? 2 : type === long ? 4 : 1);
  const outside = entries.map(([, type, count]) => (sizeOf(type, count) > 4 ? sizeOf(type, count) : 0));
  const even = (bytes: number) => bytes + (bytes % 2);
  const pixelsAt = valuesAt + outside.reduce((sum, bytes) => sum + even(bytes), 0);
  const file = Buffer.alloc(pixelsAt + pixelBytes);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries.length, 8);
  let next = valuesAt;
  for (const [index, [tag, type, count, given]] of entries.entries()) {
    const at = 10 + index * 12;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    const bytes = outside[index] ?? 0;
    const to = bytes > 0 ? next : at + 8;
    if (bytes > 0) file.writeUInt32LE(next, at + 8);
    next += even(bytes);
    if (given instanceof Uint8Array) {
      file.set(given, to);
      continue;
    }
    const numberAt = (strip: number) =>
      tag === 273
        ? pixelsAt + strip * stripBytes
        : tag === 279
          ? Math.min(stripBytes, pixelBytes - strip * stripBytes)
          : (given[strip] ?? 0);
    for (let value = 0; value < count; value += 1) {
      if (type === short) file.writeUInt16LE(numberAt(value), to + value * 2);
      else file.writeUInt32LE(numberAt(value), to + value * 4);
    }
  }
  return { file, pixels: file.subarray(pixelsAt) };
}
