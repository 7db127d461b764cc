import { maxReplySide } from './image-commands.ts';
import type { ImageCommand } from './read-image-query.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place in an image, in shares of its width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
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
 * Computes the sizes of the view: `wid`, `hei`, `fit`, `scl` and `align`. The scale is result ÷ source: `fit` uses the smaller
 * scale of both directions, `crop` the larger one, and `scl` is a divisor. Sizes are rounded to the nearest pixel and are at least
 * 1. `align` distributes what is cut or padded; an odd pixel is on the right or at the bottom. Without it, `fit=crop` keeps the
 * window whose middle is nearest to the focal point.
 * @param source size of the composite, or of its region, and its focal point if it has one
 * @param mostPixels the maximum area of the result
 */
export function planSize(
  source: Size & { readonly focus?: Point | undefined },
  command: Pick<ImageCommand, 'wid' | 'hei' | 'scl' | 'fit' | 'align' | 'dpr' | 'limits'>,
  mostPixels: number,
): SizePlan {
  const { fit, scl, align } = command;
  const { wid, hei } = pixelsOf(command, mostPixels);
  const placed = (scaled: Size, reply: Size) => placedBy(scaled, reply, align ?? { x: 0, y: 0 });
  if (scl !== undefined) {
    const scaled = scaleBy(source, 1 / scl);
    return placed(scaled, { width: wid ?? scaled.width, height: hei ?? scaled.height });
  }
  if (wid === undefined && hei === undefined) return whole(withinLimits(source, command, mostPixels));
  if (wid === undefined || hei === undefined) {
    const scale = wid === undefined ? (hei ?? 1) / source.height : wid / source.width;
    return whole(scaleBy(source, limit(scale, fit.upscale)));
  }

  const scales = { x: limit(wid / source.width, fit.upscale), y: limit(hei / source.height, fit.upscale) };
  const smaller = scaleBy(source, Math.min(scales.x, scales.y));
  const larger = scaleBy(source, Math.max(scales.x, scales.y));
  const asked = { width: wid, height: hei };
  switch (fit.mode) {
    case 'fit':
      return placed(smaller, asked);
    case 'constrain':
      return whole(smaller);
    case 'crop':
      return align || !source.focus ? placed(larger, asked) : around(source.focus, placed(larger, asked));
    case 'wrap':
      return placed(larger, { width: Math.max(wid, larger.width), height: Math.max(hei, larger.height) });
    case 'stretch':
      return placed(
        { width: atLeastOne(source.width * scales.x), height: atLeastOne(source.height * scales.y) },
        asked,
      );
    case 'hfit':
      return placed(scaleBy(source, scales.x), asked);
    case 'vfit':
      return placed(scaleBy(source, scales.y), asked);
  }
}

/** `wid` and `hei` in device pixels: `dpr` multiplies them, as far as the limits of a result allow. */
function pixelsOf(
  { wid, hei, dpr, limits }: Pick<ImageCommand, 'wid' | 'hei' | 'dpr' | 'limits'>,
  mostPixels: number,
): { readonly wid: number | undefined; readonly hei: number | undefined } {
  if (dpr?.state !== 'on') return { wid, hei };
  const most = Math.min(
    dpr.ratio,
    Math.min(maxReplySide, limits?.maxPix.width ?? maxReplySide) / (wid ?? 1),
    Math.min(maxReplySide, limits?.maxPix.height ?? maxReplySide) / (hei ?? 1),
    wid && hei ? Math.sqrt(mostPixels / (wid * hei)) : dpr.ratio,
  );
  const ratio = Math.max(most, Math.min(1, dpr.ratio));
  return { wid: wid && atLeastOne(wid * ratio), hei: hei && atLeastOne(hei * ratio) };
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
function withinLimits(source: Size, { limits }: Pick<ImageCommand, 'limits'>, pixels: number): Size {
  const { maxPix, defaultPix } = limits ?? {};
  const side = (name: keyof Size) =>
    Math.min(maxReplySide, maxPix?.[name] ?? maxReplySide, defaultPix?.[name] || maxReplySide);
  const scale = Math.min(
    1,
    side('width') / source.width,
    side('height') / source.height,
    Math.sqrt(pixels / (source.width * source.height)),
  );
  // Rounded down: both sides rounded up could exceed the limit again.
  return {
    width: Math.max(1, Math.floor(source.width * scale)),
    height: Math.max(1, Math.floor(source.height * scale)),
  };
}

function whole(scaled: Size): SizePlan {
  return placedBy(scaled, scaled, { x: 0, y: 0 });
}

/** The same with the kept window as near to a point as the image allows. */
function around({ x, y }: Point, plan: SizePlan): SizePlan {
  const { scaled, kept } = plan;
  const near = (at: number, whole: number, part: number) =>
    Math.min(whole - part, Math.max(0, Math.round(at * whole - part / 2)));
  const left = near(x, scaled.width, kept.width);
  const top = near(y, scaled.height, kept.height);
  return { ...plan, kept: { ...kept, left, top } };
}

/** @param align from −1 (left, top) to 1 (right, bottom) */
function placedBy(scaled: Size, reply: Size, align: { readonly x: number; readonly y: number }): SizePlan {
  const width = Math.min(scaled.width, reply.width);
  const height = Math.min(scaled.height, reply.height);
  const share = (space: number, at: number) => Math.floor((space * (1 + at)) / 2);
  return {
    scaled,
    kept: {
      left: share(scaled.width - width, align.x),
      top: share(scaled.height - height, align.y),
      width,
      height,
    },
    reply: {
      left: share(reply.width - width, align.x),
      top: share(reply.height - height, align.y),
      width: reply.width,
      height: reply.height,
    },
  };
}
