import sharp from 'sharp';
import type { AutoQuality } from '../../domain/delivery/auto-quality.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { encode } from './encode-image.ts';
import type { Pixels } from './look-of-image.ts';

/**
 * Structural similarity (SSIM) that the found quality has to the picture: about where differences begin to be seen side by side.
 */
export const targetLikeness = 0.95;

/** The lowest and the highest quality that is tried. The highest is the default: `qlt=auto` never makes larger files. */
const range: Readonly<Record<keyof AutoQuality, readonly [min: number, max: number]>> = {
  jpeg: [40, 80],
  webp: [40, 80],
  avif: [30, 80],
};

/** Qualities closer than this make no visible difference; halving ends there. */
const step = 4;

/**
 * Finds the lowest quality of each lossy format at which a picture still has the target likeness, by halving. It takes about 0.5 s of
 * processor time for the 512 pixels that ingest decodes an image to: four to five files of each format.
 */
export async function findQualities(pixels: Pixels): Promise<AutoQuality> {
  const { data, width, height } = pixels;
  const original = await sharp(data, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer();
  const luma = lumaOf(original);
  const found: Record<keyof AutoQuality, number> = { jpeg: 80, webp: 80, avif: 80 };
  for (const format of ['jpeg', 'webp', 'avif'] as const) {
    let [low, high] = range[format];
    while (high - low >= step) {
      const middle = Math.floor((low + high) / 2);
      const { fmt, qlt } = parseImageCommand(`fmt=${format}&qlt=${middle}`);
      const image = sharp(original, { raw: { width, height, channels: 3 } });
      const file = await encode(image, { fmt, qlt }, width * height).toBuffer();
      const made = lumaOf(await sharp(file).toColourspace('srgb').removeAlpha().raw().toBuffer());
      if (likeness(luma, made, width, height) >= targetLikeness) high = middle;
      else low = middle + 1;
    }
    found[format] = high;
  }
  return found;
}

/** Brightness of red, green and blue: Rec. ITU-R BT.601, as in JPEG. */
function lumaOf(pixels: Uint8Array): Float32Array {
  const luma = new Float32Array(pixels.length / 3);
  for (let index = 0; index < luma.length; index += 1) {
    const [red = 0, green = 0, blue = 0] = [pixels[index * 3], pixels[index * 3 + 1], pixels[index * 3 + 2]];
    luma[index] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return luma;
}

const windowSide = 8;
const windowStep = 4;

/** Constants of Wang et al., 2004, for 8 bits. */
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/** The mean SSIM of windows of 8 × 8 pixels; 1 for equal pictures, and for pictures that are smaller than a window. */
function likeness(one: Float32Array, other: Float32Array, width: number, height: number): number {
  let sum = 0;
  let count = 0;
  for (let top = 0; top + windowSide <= height; top += windowStep) {
    for (let left = 0; left + windowSide <= width; left += windowStep) {
      sum += windowLikeness(one, other, width, left, top);
      count += 1;
    }
  }
  return count === 0 ? 1 : sum / count;
}

function windowLikeness(
  one: Float32Array,
  other: Float32Array,
  width: number,
  left: number,
  top: number,
): number {
  let [sumA, sumB, squareA, squareB, cross] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + windowSide; y += 1) {
    for (let at = y * width + left; at < y * width + left + windowSide; at += 1) {
      const a = one[at] as number;
      const b = other[at] as number;
      sumA += a;
      sumB += b;
      squareA += a * a;
      squareB += b * b;
      cross += a * b;
    }
  }
  const pixels = windowSide ** 2;
  const meanA = sumA / pixels;
  const meanB = sumB / pixels;
  const varianceA = squareA / pixels - meanA ** 2;
  const varianceB = squareB / pixels - meanB ** 2;
  const covariance = cross / pixels - meanA * meanB;
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
    ((meanA ** 2 + meanB ** 2 + c1) * (varianceA + varianceB + c2))
  );
}
