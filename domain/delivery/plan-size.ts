import { Failure } from '../failure.ts';
import { maxPixels } from '../uploads/limits.ts';
import { maxReplyPixels, maxReplySide } from './image-commands.ts';
import type { ImageCommand } from './read-image-query.ts';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How a source becomes a reply: scaled, then a window of it cut out, then laid on a canvas. Only one of cutting and
 * padding happens in each direction.
 */
export interface SizePlan {
  /** What the whole source is scaled to. */
  readonly scaled: Size;
  /** What is kept of that. */
  readonly kept: Size & { readonly left: number; readonly top: number };
  /** The reply, and where in it what was kept comes to lie. */
  readonly reply: Size & { readonly left: number; readonly top: number };
}

/**
 * The arithmetic of wid, hei and fit. scale = response ÷ source: `fit` takes the smaller of both directions, `crop`
 * the larger. Sizes are rounded to the nearest pixel and are never below 1; what is cut off or padded is shared
 * evenly, an odd pixel going to the right or the bottom.
 * @param source upright, that is with its orientation applied
 * @throws Failure `image.too-large` that names the limit
 */
export function planSize(source: Size, command: Pick<ImageCommand, 'wid' | 'hei' | 'fit'>): SizePlan {
  const { wid, hei, fit } = command;
  if (wid === undefined && hei === undefined) return whole(withinLimits(source));

  if (wid === undefined || hei === undefined) {
    const scale = wid === undefined ? (hei ?? 1) / source.height : wid / source.width;
    const plan = whole(scaleBy(source, limit(scale, fit.upscale)));
    return checked(plan, source);
  }

  const scales = { x: limit(wid / source.width, fit.upscale), y: limit(hei / source.height, fit.upscale) };
  const smaller = scaleBy(source, Math.min(scales.x, scales.y));
  const larger = scaleBy(source, Math.max(scales.x, scales.y));
  const asked = { width: wid, height: hei };
  switch (fit.mode) {
    case 'fit':
      return checked(placed(smaller, asked), source);
    case 'constrain':
      return checked(whole(smaller), source);
    case 'crop':
      return checked(placed(larger, asked), source);
    case 'wrap':
      return checked(
        placed(larger, { width: Math.max(wid, larger.width), height: Math.max(hei, larger.height) }),
        source,
      );
    case 'stretch':
      return checked(
        placed(
          { width: atLeastOne(source.width * scales.x), height: atLeastOne(source.height * scales.y) },
          asked,
        ),
        source,
      );
    case 'hfit':
      return checked(placed(scaleBy(source, scales.x), asked), source);
    case 'vfit':
      return checked(placed(scaleBy(source, scales.y), asked), source);
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

/** Without wid and hei a source beyond the limits is shown as large as they allow, rather than not at all. */
function withinLimits(source: Size): Size {
  const scale = Math.min(
    1,
    maxReplySide / source.width,
    maxReplySide / source.height,
    Math.sqrt(maxReplyPixels / (source.width * source.height)),
  );
  // Down, not to the nearest: both sides rounded up could pass the limit again.
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

function checked(plan: SizePlan, source: Size): SizePlan {
  const { reply, scaled } = plan;
  const from = `From an image of ${source.width} × ${source.height} pixels`;
  if (
    reply.width > maxReplySide ||
    reply.height > maxReplySide ||
    reply.width * reply.height > maxReplyPixels
  ) {
    throw new Failure(
      'image.too-large',
      `${from} this makes a reply of ${reply.width} × ${reply.height}; at most ${maxReplySide} × ${maxReplySide} and ${maxReplyPixels} pixels in all are made`,
    );
  }
  // What is cut off costs too. A source as long as it is thin could else be scaled to billions of pixels.
  if (scaled.width * scaled.height > maxPixels) {
    throw new Failure(
      'image.too-large',
      `${from} this makes one of ${scaled.width} × ${scaled.height} before it is cut; at most ${maxPixels} pixels in all are made`,
    );
  }
  return plan;
}
