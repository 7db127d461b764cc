/** The first directory of a TIFF file (TIFF 6.0, BigTIFF), and which kinds of TIFF the image library decodes right. */

interface TiffTags {
  /** Values of numeric tags. */
  readonly values: ReadonlyMap<number, readonly number[]>;
}

const bitsPerSample = 258;
const compression = 259;
const photometric = 262;
const samplesPerPixel = 277;
const planarConfiguration = 284;
const extraSamples = 338;
const tileWidth = 322;
const sampleFormat = 339;
const inkSet = 332;

/** Bytes of a value by its type; other types are not read. */
const valueBytes: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8 };

/** Values of one tag that are read: no tag used here has more. */
const maxValues = 64;

const saveAsRgb = 'Save it as an RGB TIFF with 8 or 16 bits, or as PNG or JPEG';
const saveWithLzw = 'Save it with LZW or ZIP compression, or without compression';

const uncommonCompressions: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  9: 'JBIG',
  10: 'JBIG',
  32766: 'NeXT',
  32809: 'ThunderScan',
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy DNG',
  34925: 'LZMA',
  34927: 'WebP',
  34933: 'PNG',
  34934: 'JPEG XR',
  50000: 'Zstandard',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

/** None, CCITT (2 to 4), LZW, JPEG, deflate, PackBits, deflate by its former number, WebP. */
const decodedCompressions = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50001]);

const uncommonColours: Readonly<Record<number, string>> = {
  4: 'a TIFF transparency mask',
  8: 'a Lab TIFF',
  9: 'a Lab TIFF (ICC Lab)',
  10: 'a Lab TIFF (ITU Lab)',
  32803: 'a TIFF with raw data of a camera sensor',
  32844: 'a TIFF with luminance in LogL',
  32845: 'a TIFF with colours in LogLuv',
  34892: 'a TIFF with raw data of a camera',
};

/** Photometric interpretations that are decoded, with their names and samples. */
const decodedColours: Readonly<Record<number, { readonly name: string; readonly samples: number }>> = {
  0: { name: 'gray', samples: 1 },
  1: { name: 'gray', samples: 1 },
  2: { name: 'RGB', samples: 3 },
  3: { name: 'palette', samples: 1 },
  5: { name: 'CMYK', samples: 4 },
  6: { name: 'YCbCr', samples: 3 },
};

const palette = 3;
const separated = 5;
const yCbCr = 6;
const jpeg = 7;

/**
 * Why a TIFF is not accepted: what it is and what to save instead, as the rest of a sentence that starts with "The file
 * is". The image library decodes such files to false pixels, or fails in the middle.
 * @returns undefined for a TIFF that is decoded right, and for bytes whose directory cannot be read
 */
export function unsupportedTiff(bytes: Uint8Array): string | undefined {
  const tags = readTiffTags(bytes);
  if (!tags) return undefined;
  const first = (tag: number, fallback: number) => tags.values.get(tag)?.[0] ?? fallback;
  const colours = first(photometric, 1);
  const uncommon = uncommonColours[colours];
  if (uncommon !== undefined) return `${uncommon}. ${saveAsRgb}`;
  const known = decodedColours[colours];
  if (!known)
    return `a TIFF with colours of an unknown kind (photometric interpretation ${colours}). ${saveAsRgb}`;

  const formats = tags.values.get(sampleFormat) ?? [];
  const bits = tags.values.get(bitsPerSample) ?? [1];
  const size = Math.max(...bits);
  if (formats.includes(3)) return `a TIFF with floating-point samples (${size} bits). ${saveAsRgb}`;
  if (formats.includes(2)) return `a TIFF with signed samples (${size} bits). ${saveAsRgb}`;
  if (formats.some((format) => format === 5 || format === 6)) {
    return `a TIFF with complex samples (${size} bits). ${saveAsRgb}`;
  }
  if (new Set(bits).size > 1)
    return `a TIFF with samples of different sizes (${bits.join(', ')} bits). ${saveAsRgb}`;
  const isSmall = size === 1 || size === 2 || size === 4;
  const samples = first(samplesPerPixel, 1);
  if (size !== 8 && size !== 16 && !(isSmall && samples === 1)) {
    return `${known.name === 'RGB' ? 'an' : 'a'} ${known.name} TIFF with ${size} bits a sample. ${saveAsRgb}`;
  }
  if (colours === palette && size > 8) return `a palette TIFF with ${size} bits a sample. ${saveAsRgb}`;

  const method = first(compression, 1);
  if (!decodedCompressions.has(method)) {
    const name = uncommonCompressions[method] ?? `method ${method}`;
    return `a TIFF with ${name} compression. ${saveWithLzw}`;
  }
  if (colours === yCbCr && method !== jpeg) return `a YCbCr TIFF without JPEG compression. ${saveAsRgb}`;
  if (method === jpeg && size !== 8)
    return `a TIFF with JPEG compression and ${size} bits a sample. ${saveWithLzw}`;
  const isPlanar = first(planarConfiguration, 1) === 2 && samples > 1;
  if (isPlanar && (tags.values.has(tileWidth) || method === jpeg || colours === yCbCr)) {
    return `a TIFF with a plane for each colour ${tags.values.has(tileWidth) ? 'in tiles' : 'in JPEG'}. Save it with interleaved channels`;
  }

  if (colours === separated && first(inkSet, 1) !== 1) return `a TIFF of inks other than CMYK. ${saveAsRgb}`;
  const extra = tags.values.get(extraSamples)?.length ?? Math.max(0, samples - known.samples);
  if (samples - extra !== known.samples) {
    return `a ${known.name} TIFF with ${samples} channels, of which ${extra} are extra ones. ${saveAsRgb}`;
  }
  if (extra > 1)
    return `a TIFF with ${extra} extra channels. Save it without alpha and spot channels, or with one alpha channel`;
  return undefined;
}

/** The numeric tags of the first directory. @returns undefined if the bytes are no TIFF, or the directory is cut off */
export function readTiffTags(bytes: Uint8Array): TiffTags | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.toString('latin1', 0, 2);
  if (view.length < 16 || (order !== 'II' && order !== 'MM')) return undefined;
  const read = (at: number, length: 1 | 2 | 4 | 8): number => {
    if (at + length > view.length) throw new RangeError('behind the end');
    if (length === 8) return Number(order === 'II' ? view.readBigUInt64LE(at) : view.readBigUInt64BE(at));
    return order === 'II' ? view.readUIntLE(at, length) : view.readUIntBE(at, length);
  };
  const version = read(2, 2);
  if (version !== 42 && version !== 43) return undefined;
  const isBig = version === 43;
  const wide = isBig ? 8 : 4;
  const values = new Map<number, number[]>();
  try {
    const directory = read(isBig ? 8 : 4, wide);
    const entries = read(directory, isBig ? 8 : 2);
    const entryBytes = isBig ? 20 : 12;
    for (let entry = 0; entry < entries; entry += 1) {
      const at = directory + (isBig ? 8 : 2) + entry * entryBytes;
      const length = valueBytes[read(at + 2, 2)];
      const count = Math.min(read(at + 4, wide), maxValues);
      if (length === undefined) continue;
      const inline = at + 4 + wide;
      const start = count * length <= wide ? inline : read(inline, wide);
      values.set(
        read(at, 2),
        Array.from({ length: count }, (_, index) => read(start + index * length, length)),
      );
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return { values };
}
