import { rgbaToThumbHash } from 'thumbhash';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { dominantColour } from './dominant-colour.ts';
import { transformImage } from './transform-image.ts';

/** Longest side of the image that a ThumbHash is made from: the library refuses larger ones. */
export const hashPixels = 100;

/** What a page shows until an image is loaded. */
export interface Placeholder {
  /** A few dozen bytes that a blurred picture can be drawn from, base64. */
  readonly thumbHash: string;
  /** `#rrggbb` */
  readonly dominantColour: string;
}

/** @param data red, green, blue, alpha, 8 bits each. @param width and height at most {@link hashPixels} */
export function placeholderOf(data: Uint8Array, width: number, height: number): Placeholder {
  return {
    thumbHash: Buffer.from(rgbaToThumbHash(width, height, data)).toString('base64'),
    dominantColour: dominantColour(data),
  };
}

const small = parseImageCommand(`wid=${hashPixels}&hei=${hashPixels}&fit=constrain,0&fmt=png-alpha`);

/**
 * Makes the placeholder of an image that was ingested without one, or that a recipe makes.
 * @param milliseconds time limit
 * @throws Failure as transformImage
 */
export async function makePlaceholder(
  source: Uint8Array,
  milliseconds: number,
  recipe?: ImageCommand,
): Promise<Placeholder> {
  const { body } = await transformImage(source, small, milliseconds, recipe);
  // The image server loads the library with the first image, not with its modules.
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(body).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return placeholderOf(data, info.width, info.height);
}
