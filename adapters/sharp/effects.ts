import type { Sharp } from 'sharp';
import type { ImagePlan } from '../../domain/delivery/plan-image.ts';
import type { Size } from '../../domain/delivery/plan-size.ts';
import type { ImageCommand, LayerCommand } from '../../domain/delivery/read-image-query.ts';
import { fromPixels, fromRaw, type Placed, pixelsOf, rgba } from './raw-pixels.ts';
import { type RecolourCommand, recolour } from './recolour.ts';
import { unsharpMask } from './unsharp-mask.ts';
import type { Time } from './within-time.ts';

/** Adds the effects of a layer or of the composite. @param scale result ÷ composite */
export async function withEffects(
  placed: Placed,
  command: LayerCommand,
  scale: number,
  time: () => Time,
): Promise<Placed> {
  const effects = recolouring(command);
  if (!placed.image || (!effects && !command.op_blur)) return placed;
  let image = placed.image;
  if (effects) {
    const pixels = await pixelsOf(image, time);
    recolour(pixels, effects);
    image = await fromPixels(pixels, placed.size);
  }
  if (command.op_blur) image = await blurred(image, placed.size, command.op_blur * scale, time);
  return { ...placed, image };
}

function recolouring({
  op_brightness = 0,
  op_contrast = 0,
  op_saturation = 0,
  op_colorize,
}: LayerCommand): RecolourCommand | undefined {
  if (op_brightness === 0 && op_contrast === 0 && op_saturation === 0 && !op_colorize) return undefined;
  return {
    brightness: op_brightness,
    contrast: op_contrast,
    saturation: op_saturation,
    colorize: op_colorize,
  };
}

/** From this radius on an image is made smaller for the blur: the effort would grow with the radius, and nobody sees it. */
const largeBlur = 8;

/** By default the library leaves out the tails of the curve below a fifth of its height. */
function gaussian(sigma: number) {
  return { sigma, minAmplitude: 0.05 };
}

/** @param radius the standard deviation of the Gaussian, in pixels of the image */
async function blurred(image: Sharp, size: Size, radius: number, time: () => Time): Promise<Sharp> {
  // The smallest radius of the library.
  if (radius < 0.3) return image;
  const source = await fromRaw(rgba(image), size, time);
  const divisor = Math.max(1, Math.floor(radius / (largeBlur / 2)));
  if (radius < largeBlur || divisor === 1) return source.blur(gaussian(radius));
  const smaller = {
    width: Math.max(1, Math.round(size.width / divisor)),
    height: Math.max(1, Math.round(size.height / divisor)),
  };
  const shrunk = await fromRaw(
    source.resize({ ...smaller, fit: 'fill', kernel: 'linear' }).raw(),
    smaller,
    time,
  );
  const soft = await fromRaw(shrunk.blur(gaussian(radius / divisor)).raw(), smaller, time);
  return soft.resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'cubic' });
}

/**
 * The unsharp mask. Its radius is given for the composite: a smaller result gets a smaller one, but not one that would have no effect.
 */
export async function sharpened(
  image: Sharp,
  command: NonNullable<ImageCommand['op_usm']>,
  { viewScale, reply }: ImagePlan,
  time: () => Time,
): Promise<Sharp> {
  const radius = Math.min(command.radius, Math.max(0.5, command.radius * Math.min(1, viewScale)));
  if (command.amount === 0 || radius < 0.3) return image;
  const pixels = await pixelsOf(image, time);
  const soft = await pixelsOf(await blurred(await fromPixels(pixels, reply), reply, radius, time), time);
  unsharpMask(pixels, soft, command);
  return fromPixels(pixels, reply);
}
