import type { Asset } from '../assets/asset.ts';
import { Failure } from '../failure.ts';
import { parseImageCommand } from './parse-image-command.ts';
import { planImage } from './plan-image.ts';
import type { Size } from './plan-size.ts';

/**
 * Width and height of what is delivered without commands, in pixels. The record of a derived image has the size of its
 * parent, so that its recipe is planned.
 * @returns undefined if the asset has no size, or if its recipe fits no image of this size any more
 */
export function deliveredSize({
  width,
  height,
  recipe,
}: Pick<Asset, 'width' | 'height' | 'recipe'>): Size | undefined {
  if (width === undefined || height === undefined) return undefined;
  if (recipe === undefined) return { width, height };
  try {
    return planImage({ width, height }, parseImageCommand(recipe)).reply;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
