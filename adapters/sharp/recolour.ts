import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';

/** Changes of colour, in the order in which they are made. All but `colorize` are percentages from −100 to 100. */
export interface RecolourCommand {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly colorize: ImageCommand['op_colorize'];
}

/** Shares of red, green and blue in the brightness that is seen: Rec. ITU-R BT.709. */
const lumaShares = [0.2126, 0.7152, 0.0722] as const;

const middle = 127.5;

/**
 * Changes the colours of pixels in place; alpha stays.
 * - `brightness` adds its percentage of white.
 * - `contrast` pivots at 50 %: 100 doubles the distance from the middle, −100 makes all grey.
 * - `saturation` changes the distance from grey of the same brightness: 100 doubles it, −100 makes all grey.
 * - `colorize` keeps the shading: black stays black, the middle becomes the colour, and white stays white. With `norm` the average
 *   brightness of the image counts as the middle.
 * @param pixels red, green, blue, alpha, 8 bits each
 */
export function recolour(pixels: Uint8Array, command: RecolourCommand): void {
  adjust(pixels, command);
  if (command.colorize) colorize(pixels, command.colorize);
}

function adjust(pixels: Uint8Array, { brightness, contrast, saturation }: RecolourCommand): void {
  const tone = new Uint8ClampedArray(256);
  const factor = 1 + contrast / 100;
  for (let value = 0; value < 256; value += 1) {
    const brighter = Math.min(255, Math.max(0, value + (brightness / 100) * 255));
    tone[value] = (brighter - middle) * factor + middle;
  }
  const distance = 1 + saturation / 100;
  for (let index = 0; index < pixels.length; index += 4) {
    const red = tone[pixels[index] as number] as number;
    const green = tone[pixels[index + 1] as number] as number;
    const blue = tone[pixels[index + 2] as number] as number;
    const gray = lumaOf(red, green, blue);
    pixels[index] = clamped(gray + (red - gray) * distance);
    pixels[index + 1] = clamped(gray + (green - gray) * distance);
    pixels[index + 2] = clamped(gray + (blue - gray) * distance);
  }
}

function colorize(
  pixels: Uint8Array,
  { colour, mode, contrast }: NonNullable<ImageCommand['op_colorize']>,
): void {
  const shift = mode === 'norm' ? middle - averageLuma(pixels) : 0;
  const factor = 1 + contrast / 100;
  const shades = [colour.r, colour.g, colour.b].map((target) => {
    const shade = new Uint8ClampedArray(256);
    for (let luma = 0; luma < 256; luma += 1) {
      const value = clamped((luma + shift - middle) * factor + middle);
      shade[luma] =
        value < middle ? (target * value) / middle : target + ((255 - target) * (value - middle)) / middle;
    }
    return shade;
  });
  const [reds, greens, blues] = shades as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray];
  for (let index = 0; index < pixels.length; index += 4) {
    const luma = Math.round(
      lumaOf(pixels[index] as number, pixels[index + 1] as number, pixels[index + 2] as number),
    );
    pixels[index] = reds[luma] as number;
    pixels[index + 1] = greens[luma] as number;
    pixels[index + 2] = blues[luma] as number;
  }
}

/** Of the pixels that are seen: each counts as much as it is opaque. */
function averageLuma(pixels: Uint8Array): number {
  let sum = 0;
  let weight = 0;
  for (let index = 0; index < pixels.length; index += 4) {
    const alpha = pixels[index + 3] as number;
    sum += alpha * lumaOf(pixels[index] as number, pixels[index + 1] as number, pixels[index + 2] as number);
    weight += alpha;
  }
  return weight === 0 ? middle : sum / weight;
}

function lumaOf(red: number, green: number, blue: number): number {
  return lumaShares[0] * red + lumaShares[1] * green + lumaShares[2] * blue;
}

function clamped(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
