/** Colours are counted in 4,096 groups: 4 bits of red, green and blue each. */
const groupBits = 4;

/** Pixels whose alpha is below count as transparent. */
const minAlpha = 128;

const white = '#ffffff';

/**
 * The colour that most of the opaque pixels have: the average of the largest group of similar colours. The first of equally large
 * groups counts.
 * @param pixels red, green, blue, alpha, 8 bits each
 * @returns `#rrggbb`; white if all pixels are transparent
 */
export function dominantColour(pixels: Uint8Array): string {
  const groups = new Map<number, [count: number, red: number, green: number, blue: number]>();
  const shift = 8 - groupBits;
  for (let index = 0; index + 3 < pixels.length; index += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(index, index + 4);
    if (alpha < minAlpha) continue;
    const name = ((red >> shift) << (2 * groupBits)) | ((green >> shift) << groupBits) | (blue >> shift);
    const group = groups.get(name) ?? [0, 0, 0, 0];
    groups.set(name, [group[0] + 1, group[1] + red, group[2] + green, group[3] + blue]);
  }
  const [first, ...others] = groups.values();
  if (!first) return white;
  const [count, ...sums] = others.reduce(
    (largest, group) => (group[0] > largest[0] ? group : largest),
    first,
  );
  return `#${sums
    .map((sum) =>
      Math.round(sum / count)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
