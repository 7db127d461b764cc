/** The formats of results, from the protocol's reference of `fmt`. The first entry of each list is the default. */

const photo = ['rgb', 'gray', 'cmyk'] as const;
const screen = ['rgb', 'gray'] as const;
/** WebP and AVIF have neither a grey mode nor CMYK. */
const colour = ['rgb'] as const;
const fixed = ['none'] as const;
const either = ['lossy', 'lossless'] as const;

export const imageFormats = {
  jpeg: { pixelTypes: photo, compressions: fixed },
  pjpeg: { pixelTypes: photo, compressions: fixed },
  png: { pixelTypes: screen, compressions: fixed },
  'png-alpha': { pixelTypes: screen, compressions: fixed },
  png8: { pixelTypes: screen, compressions: fixed },
  'png8-alpha': { pixelTypes: screen, compressions: fixed },
  webp: { pixelTypes: colour, compressions: either },
  'webp-alpha': { pixelTypes: colour, compressions: either },
  avif: { pixelTypes: colour, compressions: either },
  'avif-alpha': { pixelTypes: colour, compressions: either },
  gif: { pixelTypes: screen, compressions: fixed },
  'gif-alpha': { pixelTypes: screen, compressions: fixed },
  tif: { pixelTypes: photo, compressions: ['none', 'lzw', 'zip', 'jpeg'] },
  // JPEG has no transparency.
  'tif-alpha': { pixelTypes: screen, compressions: ['none', 'lzw', 'zip'] },
} as const;

/** Formats that a request gets only if the visitor's browser accepts them, the best one first. */
export const negotiableFormats = ['avif', 'webp'] as const;
export type NegotiableFormat = (typeof negotiableFormats)[number];

export type ImageFormat = keyof typeof imageFormats;
export type PixelType = (typeof photo)[number];
export type Compression = 'none' | 'lossy' | 'lossless' | 'lzw' | 'zip' | 'jpeg';

/** The format of a result, complete. */
export interface ResultFormat {
  readonly format: ImageFormat;
  readonly pixelType: PixelType;
  readonly compression: Compression;
}

/** MIME types, by the format without its `-alpha`. */
const mimeTypes: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  pjpeg: 'image/jpeg',
  png: 'image/png',
  png8: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tif: 'image/tiff',
};

/** The Content-Type of a result in this format. */
export function mimeTypeOf(format: ImageFormat): string {
  return mimeTypes[format.replace('-alpha', '')] ?? 'application/octet-stream';
}

/** Whether the format keeps transparency. In other formats, transparent areas become white. */
export function keepsAlpha(format: ImageFormat): boolean {
  return format.indexOf('-alpha') > 0;
}

/** Whether the encoder uses the quality (1 to 100). */
export function usesQuality(format: ImageFormat, compression: Compression): boolean {
  return format === 'jpeg' || format === 'pjpeg' || compression === 'lossy' || compression === 'jpeg';
}
