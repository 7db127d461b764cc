import { Failure } from '../failure.ts';
import { maxDecodeMilliseconds } from '../uploads/limits.ts';
import { maxReplyPixels } from './image-commands.ts';
import type { ImageFormat, ResultFormat } from './image-formats.ts';
import { isLayered } from './is-layered.ts';
import type { ImageCommand } from './read-image-query.ts';

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

/** The share of its format's budget that a result has whose pixels are changed one by one, in several passes. */
const shareWithEffects = 0.6;

/** A file of a given size is encoded up to nine times. */
const maxPixelsWithSize = 4 * megapixel;

const effects = [
  'op_brightness',
  'op_contrast',
  'op_saturation',
  'op_colorize',
  'op_blur',
  'op_sharpen',
  'op_usm',
  'rotate',
  'bgColor',
] as const satisfies readonly (keyof ImageCommand)[];

/** Pixels: the maximum area of the result of a command. */
export function maxPixelsFor(command: ImageCommand): number {
  const most = maxPixelsOf(command.fmt);
  const hasEffects = effects.some((name) => command[name] !== undefined);
  const reduced = hasEffects ? Math.floor(most * shareWithEffects) : most;
  const ofLayers = !isLayered(command) ? reduced : Math.min(reduced, maxPixelsWithLayers);
  return command.jpegSize === undefined ? ofLayers : Math.min(ofLayers, maxPixelsWithSize);
}

/** Pixels: the maximum area of a result with layers. */
export const maxPixelsWithLayers = 3 * megapixel;

/** Layers of an image besides layer 0. */
export const maxLayers = 10;

/** Files that the layers and nested requests of a request use. CloudFront takes 50 cache tags, and a renamed file of another company needs three. */
export const maxSources = 12;

/** Bytes of these files together, in memory at once: those of the largest image. */
export const maxSourceBytes = 200 * 1024 ** 2;

/**
 * Pixels that are drawn for all layers and nested requests together: 1.6 s of one processor with all effects on each layer (0.13 s a
 * megapixel, measured with six layers of 4 megapixels). With 2.5 s for decoding and 1.1 s for encoding a reply takes about 5 s at most.
 */
export const maxDrawnPixels = 12 * megapixel;

/** @throws Failure `image.too-large` if layers and nested requests together draw too many pixels */
export function checkDrawing(pixels: number): void {
  if (pixels <= maxDrawnPixels) return;
  throw new Failure(
    'image.too-large',
    `The layers and nested requests of this image have ${Math.ceil(pixels / megapixel)} megapixels in total; at most ${maxDrawnPixels / megapixel} are allowed. Request a smaller image, or fewer layers`,
  );
}

/** @throws Failure `image.too-large` if the images of all layers would take too long to decode */
export function checkDecoding(milliseconds: number): void {
  if (milliseconds <= maxDecodeMilliseconds) return;
  throw new Failure(
    'image.too-large',
    `The images of all layers would take about ${(milliseconds / 1_000).toFixed(1)} s to decode; at most ${maxDecodeMilliseconds / 1_000} s are allowed. Use fewer or smaller images`,
  );
}
