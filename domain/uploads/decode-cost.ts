import { maxReplyPixels } from '../delivery/image-commands.ts';

/** How an image is stored, from its header. */
export interface StoredImage {
  /** The image library's name: `jpeg`, `png`, `webp`, `heif`, `gif`, `tiff`. */
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** Of the file. */
  readonly bytes: number;
  readonly channels: number;
  /** Bits of a sample. */
  readonly bits: number;
  /** Progressive or interlaced: each line is stored in several passes. */
  readonly isProgressive: boolean;
  /** The image library's name of the colour space, such as `srgb`, `cmyk`, `b-w`. */
  readonly space: string;
  /** Whether it has an ICC profile. */
  readonly hasProfile: boolean;
}

/**
 * Bytes of memory to decode an image. Most formats are decoded line by line and need almost none. The formats below need
 * memory for the whole image, even if the result is small. Measured with libvips 8.18 on images of 64 to 256 megapixels,
 * in bytes per pixel: progressive JPEG 3 (4:2:0) and 8 (CMYK), interlaced PNG 3 and 8 (16 bits with alpha), GIF 5,
 * AVIF 19.
 */
export function decodeMemory({
  format,
  width,
  height,
  channels,
  bits,
  isProgressive,
}: Omit<StoredImage, 'space' | 'hasProfile' | 'bytes'>): number {
  const pixels = width * height;
  switch (format) {
    case 'jpeg':
      // All coefficients are in memory, two bytes each.
      return isProgressive ? pixels * channels * 2 : 0;
    case 'png':
      return isProgressive ? pixels * channels * Math.ceil(bits / 8) : 0;
    case 'webp':
      return pixels * 4;
    case 'gif':
      return pixels * 5;
    case 'heif':
      return pixels * 20;
    default:
      return 0;
  }
}

/** Milliseconds to decode and scale a megapixel of RGB with 8 bits, by format. */
const baseMilliseconds: Readonly<Record<string, number>> = {
  jpeg: 25,
  png: 9,
  webp: 25,
  gif: 18,
  tiff: 15,
  heif: 75,
};

/** Milliseconds for a megabyte of the file, where noise takes much longer than plain content. */
const byteMilliseconds: Readonly<Record<string, number>> = { png: 9, heif: 130 };

/**
 * Milliseconds of processor time to decode an image, convert it to sRGB and scale it to the largest result: an upper bound
 * for the slowest content. Source of the numbers: `npm run bench -- image-cost`.
 */
export function decodeMilliseconds(image: StoredImage): number {
  const { format, width, height, bytes, channels, bits, isProgressive, space, hasProfile } = image;
  const megapixels = (width * height) / 1e6;
  const isCmyk = space === 'cmyk';
  const ofPasses = isProgressive ? (format === 'jpeg' ? 35 : 10) : 0;
  const ofAlpha = channels === 4 && !isCmyk ? 14 : 0;
  const ofDepth = bits <= 8 ? 0 : format === 'tiff' ? 20 : 25;
  const ofProfile = hasProfile && !isCmyk && bits <= 8 ? 13 : 0;
  // These are scaled before they are converted, so that the conversion is that of the largest result.
  const converted = Math.min(megapixels, maxReplyPixels / 1e6);
  const ofConversion = isCmyk ? 85 : hasProfile && bits > 8 ? 50 : 0;
  const base = baseMilliseconds[format] ?? 50;
  const ofBytes = (bytes / 1e6) * (byteMilliseconds[format] ?? 0);
  return megapixels * (base + ofPasses + ofAlpha + ofDepth + ofProfile) + converted * ofConversion + ofBytes;
}
