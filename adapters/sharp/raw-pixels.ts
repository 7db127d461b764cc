import type { Sharp } from 'sharp';
import type { Size } from '../../domain/delivery/plan-size.ts';
import type { Colour } from '../../domain/delivery/read-image-query.ts';
import { loadSharp } from './load-sharp.ts';
import { type Time, withinTime } from './within-time.ts';

/** White, so that what is added to it without its alpha is no dark edge. */
export const transparent: Colour = { r: 255, g: 255, b: 255, alpha: 0 };

/** An image, or what of it is visible, and its place in the result. */
export interface Placed {
  readonly image: Sharp | undefined;
  readonly size: Size;
  readonly at: { readonly left: number; readonly top: number };
}

/**
 * Raw pixels as the source of the next pipeline: what must happen in this order, since sharp has an order of its own.
 * @param size of the pixels. sharp reports another one where an image is cut and then extended
 */
export async function fromRaw(pipeline: Sharp, { width, height }: Size, time: () => Time): Promise<Sharp> {
  const { data, info } = await withinTime(pipeline, time(), () =>
    pipeline.toBuffer({ resolveWithObject: true }),
  );
  const sharp = await loadSharp();
  const { channels } = info;
  const isDeep = data.length > width * height * channels;
  const pixels = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return sharp(pixels, { raw: { width, height, channels } });
}

/** An image on a larger canvas, or the canvas alone. */
export async function onCanvas(
  { image, size, at }: Placed,
  canvas: Size,
  background: Colour,
): Promise<Sharp> {
  if (!image) {
    const { width, height } = canvas;
    return (await loadSharp())({ create: { width, height, channels: 4, background } });
  }
  const right = canvas.width - size.width - at.left;
  const bottom = canvas.height - size.height - at.top;
  if (at.left === 0 && at.top === 0 && right === 0 && bottom === 0) return image;
  return image.extend({ left: at.left, top: at.top, right, bottom, background });
}

export function rgba(image: Sharp): Sharp {
  return image.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' });
}

/** Red, green, blue, alpha, 8 bits each. */
export async function pixelsOf(image: Sharp, time: () => Time): Promise<Buffer> {
  const pipeline = rgba(image);
  return withinTime(pipeline, time(), () => pipeline.toBuffer());
}

export async function fromPixels(pixels: Uint8Array, { width, height }: Size): Promise<Sharp> {
  return (await loadSharp())(pixels, { raw: { width, height, channels: 4 } });
}
