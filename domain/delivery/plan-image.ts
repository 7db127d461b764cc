import { Failure } from '../failure.ts';
import { maxPixels as maxScaledPixels } from '../uploads/limits.ts';
import { checkedReply } from './checked-reply.ts';
import { maxPixelsFor } from './pixel-budgets.ts';
import { type Point, planSize, type Size } from './plan-size.ts';
import type { ImageCommand, LayerCommand } from './read-image-query.ts';

/** In pixels. */
export interface Position {
  readonly left: number;
  readonly top: number;
}

/** A rectangle in pixels. */
export type Box = Position & Size;

/** A part of an image: it is cut out of the image, scaled, cut, and then turned and mirrored. */
export interface Part {
  /** Of the upright source; it is inside of it. */
  readonly window: Box;
  /** What the window is scaled to. */
  readonly scaled: Size;
  /** What of that is kept. */
  readonly cut: Box;
  /** Clockwise, afterwards. */
  readonly turn: RightAngle;
  /** Left becomes right, before the turn. */
  readonly mirrored: boolean;
}

export type RightAngle = 0 | 90 | 180 | 270;

/** A rotation by an angle that is not a multiple of 90 degrees. */
export interface Rotation {
  /** The part is placed on a transparent canvas of this size, */
  readonly canvas: Size;
  readonly at: Position;
  /** which is rotated clockwise, */
  readonly degrees: number;
  /** scaled to this size, */
  readonly scaled: Size;
  /** and cut. */
  readonly cut: Box;
}

/** How a source image becomes a result. */
export interface ImagePlan {
  /** Undefined if nothing of the source is visible. */
  readonly part?: Part;
  readonly rotation?: Rotation;
  /** Where the part is placed in the result. */
  readonly at: Position;
  /** The visible part of the composite, if there is one. What the part does not cover of it has the layer's background. */
  readonly composite?: Box;
  readonly reply: Size;
  /** Where the focal point of the source is in the result. Missing where it was cut away, and after a rotation. */
  readonly focus?: Point;
  /** The focal point in shares of the region of the composite, or the nearest place in it. */
  readonly viewFocus?: Point;
  /** Result ÷ composite: effects are given in pixels of the composite, and made on the result. */
  readonly viewScale: number;
}

/** What a plan needs to know of an image. */
export interface Source extends Size {
  /** Pixels per inch, if the file states them. */
  readonly resolution?: number | undefined;
  /** Its focal point, if it has one. */
  readonly focus?: Point | undefined;
}

/** Where a layer is on a composite. */
export interface Placement extends Position {
  readonly frame: Frame;
  /** The size of layer 0. */
  readonly composite: Size;
  /** For a layer on layer 0: the focal point of the view, which is that of layer 0. */
  readonly view?: { readonly focus: Point | undefined };
}

/** A layer with the steps that it goes through before it is placed: crop, size, flip, rotate, extend. */
export interface Frame {
  readonly crop: NonNullable<ImageCommand['crop']>;
  /** What the cropped image is scaled to. */
  readonly layer: Size;
  readonly turn: RightAngle;
  readonly mirrored: boolean;
  /** What is left of the rotation after the turn, from 0 to 90. */
  readonly degrees: number;
  readonly turned: Size;
  readonly rotated: Size;
  readonly margins: Edges;
  /** The size of the layer. */
  readonly size: Size;
}

/** A range of coordinates, not rounded. */
export interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Pixels around a visible window that are scaled with it, so that its edges look as if all had been scaled. */
const kernelMargin = 8;

/**
 * Plans the steps of one image: crop, size or scale, flip, rotate, extend, rgn, then the view (wid, hei, fit, scl, align), and
 * rect. The source of the order is the protocol's reference. All that is a matter of place and size becomes one step of scaling.
 * @param source the upright image, with its EXIF orientation applied
 * @param placement for a layer on a composite: where it is
 * @throws Failure `image.too-large` that names the limit; `image.invalid-argument` if nothing is left
 */
export function planImage(source: Source, command: ImageCommand, placement?: Placement): ImagePlan {
  const frame = placement?.frame ?? frameOf(source, command);
  const { crop, layer, turn, mirrored, degrees, turned, rotated, size } = frame;
  const margins = moved(frame.margins, placement?.left ?? 0, placement?.top ?? 0);
  const composite = placement?.composite ?? size;
  const region = command.rgn ?? { x: 0, y: 0, ...composite };
  const focused = placement?.view ? placement.view.focus : focusIn(region);
  const view = planSize(
    { width: region.width, height: region.height, focus: focused },
    command,
    maxPixelsFor(command),
  );
  const x = view.scaled.width / region.width;
  const y = view.scaled.height / region.height;
  /** From the composite to the result. */
  const toReply = (edges: Edges): Edges =>
    moved(
      scaledBy(moved(edges, -region.x, -region.y), x, y),
      view.reply.left - view.kept.left - (command.rect?.x ?? 0),
      view.reply.top - view.kept.top - (command.rect?.y ?? 0),
    );
  const reply = checkedReply(
    command.rect ?? { width: view.reply.width, height: view.reply.height },
    region,
    command,
  );
  const kept = moved(
    edgesOf({ ...view.kept, left: view.reply.left, top: view.reply.top }),
    -(command.rect?.x ?? 0),
    -(command.rect?.y ?? 0),
  );
  const clip = [
    edgesOf({ left: 0, top: 0, ...reply }),
    kept,
    toReply(edgesOf({ left: 0, top: 0, ...composite })),
    toReply(edgesOf({ left: placement?.left ?? 0, top: placement?.top ?? 0, ...size })),
  ].reduce(overlap);
  const visible = isEmpty(clip) ? undefined : intersection(rounded(clip), { left: 0, top: 0, ...reply });
  const hasVisible = visible !== undefined && visible.width > 0 && visible.height > 0;
  const plan = {
    reply,
    viewScale: Math.max(x, y),
    ...(hasVisible && { composite: visible }),
    ...focusOfReply(),
    ...(focused && { viewFocus: focused }),
  };

  const window = overlap(
    edgesOf({ left: crop.x, top: crop.y, width: crop.width, height: crop.height }),
    edgesOf({ left: 0, top: 0, width: source.width, height: source.height }),
  );
  if (isEmpty(window) || !hasVisible) return { ...plan, at: { left: 0, top: 0 } };
  if (degrees === 0) {
    const toEnd = (edges: Edges) => toReply(moved(toLayer(edges), margins.left, margins.top));
    const placed = place(window, toEnd, visible, { turn, mirrored });
    return placed ? { ...plan, ...placed } : { ...plan, at: { left: 0, top: 0 } };
  }
  return rotatedPlan(visible);

  /** From the source to the turned layer. */
  function toLayer(edges: Edges): Edges {
    const inCrop = scaledBy(
      moved(edges, -crop.x, -crop.y),
      layer.width / crop.width,
      layer.height / crop.height,
    );
    return turnedBy(inCrop, layer, turn, mirrored);
  }

  /** The focal point in pixels of the composite. */
  function focusOfComposite(): Position | undefined {
    if (!source.focus || degrees !== 0) return undefined;
    const left = source.focus.x * source.width;
    const top = source.focus.y * source.height;
    return moved(toLayer({ left, top, right: left, bottom: top }), margins.left, margins.top);
  }

  /** The focal point in shares of the region of the composite; the nearest place in it if it is outside. */
  function focusIn({ x, y, width, height }: NonNullable<ImageCommand['rgn']>): Point | undefined {
    const at = focusOfComposite();
    if (!at) return undefined;
    return { x: within01((at.left - x) / width), y: within01((at.top - y) / height) };
  }

  function focusOfReply(): { focus?: Point } {
    const at = focusOfComposite();
    if (!at) return {};
    const { left, top } = toReply({ ...at, right: at.left, bottom: at.top });
    return left < 0 || top < 0 || left > reply.width || top > reply.height
      ? {}
      : { focus: { x: left / reply.width, y: top / reply.height } };
  }

  /** The layer is made at the size that it has in the result, and rotated there. */
  function rotatedPlan(within: Box): ImagePlan {
    const whole = rounded(
      toReply(moved(edgesOf({ left: 0, top: 0, ...rotated }), margins.left, margins.top)),
    );
    const cut = intersection(whole, within);
    if (cut.width < 1 || cut.height < 1) return { ...plan, at: { left: 0, top: 0 } };
    const most = Math.sqrt(maxScaledPixels / (rotated.width * rotated.height));
    const factor = Math.min(Math.max(whole.width / rotated.width, whole.height / rotated.height), most);
    const canvas = rounded(scaledBy(edgesOf({ left: 0, top: 0, ...turned }), factor, factor));
    const toCanvas = (edges: Edges) =>
      scaledBy(toLayer(edges), canvas.width / turned.width, canvas.height / turned.height);
    const placed = place(window, toCanvas, canvas, { turn, mirrored });
    if (!placed) return { ...plan, at: { left: 0, top: 0 } };
    return {
      ...plan,
      part: placed.part,
      rotation: {
        canvas: { width: canvas.width, height: canvas.height },
        at: placed.at,
        degrees,
        scaled: { width: whole.width, height: whole.height },
        cut: { ...cut, left: cut.left - whole.left, top: cut.top - whole.top },
      },
      at: { left: cut.left, top: cut.top },
    };
  }
}

/**
 * The steps of a layer until it is placed.
 * @param composite the size of layer 0, for a layer on it
 * @throws Failure `image.invalid-argument` if nothing is left
 */
export function frameOf(source: Source, command: LayerCommand, composite?: Size): Frame {
  const crop = cropOf(source, command);
  const layer = layerSize(crop, command, source.resolution, composite);
  const { turn, mirrored, degrees } = orientationOf(command);
  const turned = turn % 180 === 0 ? layer : { width: layer.height, height: layer.width };
  const rotated = degrees === 0 ? turned : boundsOf(turned, degrees);
  const margins = marginsOf(rotated, command);
  const size = {
    width: rotated.width + margins.left + margins.right,
    height: rotated.height + margins.top + margins.bottom,
  };
  if (size.width < 1 || size.height < 1) {
    throw new Failure(
      'image.invalid-argument',
      `extend: nothing is left of an image of ${rotated.width} × ${rotated.height} pixels`,
    );
  }
  return { crop, layer, turn, mirrored, degrees, turned, rotated, margins, size };
}

/** Where a point of the source is in its layer. */
export function pointInLayer({ left, top }: Position, frame: Frame): Position {
  const { crop, layer, turn, mirrored, degrees, turned, rotated, margins } = frame;
  const x = ((left - crop.x) * layer.width) / crop.width;
  const y = ((top - crop.y) * layer.height) / crop.height;
  const point = turnedBy({ left: x, top: y, right: x, bottom: y }, layer, turn, mirrored);
  const [fromX, fromY] = [point.left - turned.width / 2, point.top - turned.height / 2];
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return {
    left: fromX * cosine - fromY * sine + rotated.width / 2 + margins.left,
    top: fromX * sine + fromY * cosine + rotated.height / 2 + margins.top,
  };
}

/** The part of the source that is visible, and where. */
function place(
  window: Edges,
  toEnd: (edges: Edges) => Edges,
  within: Box,
  orientation: Pick<Part, 'turn' | 'mirrored'>,
): { readonly part: Part; readonly at: Position } | undefined {
  const whole = rounded(toEnd(window));
  const visible = intersection(whole, within);
  if (visible.width < 1 || visible.height < 1) return undefined;
  const used = isCheap(whole, visible) ? { window: boxOf(window), whole } : narrowed(window, toEnd, visible);
  const isSideways = orientation.turn % 180 !== 0;
  const { width, height } = used.whole;
  const scaled = isSideways ? { width: height, height: width } : { width, height };
  if (scaled.width * scaled.height > maxScaledPixels) {
    throw new Failure(
      'image.too-large',
      `The scaled image would have ${scaled.width} × ${scaled.height} pixels before it is cut; at most ${maxScaledPixels} pixels in total are allowed`,
    );
  }
  const cut = { ...visible, left: visible.left - used.whole.left, top: visible.top - used.whole.top };
  const back = boxOf(turnedBack(edgesOf(cut), scaled, orientation));
  return {
    part: { window: used.window, scaled, cut: back, ...orientation },
    at: { left: visible.left, top: visible.top },
  };
}

/** Whether all of the window is scaled although less is visible: JPEG and WebP are read smaller only as a whole. */
function isCheap(whole: Size, visible: Size): boolean {
  const pixels = whole.width * whole.height;
  return pixels <= 4 * visible.width * visible.height && pixels <= maxScaledPixels;
}

/** The visible part of a window, with a margin. Whole pixels of the source, and where they are in the result. */
function narrowed(
  window: Edges,
  toEnd: (edges: Edges) => Edges,
  visible: Box,
): { readonly window: Box; readonly whole: Box } {
  const width = window.right - window.left;
  const height = window.bottom - window.top;
  // A map of rectangles: two corners give it. Mirrored and turned ones are found by trying both directions.
  const corner = (left: number, top: number) => toEnd({ left, top, right: left, bottom: top });
  const origin = corner(window.left, window.top);
  const along = corner(window.right, window.top);
  const isSideways = Math.abs(along.left - origin.left) < Math.abs(along.top - origin.top);
  const share = (value: number, from: number, to: number) => (value - from) / (to - from);
  const down = corner(window.left, window.bottom);
  const alongX = isSideways
    ? [share(visible.top, origin.top, along.top), share(visible.top + visible.height, origin.top, along.top)]
    : [
        share(visible.left, origin.left, along.left),
        share(visible.left + visible.width, origin.left, along.left),
      ];
  const alongY = isSideways
    ? [
        share(visible.left, origin.left, down.left),
        share(visible.left + visible.width, origin.left, down.left),
      ]
    : [share(visible.top, origin.top, down.top), share(visible.top + visible.height, origin.top, down.top)];
  const box = overlap(
    {
      left: Math.floor(window.left + Math.min(...alongX) * width) - kernelMargin,
      right: Math.ceil(window.left + Math.max(...alongX) * width) + kernelMargin,
      top: Math.floor(window.top + Math.min(...alongY) * height) - kernelMargin,
      bottom: Math.ceil(window.top + Math.max(...alongY) * height) + kernelMargin,
    },
    window,
  );
  return { window: boxOf(box), whole: rounded(toEnd(box)) };
}

function cropOf(source: Size, { crop, cropN }: LayerCommand): NonNullable<ImageCommand['crop']> {
  if (crop) return crop;
  if (!cropN) return { x: 0, y: 0, width: source.width, height: source.height };
  return {
    x: Math.round(cropN.x * source.width),
    y: Math.round(cropN.y * source.height),
    width: Math.max(1, Math.round(cropN.width * source.width)),
    height: Math.max(1, Math.round(cropN.height * source.height)),
  };
}

/** Pixels per inch of an image whose file states no resolution: that of the protocol's screens. */
const usualResolution = 72;

/** `size` is stronger than `sizeN`, that is stronger than `scale`, and `scale` than `res`; all keep proportions. */
function layerSize(
  crop: Size,
  { size, sizeN, scale, res }: LayerCommand,
  resolution = usualResolution,
  composite?: Size,
): Size {
  if (sizeN && !size && !composite) {
    throw new Failure('image.invalid-argument', 'sizeN: is a share of layer 0, so that layer 0 needs size');
  }
  const width = size ? size.width : (sizeN?.width ?? 0) * (composite?.width ?? 0);
  const height = size ? size.height : (sizeN?.height ?? 0) * (composite?.height ?? 0);
  const x = width > 0 ? width / crop.width : undefined;
  const y = height > 0 ? height / crop.height : undefined;
  const byResolution = res === undefined ? 1 : res / resolution;
  const factor =
    x !== undefined || y !== undefined ? Math.min(x ?? Infinity, y ?? Infinity) : (scale ?? byResolution);
  return {
    width: Math.max(1, Math.round(crop.width * factor)),
    height: Math.max(1, Math.round(crop.height * factor)),
  };
}

function orientationOf({ flip, rotate = 0 }: LayerCommand): {
  readonly turn: RightAngle;
  readonly mirrored: boolean;
  readonly degrees: number;
} {
  const isUpsideDown = flip === 'ud' || flip === 'lrud';
  const isMirrored = flip === 'lr' || flip === 'lrud';
  // Top and bottom are exchanged by a mirror and half a turn.
  const mirrored = isUpsideDown !== isMirrored;
  const angle = (((rotate + (isUpsideDown ? 180 : 0)) % 360) + 360) % 360;
  if (angle % 90 === 0) return { turn: angle as RightAngle, mirrored, degrees: 0 };
  const turn = (Math.floor(angle / 90) * 90) as RightAngle;
  return { turn, mirrored, degrees: angle - turn };
}

/** The size of the rectangle that contains a rotated image. */
function boundsOf({ width, height }: Size, degrees: number): Size {
  const sine = Math.abs(Math.sin((degrees * Math.PI) / 180));
  const cosine = Math.abs(Math.cos((degrees * Math.PI) / 180));
  return {
    width: Math.round(width * cosine + height * sine),
    height: Math.round(width * sine + height * cosine),
  };
}

function marginsOf({ width, height }: Size, { extend, extendN }: LayerCommand): Edges {
  if (extend) return extend;
  if (!extendN) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.round(extendN.left * width),
    top: Math.round(extendN.top * height),
    right: Math.round(extendN.right * width),
    bottom: Math.round(extendN.bottom * height),
  };
}

function within01(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function edgesOf({ left, top, width, height }: Box): Edges {
  return { left, top, right: left + width, bottom: top + height };
}

function boxOf({ left, top, right, bottom }: Edges): Box {
  return { left, top, width: right - left, height: bottom - top };
}

function moved({ left, top, right, bottom }: Edges, x: number, y: number): Edges {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

function scaledBy({ left, top, right, bottom }: Edges, x: number, y: number): Edges {
  return { left: left * x, top: top * y, right: right * x, bottom: bottom * y };
}

function overlap(one: Edges, other: Edges): Edges {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}

function isEmpty({ left, top, right, bottom }: Edges): boolean {
  return right <= left || bottom <= top;
}

function intersection(one: Box, other: Box): Box {
  return boxOf(overlap(edgesOf(one), edgesOf(other)));
}

/** To whole pixels, at least one in each direction. */
function rounded({ left, top, right, bottom }: Edges): Box {
  const x = Math.round(left);
  const y = Math.round(top);
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.round(right) - x),
    height: Math.max(1, Math.round(bottom) - y),
  };
}

/** Mirrors, then turns clockwise. @param size of the image before the turn */
function turnedBy(
  { left, top, right, bottom }: Edges,
  { width, height }: Size,
  turn: RightAngle,
  mirrored: boolean,
): Edges {
  const [near, far] = mirrored ? [width - right, width - left] : [left, right];
  switch (turn) {
    case 0:
      return { left: near, top, right: far, bottom };
    case 90:
      return { left: height - bottom, top: near, right: height - top, bottom: far };
    case 180:
      return { left: width - far, top: height - bottom, right: width - near, bottom: height - top };
    case 270:
      return { left: top, top: width - far, right: bottom, bottom: width - near };
  }
}

/** The reverse. @param size of the image before the turn */
function turnedBack(edges: Edges, size: Size, { turn, mirrored }: Pick<Part, 'turn' | 'mirrored'>): Edges {
  const sideways = turn % 180 === 0 ? size : { width: size.height, height: size.width };
  const upright = turnedBy(edges, sideways, ((360 - turn) % 360) as RightAngle, false);
  return mirrored
    ? { ...upright, left: size.width - upright.right, right: size.width - upright.left }
    : upright;
}
