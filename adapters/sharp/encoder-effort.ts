import type { ImageFormat, ResultFormat } from '../../domain/delivery/image-formats.ts';

interface Effort {
  /** Results of up to so many pixels get the usual effort. */
  readonly upTo: number;
  readonly usual: number;
  /** For larger results, so that the budgets of domain/delivery/pixel-budgets.ts can be large. */
  readonly large: number;
}

const megapixel = 1_000_000;

/**
 * sharp's efforts. AVIF: 0–9; 4 takes over ten times as long as 2, for files a fifth smaller. WebP without loss: 0 makes
 * files about 1.5 times as large as 4. PNG with a palette and GIF: 1 makes files of the same size as 5, with less
 * accurate palettes. Measured by `npm run bench -- image-cost`.
 */
const efforts: Readonly<Partial<Record<ImageFormat, Effort>>> = {
  png8: { upTo: 1.5 * megapixel, usual: 5, large: 1 },
  'png8-alpha': { upTo: 1.5 * megapixel, usual: 5, large: 1 },
  gif: { upTo: 1.5 * megapixel, usual: 5, large: 1 },
  'gif-alpha': { upTo: 1.5 * megapixel, usual: 5, large: 1 },
  avif: { upTo: 2 * megapixel, usual: 2, large: 0 },
  'avif-alpha': { upTo: 1.2 * megapixel, usual: 2, large: 0 },
};

const webp = 4;
const losslessWebp: Effort = { upTo: 1.5 * megapixel, usual: 4, large: 0 };
const losslessAvif: Effort = { upTo: megapixel, usual: 2, large: 0 };

/** How much work an encoder puts into a small file. Formats without such a setting ignore it. */
export function encoderEffort({ format, compression }: ResultFormat, pixels: number): number {
  const isLossless = compression === 'lossless';
  const isWebp = format === 'webp' || format === 'webp-alpha';
  if (isWebp && !isLossless) return webp;
  const effort = isWebp ? losslessWebp : isLossless ? losslessAvif : efforts[format];
  if (effort === undefined) return 0;
  return pixels <= effort.upTo ? effort.usual : effort.large;
}
