import type { Asset } from '../assets/asset.ts';
import { Failure } from '../failure.ts';
import { canonicalImageQuery } from './canonical-image-query.ts';
import { modifiersOf, withModifiers } from './modifiers.ts';
import { parseImageCommand } from './parse-image-command.ts';
import { planImage } from './plan-image.ts';
import type { Size } from './plan-size.ts';

/**
 * Width and height of what is delivered without commands, in pixels. The record of a derived image has the size of its
 * parent, so that its recipe is planned, and so are the modifiers of an image.
 * @returns undefined if the asset has no size, if its recipe fits no image of this size any more, or if its modifiers use presets or
 * another image
 */
export function deliveredSize({
  width,
  height,
  recipe,
  ...asset
}: Pick<Asset, 'width' | 'height' | 'recipe' | 'modifier' | 'postModifier'>): Size | undefined {
  if (width === undefined || height === undefined) return undefined;
  const modifiers = withModifiers('', modifiersOf(asset));
  if (recipe === undefined && modifiers === '') return { width, height };
  try {
    const made =
      recipe === undefined
        ? { width, height }
        : planImage({ width, height }, parseImageCommand(recipe)).reply;
    const command = parseImageCommand(canonicalImageQuery(modifiers));
    return command.src || command.color || command.text ? undefined : planImage(made, command).reply;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
