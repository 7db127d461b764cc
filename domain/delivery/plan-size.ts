import { Failure } from '../failure.ts';
import { maxPixels as maxScaledPixels } from '../uploads/limits.ts';
import { maxReplySide } from './image-commands.ts';
import { maxPixelsOf } from './pixel-budgets.ts';
import type { ImageCommand } from './read-image-query.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How a source image becomes a result: it is scaled, cut to a window, and placed on a canvas. In each direction it is
 * either cut or padded.
 */
export interface SizePlan {
  /** Size of the scaled source. */
  readonly scaled: Size;
  /** The window of the scaled image that is kept. */
  readonly kept: Size & { readonly left: number; readonly top: number };
  /** Size of the result, and the position of the kept window in it. */
  readonly reply: Size & { readonly left: number; readonly top: number };
}

/**
 * Computes the sizes for `wid`, `hei` and `fit`. The scale is result ÷ source: `fit` uses the smaller scale of both
 * directions, `crop` the larger one. Sizes are rounded to the nearest pixel and are at least 1. Cut and padding are
 * distributed evenly; an odd pixel is on the right or at the bottom.
 * @param source size of the upright image, with its EXIF orientation applied
 * @throws Failure `image.too-large` that names the limit
 */
export function planSize(source: Size, command: Pick<ImageCommand, 'wid' | 'hei' | 'fit' | 'fmt'>): SizePlan {
  const { wid, hei, fit, fmt } = command;
  if (wid === undefined && hei === undefined) return whole(withinLimits(source, maxPixelsOf(fmt)));
  const checked = (plan: SizePlan) => withinBounds(plan, source, fmt);

  if (wid === undefined || hei === undefined) {
    const scale = wid === undefined ? (hei ?? 1) / source.height : wid / source.width;
    const plan = whole(scaleBy(source, limit(scale, fit.upscale)));
    return checked(plan);
  }

  const scales = { x: limit(wid / source.width, fit.upscale), y: limit(hei / source.height, fit.upscale) };
  const smaller = scaleBy(source, Math.min(scales.x, scales.y));
  const larger = scaleBy(source, Math.max(scales.x, scales.y));
  const asked = { width: wid, height: hei };
  switch (fit.mode) {
    case 'fit':
      return checked(placed(smaller, asked));
    case 'constrain':
      return checked(whole(smaller));
    case 'crop':
      return checked(placed(larger, asked));
    case 'wrap':
      return checked(
        placed(larger, { width: Math.max(wid, larger.width), height: Math.max(hei, larger.height) }),
      );
    case 'stretch':
      return checked(
        placed(
          { width: atLeastOne(source.width * scales.x), height: atLeastOne(source.height * scales.y) },
          asked,
        ),
      );
    case 'hfit':
      return checked(placed(scaleBy(source, scales.x), asked));
    case 'vfit':
      return checked(placed(scaleBy(source, scales.y), asked));
  }
}

function limit(scale: number, upscale: boolean): number {
  return upscale ? scale : Math.min(scale, 1);
}

function scaleBy(source: Size, scale: number): Size {
  return { width: atLeastOne(source.width * scale), height: atLeastOne(source.height * scale) };
}

function atLeastOne(pixels: number): number {
  return Math.max(1, Math.round(pixels));
}

/** Without wid and hei, a source beyond the limits is shrunk to the limits and not refused. */
function withinLimits(source: Size, pixels: number): Size {
  const scale = Math.min(
    1,
    maxReplySide / source.width,
    maxReplySide / source.height,
    Math.sqrt(pixels / (source.width * source.height)),
  );
  // Rounded down: both sides rounded up could exceed the limit again.
  return {
    width: Math.max(1, Math.floor(source.width * scale)),
    height: Math.max(1, Math.floor(source.height * scale)),
  };
}

function whole(scaled: Size): SizePlan {
  return placed(scaled, scaled);
}

function placed(scaled: Size, reply: Size): SizePlan {
  const width = Math.min(scaled.width, reply.width);
  const height = Math.min(scaled.height, reply.height);
  return {
    scaled,
    kept: {
      left: Math.floor((scaled.width - width) / 2),
      top: Math.floor((scaled.height - height) / 2),
      width,
      height,
    },
    reply: {
      left: Math.floor((reply.width - width) / 2),
      top: Math.floor((reply.height - height) / 2),
      width: reply.width,
      height: reply.height,
    },
  };
}

function withinBounds(plan: SizePlan, source: Size, fmt: ImageCommand['fmt']): SizePlan {
  const { reply, scaled } = plan;
  const maxPixels = maxPixelsOf(fmt);
  const compression =
    fmt.compression === 'lossless' ? ' without loss' : fmt.pixelType === 'cmyk' ? ' in CMYK' : '';
  const from = `From an image of ${source.width} × ${source.height} pixels`;
  if (reply.width > maxReplySide || reply.height > maxReplySide || reply.width * reply.height > maxPixels) {
    throw new Failure(
      'image.too-large',
      `${from}, the result would have ${reply.width} × ${reply.height}; at most ${maxReplySide} × ${maxReplySide} and ${maxPixels} pixels in total are allowed in ${fmt.format}${compression}`,
    );
  }
  // Pixels that are cut off cost time too: a long and thin source could be scaled to billions of pixels.
  if (scaled.width * scaled.height > maxScaledPixels) {
    throw new Failure(
      'image.too-large',
      `${from}, the scaled image would have ${scaled.width} × ${scaled.height} before it is cut; at most ${maxScaledPixels} pixels in total are allowed`,
    );
  }
  return plan;
}
