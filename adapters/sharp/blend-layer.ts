import type { Box } from '../../domain/delivery/plan-image.ts';
import type { NumberedLayer } from '../../domain/delivery/read-image-query.ts';

/** Pixels of a place: red, green, blue, alpha, 8 bits each. */
export interface PlacedPixels extends Box {
  readonly pixels: Uint8Array;
}

/**
 * Lays a layer on what is below it, in place. Source of the formulas: W3C, "Compositing and Blending Level 1", 9 and 10. `dissolve`
 * shows or hides each pixel, the more often the more opaque it is, by a noise that is the same for each request.
 * @param below changed
 */
export function blendLayer(
  below: PlacedPixels,
  layer: PlacedPixels,
  { opac = 100, blendMode = 'norm' }: Pick<NumberedLayer, 'opac' | 'blendMode'>,
): void {
  const left = Math.max(below.left, layer.left);
  const top = Math.max(below.top, layer.top);
  const right = Math.min(below.left + below.width, layer.left + layer.width);
  const bottom = Math.min(below.top + below.height, layer.top + layer.height);
  const target = below.pixels;
  const source = layer.pixels;
  for (let y = top; y < bottom; y += 1) {
    let to = ((y - below.top) * below.width + left - below.left) * 4;
    let from = ((y - layer.top) * layer.width + left - layer.left) * 4;
    for (let x = left; x < right; x += 1, to += 4, from += 4) {
      let opacity = ((source[from + 3] as number) * opac) / 25_500;
      if (opacity === 0) continue;
      if (blendMode === 'dissolve') {
        if (noise(x, y) >= opacity) continue;
        opacity = 1;
      }
      const backdrop = (target[to + 3] as number) / 255;
      const alpha = opacity + backdrop * (1 - opacity);
      for (let channel = 0; channel < 3; channel += 1) {
        const above = source[from + channel] as number;
        const under = target[to + channel] as number;
        const mixed = backdrop === 0 ? above : (1 - backdrop) * above + backdrop * blended(under, above);
        target[to + channel] = Math.round((opacity * mixed + (1 - opacity) * backdrop * under) / alpha);
      }
      target[to + 3] = Math.round(alpha * 255);
    }
  }

  function blended(under: number, above: number): number {
    switch (blendMode) {
      case 'mult':
        return (under * above) / 255;
      case 'screen':
        return under + above - (under * above) / 255;
      case 'lighten':
        return Math.max(under, above);
      case 'darken':
        return Math.min(under, above);
      default:
        return above;
    }
  }
}

/** From 0 to 1, evenly distributed, and without a visible pattern: the finaliser of MurmurHash3. */
function noise(x: number, y: number): number {
  let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Makes an image transparent where a mask is dark or transparent, or has no pixels. @param image changed */
export function applyMask(image: PlacedPixels, mask: PlacedPixels | undefined): void {
  const { pixels, width, height } = image;
  for (let y = 0; y < height; y += 1) {
    const maskY = mask ? y + image.top - mask.top : -1;
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4 + 3;
      const maskX = mask ? x + image.left - mask.left : -1;
      if (!mask || maskX < 0 || maskY < 0 || maskX >= mask.width || maskY >= mask.height) {
        pixels[at] = 0;
        continue;
      }
      const from = (maskY * mask.width + maskX) * 4;
      const found = mask.pixels;
      // Gray: all three are equal. Of a coloured mask the brightness counts (Rec. 709).
      const light =
        0.2126 * (found[from] as number) +
        0.7152 * (found[from + 1] as number) +
        0.0722 * (found[from + 2] as number);
      pixels[at] = Math.round(((pixels[at] as number) * light * (found[from + 3] as number)) / 65_025);
    }
  }
}
