import type { ImageFormat, ResultFormat } from '../../domain/delivery/image-formats.ts';

/** An effort, and the largest result in pixels that gets it. */
interface Step {
  readonly upTo: number;
  readonly effort: number;
}

const megapixel = 1_000_000;

const palette: readonly Step[] = [
  { upTo: 1.5 * megapixel, effort: 5 },
  { upTo: Number.POSITIVE_INFINITY, effort: 1 },
];

/**
 * sharp's efforts, by the size of the result: larger results get less, so that the budgets of
 * domain/delivery/pixel-budgets.ts can be large. Measured by `npm run bench -- image-cost` and, at equal likeness, by
 * `npm run bench -- images`.
 * - AVIF, 0–9: 3 makes files of 0.98 of the bytes that sharp's 4 makes, in a quarter of the time. 1 makes files of 1.07 in a
 *   tenth of the time; 2 is hardly smaller than 1 and takes 1.5 times as long.
 * - PNG with a palette and GIF: 1 makes files of the same size as 5, with less accurate palettes.
 */
const efforts: Readonly<Partial<Record<ImageFormat, readonly Step[]>>> = {
  png8: palette,
  'png8-alpha': palette,
  gif: palette,
  'gif-alpha': palette,
  avif: [
    { upTo: 1.5 * megapixel, effort: 3 },
    { upTo: 4 * megapixel, effort: 1 },
    { upTo: Number.POSITIVE_INFINITY, effort: 0 },
  ],
  'avif-alpha': [
    { upTo: 0.9 * megapixel, effort: 3 },
    { upTo: 2 * megapixel, effort: 1 },
    { upTo: Number.POSITIVE_INFINITY, effort: 0 },
  ],
};

/** 2 takes half of the time for files of 1.1 of the bytes at the same likeness; 5 makes 0.96 in 1.2 times the time. */
const webp: readonly Step[] = [{ upTo: Number.POSITIVE_INFINITY, effort: 4 }];

/** 0 makes files about 1.5 times as large as 4. */
const losslessWebp: readonly Step[] = [
  { upTo: 1.5 * megapixel, effort: 4 },
  { upTo: Number.POSITIVE_INFINITY, effort: 0 },
];

const losslessAvif: readonly Step[] = [
  { upTo: megapixel, effort: 2 },
  { upTo: Number.POSITIVE_INFINITY, effort: 0 },
];

/** How much work an encoder puts into a small file. Formats without such a setting ignore it. */
export function encoderEffort(format: ResultFormat, pixels: number): number {
  return stepsOf(format).find(({ upTo }) => pixels <= upTo)?.effort ?? 0;
}

/** Pixels: the largest result of each effort, up to a size. These are the slowest results of a format. */
export function largestByEffort(format: ResultFormat, most: number): readonly number[] {
  return [...stepsOf(format).flatMap(({ upTo }) => (upTo < most ? [upTo] : [])), most];
}

function stepsOf({ format, compression }: ResultFormat): readonly Step[] {
  const isLossless = compression === 'lossless';
  if (format === 'webp' || format === 'webp-alpha') return isLossless ? losslessWebp : webp;
  return isLossless ? losslessAvif : (efforts[format] ?? []);
}
