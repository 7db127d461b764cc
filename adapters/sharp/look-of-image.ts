import sharp, { type Sharp } from 'sharp';
import { type Focus, focusShare } from '../../domain/assets/focus.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { hashPixels, type Placeholder, placeholderOf } from './placeholder.ts';
import { transformImage } from './transform-image.ts';

/** Longest side of the image that ingest looks at. */
export const lookPixels = 512;

const lookedAt = parseImageCommand(`wid=${lookPixels}&hei=${lookPixels}&fit=constrain,0&fmt=png-alpha`);

/** As long as the check of a file may take. */
const decodeMilliseconds = 60_000;

/** An upright image in sRGB: red, green, blue, alpha, 8 bits each. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What the image server shows of an image, at the size that ingest looks at. @throws Failure as transformImage */
export async function shownByServer(bytes: Uint8Array): Promise<Pixels> {
  const png = await transformImage(bytes, lookedAt, decodeMilliseconds);
  const { data, info } = await sharp(png.body).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** How an image looks. */
export interface Look extends Placeholder {
  /** Missing if nothing stands out. */
  readonly focus?: Focus;
}

/** Describes how an image looks. It takes about 20 ms for the 512 pixels that ingest decodes an image to. */
export async function lookOfImage(pixels: Pixels): Promise<Look> {
  const { data, info } = await imageOf(pixels)
    .resize({ width: hashPixels, height: hashPixels, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const focus = await findFocus(pixels);
  return {
    ...placeholderOf(data, info.width, info.height),
    ...(focus && { focus }),
  };
}

/**
 * Proposes the focal point: where the image library's attention strategy (edges, saturated colours, skin) centres a square crop. The
 * crop has the shorter side of the image, so that the image is not scaled and the place is one of its pixels.
 * @returns undefined for an image in which nothing stands out
 */
async function findFocus(pixels: Pixels): Promise<Focus | undefined> {
  const { width, height } = pixels;
  const side = Math.min(width, height);
  // A square is cropped to half of itself: the strategy needs something to cut.
  const crop = width === height ? { width, height: Math.floor(height / 2) } : { width: side, height: side };
  if (crop.height < 1) return undefined;
  const { info } = await imageOf(pixels)
    .resize({ ...crop, fit: 'cover', position: 'attention' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { attentionX = 0, attentionY = 0 } = info;
  // The first of all places, where they are equal.
  if (attentionX === 0 && attentionY === 0) return undefined;
  return { x: focusShare(attentionX / width), y: focusShare(attentionY / height), proposed: true };
}

function imageOf({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}
