import type { ImagePlan } from '../../domain/delivery/plan-image.ts';
import { type LayerSource, layersOf, planLayers, sizeOfLayer } from '../../domain/delivery/plan-layers.ts';
import type { Size } from '../../domain/delivery/plan-size.ts';
import type {
  ImageCommand,
  LayerCommand,
  NumberedLayer,
  SourceReference,
} from '../../domain/delivery/read-image-query.ts';
import { applyMask, blendLayer, type PlacedPixels } from './blend-layer.ts';
import { drawPart } from './draw-part.ts';
import { withEffects } from './effects.ts';
import type { OpenImage } from './open-image.ts';
import { fromPixels, fromRaw, onCanvas, type Placed, pixelsOf, rgba, transparent } from './raw-pixels.ts';
import type { Time } from './within-time.ts';

/** The image of a layer, and the mask on it. */
export interface LayerImage {
  readonly source: OpenImage;
  readonly plan: ImagePlan;
  readonly mask?: { readonly source: OpenImage; readonly plan: ImagePlan };
}

/** Draws an image or a layer: its part, its mask, its own background, its effects. */
export async function drawLayer(
  { source, plan, mask }: LayerImage,
  command: LayerCommand & { readonly resMode?: ImageCommand['resMode'] | undefined },
  time: () => Time,
): Promise<Placed> {
  let placed: Placed = plan.part
    ? await drawPart(source, plan, plan.part, command, time)
    : { image: undefined, size: { width: 0, height: 0 }, at: plan.at };
  if (mask && placed.image) {
    const pixels = await placedPixels(placed, time);
    const found = mask.plan.part
      ? await placedPixels(await drawPart(mask.source, mask.plan, mask.plan.part, command, time), time)
      : undefined;
    applyMask(pixels, found);
    placed = { ...placed, image: await fromPixels(pixels.pixels, placed.size) };
  }
  const { composite } = plan;
  if (command.bgColor && composite) {
    const at = { left: placed.at.left - composite.left, top: placed.at.top - composite.top };
    const image = await onCanvas({ ...placed, at }, composite, command.bgColor);
    // A pipeline has one background: that of the result is a step of its own.
    const flat = await fromRaw(rgba(image.flatten({ background: command.bgColor })), composite, time);
    placed = { image: flat, size: composite, at: composite };
  }
  return withEffects(placed, command, plan.viewScale, time);
}

/** What a request draws in all, so that its limits count for all of its layers and nested requests together. */
export interface Drawing {
  readonly time: () => Time;
  /** Opens the image of a layer. */
  readonly openSource: (reference: SourceReference) => Promise<OpenImage>;
  /** Lays out the text of a layer. @param composite the size of layer 0, for a layer on it */
  readonly openText: (layer: NumberedLayer, composite: Size | undefined) => Promise<OpenImage>;
  /** @throws Failure `image.too-large` if all layers together have too many pixels */
  readonly countPixels: (plan: ImagePlan) => void;
}

/**
 * Draws the layers of a composite, from bottom to top.
 * @param base the image of layer 0, if no command names another
 */
export async function drawLayers(
  base: OpenImage,
  command: ImageCommand,
  { time, openSource, openText, countPixels }: Drawing,
): Promise<{ readonly placed: Placed; readonly plan: ImagePlan; readonly hasAlpha: boolean }> {
  const layers = layersOf(command);
  const opened: OpenedLayer[] = [];
  let composite: Size | undefined;
  for (const layer of layers) {
    const mask = layer.mask && (await openSource(layer.mask));
    const image = await openImage(layer);
    const found = { layer, source: image?.upright, mask: mask?.upright, isText: Boolean(layer.text) };
    opened.push({ layer, image, mask, found });
    composite ??= sizeOfLayer(found);
  }
  const sources = opened.map(({ found }) => found);
  const planned = planLayers(sources as [(typeof sources)[number], ...typeof sources], command);
  for (const { plan, mask } of planned) {
    countPixels(plan);
    if (mask) countPixels(mask);
  }
  const [first] = planned;
  if (!first) throw new Error('Layer 0 is missing');
  const { plan: view } = first;
  const hasAlpha = isTransparent(opened[0], layers[0]);
  if (!view.composite) return { placed: nothing, plan: view, hasAlpha };
  const { left, top, width, height } = view.composite;
  const below = { left, top, width, height, pixels: new Uint8Array(width * height * 4) };
  for (const [index, { plan, mask: maskPlan }] of planned.entries()) {
    const { layer, image, mask } = opened[index] ?? {};
    if (!layer || layer.hide === true) continue;
    const source = image ?? solid(layer.color ?? transparent, plan);
    const masked = mask && maskPlan ? { mask: { source: mask, plan: maskPlan } } : {};
    const drawn = await drawLayer({ source, plan, ...masked }, { ...layer, resMode: command.resMode }, time);
    if (drawn.image) {
      const mode = layer.number === 0 ? { ...layer, blendMode: 'norm' as const } : layer;
      blendLayer(below, await placedPixels(drawn, time), mode);
    }
  }
  const image = await fromPixels(below.pixels, view.composite);
  const placed = { image, size: { width, height }, at: { left, top } };
  return { placed: await withEffects(placed, command, view.viewScale, time), plan: view, hasAlpha };

  async function openImage(layer: NumberedLayer): Promise<OpenImage | undefined> {
    if (layer.text) return openText(layer, composite);
    if (layer.src) return openSource(layer.src);
    return layer.color || layer.number > 0 ? undefined : base;
  }
}

interface OpenedLayer {
  readonly layer: NumberedLayer;
  /** Undefined for one colour. */
  readonly image: OpenImage | undefined;
  readonly mask: OpenImage | undefined;
  readonly found: LayerSource;
}

const nothing: Placed = { image: undefined, size: { width: 0, height: 0 }, at: { left: 0, top: 0 } };

/** Whether the composite can be transparent: layer 0 is below all others. */
function isTransparent(
  opened: { readonly image: OpenImage | undefined; readonly mask: OpenImage | undefined } | undefined,
  { color, text, opac = 100, hide, bgColor }: LayerCommand,
): boolean {
  if (hide === true || opac < 100) return true;
  if (bgColor?.alpha === 1) return false;
  if (text) return true;
  return opened?.mask !== undefined || (color ? color.alpha < 1 : opened?.image?.hasAlpha === true);
}

/** A layer of one colour has no pixels until it is drawn. */
function solid(colour: NonNullable<LayerCommand['color']>, { part }: ImagePlan): OpenImage {
  const { width = 1, height = 1 } = part?.window ?? {};
  return { solid: colour, upright: { width, height }, hasAlpha: colour.alpha < 1 };
}

async function placedPixels({ image, size, at }: Placed, time: () => Time): Promise<PlacedPixels> {
  const pixels = image ? await pixelsOf(image, time) : new Uint8Array();
  return { left: at.left, top: at.top, width: size.width, height: size.height, pixels };
}
