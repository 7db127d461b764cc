import { Failure } from '../failure.ts';
import { effectCommands, layerCommands } from './image-commands.ts';
import { maxLayers } from './pixel-budgets.ts';
import {
  type Frame,
  frameOf,
  type ImagePlan,
  type Position,
  planImage,
  pointInLayer,
  type Source,
} from './plan-image.ts';
import type { Size } from './plan-size.ts';
import type { ImageCommand, NumberedLayer } from './read-image-query.ts';

/**
 * The visible layers from bottom to top. Layer 0 is always the first, since it gives the composite its size.
 * @throws Failure `image.invalid-argument` for a layer without content or with two contents, or too many layers
 */
export function layersOf(command: ImageCommand): readonly [NumberedLayer, ...NumberedLayer[]] {
  const own = Object.fromEntries(layerCommands.map((name) => [name, command[name]]));
  const [first, ...rest] = command.layers ?? [];
  const effects = first?.number === 0 ? first : undefined;
  const base = {
    ...own,
    ...Object.fromEntries(effectCommands.map((name) => [name, effects?.[name]])),
    number: 0,
  } as NumberedLayer;
  // A template can be used without one of its texts.
  const others = (effects ? rest : (command.layers ?? [])).filter(
    ({ hide, text, src, color }) =>
      hide !== true && (text !== '' || src !== undefined || color !== undefined),
  );
  if (others.length > maxLayers) {
    throw new Failure(
      'image.invalid-argument',
      `layer: an image has at most ${maxLayers} layers besides layer 0; this one has ${others.length}`,
    );
  }
  for (const layer of [base, ...others]) checkContent(layer);
  return [base, ...others];
}

function checkContent({ number, src, color, text, font, mask, size, sizeN }: NumberedLayer): void {
  const refused = (text: string) => new Failure('image.invalid-argument', `layer=${number}: ${text}`);
  if (src && text) throw refused('has src and text; a layer has only one of them');
  if (text) {
    if (!font) throw refused('needs font: the id of a font that is published, for its text');
    return;
  }
  if (src && color) throw refused('has src and color; a layer has only one of them');
  if (number > 0 && !src && !color) throw refused('needs src, color or text');
  const width = size?.width ?? sizeN?.width ?? 0;
  const height = size?.height ?? sizeN?.height ?? 0;
  if (color && !mask && (width === 0 || height === 0)) {
    throw refused('needs size with width and height, or mask: a colour has no size');
  }
}

/** What a layer is made of. A layer of one colour without a mask has no source. */
export interface LayerSource {
  readonly layer: NumberedLayer;
  readonly source?: Source | undefined;
  readonly mask?: Source | undefined;
  /** Of a text: `source` has the size of its box, so that `size` is not applied again. */
  readonly isText?: boolean;
}

export interface PlannedLayer {
  readonly plan: ImagePlan;
  readonly mask?: ImagePlan;
}

/**
 * Plans each layer as an image of its own whose result has the size of the composite's result: layer 0 is the composite, and the
 * origin of another layer is `pos` away from that of layer 0. Source: "Layer placement" and "Layer transforms" of the protocol.
 * @param sources as layersOf orders them
 */
export function planLayers(
  sources: readonly [LayerSource, ...LayerSource[]],
  command: ImageCommand,
): readonly PlannedLayer[] {
  const [base, ...others] = sources;
  const composite = framed(base).frame.size;
  const origin = originOf(base, framed(base).frame);
  const first = planned(base, { left: 0, top: 0 });
  return [first, ...others.map((given) => planned(given, placeOf(given), first.plan))];

  function placeOf(given: LayerSource): Position {
    const own = originOf(given, framed(given, composite).frame);
    const away = positionOf(given.layer, composite);
    return {
      left: Math.round(origin.left + away.left - own.left),
      top: Math.round(origin.top + away.top - own.top),
    };
  }

  function planned(given: LayerSource, at: Position, below?: ImagePlan): PlannedLayer {
    const { frame, source } = framed(given, composite);
    const view = below && { view: { focus: below.viewFocus } };
    const placement = { frame, composite, ...at, ...view };
    const plan = planImage(source, command, placement);
    if (!given.mask) return { plan };
    const mask = {
      ...placement,
      frame: { ...frame, crop: cropOfMask(frame, source, given.mask) },
      view: { focus: plan.viewFocus },
    };
    return { plan, mask: planImage(given.mask, command, mask) };
  }
}

/** The size of a layer after its own geometry. @param composite the size of layer 0, for a layer on it */
export function sizeOfLayer(source: LayerSource, composite?: Size): Size {
  return framed(source, composite).frame.size;
}

function framed(
  { layer, source, mask, isText }: LayerSource,
  composite?: Size,
): { readonly source: Source; readonly frame: Frame } {
  if (source && isText) {
    const { size: _size, sizeN: _sizeN, ...rest } = layer;
    return { source, frame: frameOf(source, rest) };
  }
  const found = source ?? mask;
  if (found)
    return { source: found, frame: frameOf(found, layer, layer.number === 0 ? undefined : composite) };
  const { size, sizeN, ...rest } = layer;
  const solid = {
    width: size?.width ?? Math.max(1, Math.round((sizeN?.width ?? 0) * (composite?.width ?? 0))),
    height: size?.height ?? Math.max(1, Math.round((sizeN?.height ?? 0) * (composite?.height ?? 0))),
  };
  if (sizeN && !size && layer.number === 0) frameOf(solid, layer);
  return { source: solid, frame: frameOf(solid, rest) };
}

/** The point of a layer that is placed: `origin`, else the anchor of the image, else the middle of the layer. */
function originOf({ layer, source, mask }: LayerSource, frame: Frame): Position {
  const { origin, originN, anchor, anchorN } = layer;
  const { width, height } = frame.size;
  if (origin) return { left: origin.x, top: origin.y };
  if (originN) return { left: (originN.x + 0.5) * width, top: (originN.y + 0.5) * height };
  if (anchor) return pointInLayer({ left: anchor.x, top: anchor.y }, frame);
  if (!anchorN) return { left: width / 2, top: height / 2 };
  const whole = source ?? mask ?? frame.crop;
  return pointInLayer(
    { left: (anchorN.x + 0.5) * whole.width, top: (anchorN.y + 0.5) * whole.height },
    frame,
  );
}

function positionOf({ pos, posN }: NumberedLayer, { width, height }: Size): Position {
  if (pos) return { left: pos.x, top: pos.y };
  return posN ? { left: posN.x * width, top: posN.y * height } : { left: 0, top: 0 };
}

/** A mask is as large as its image: the part that belongs to the cropped part. */
function cropOfMask({ crop }: Frame, source: Size, mask: Size): Frame['crop'] {
  const [x, y] = [mask.width / source.width, mask.height / source.height];
  return {
    x: Math.round(crop.x * x),
    y: Math.round(crop.y * y),
    width: Math.max(1, Math.round(crop.width * x)),
    height: Math.max(1, Math.round(crop.height * y)),
  };
}

/** Pixels that are drawn for a layer: scaled, and again for a rotation. */
export function drawnPixels({ part, rotation }: ImagePlan): number {
  const area = (size: Size | undefined) => (size ? size.width * size.height : 0);
  return area(part?.cut) + area(rotation?.canvas) * 2 + area(rotation?.scaled);
}
