import { maxReplyPixels } from './image-commands.ts';
import type { ImageFormat, ResultFormat } from './image-formats.ts';

/** Maximum pixels of a result, by how it is encoded. */
interface Budget {
  readonly usual: number;
  readonly cmyk?: number;
  readonly lossless?: number;
}

const megapixel = 1_000_000;
const whole: Budget = { usual: maxReplyPixels };
const photo: Budget = { usual: maxReplyPixels, cmyk: 6 * megapixel };
const palette: Budget = { usual: 4 * megapixel };

/**
 * Pixel budgets by format: the pixels that one processor encodes in 2.5 seconds, for the slowest content (noise, or a
 * noisy photo). Source of the numbers: `npm run bench -- image-cost`, which fails if a reply takes more than 5
 * seconds. Decoding and scaling the source take at most `maxDecodeMilliseconds` (domain/uploads/limits.ts) of them.
 */
const budgets: Readonly<Record<ImageFormat, Budget>> = {
  jpeg: photo,
  pjpeg: photo,
  png: whole,
  'png-alpha': whole,
  png8: palette,
  'png8-alpha': palette,
  webp: { usual: 10 * megapixel, lossless: 4 * megapixel },
  'webp-alpha': { usual: 3.5 * megapixel, lossless: 4 * megapixel },
  avif: { usual: 7 * megapixel, lossless: 3 * megapixel },
  'avif-alpha': { usual: 4 * megapixel, lossless: 2 * megapixel },
  gif: palette,
  'gif-alpha': palette,
  tif: photo,
  'tif-alpha': whole,
};

/** Pixels: the maximum area of a result in a format. */
export function maxPixelsOf({ format, pixelType, compression }: ResultFormat): number {
  const { usual, cmyk = usual, lossless = usual } = budgets[format];
  if (pixelType === 'cmyk') return cmyk;
  return compression === 'lossless' ? lossless : usual;
}
