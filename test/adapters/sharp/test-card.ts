import sharp, { type Sharp } from 'sharp';

/** Pixels: 6 × 4 cells, each of a colour of its own. */
export const cell = 100;
export const columns = 6;
export const rows = 4;
export const card = { width: columns * cell, height: rows * cell };

export type Colour = readonly [red: number, green: number, blue: number];

/** Far enough from each other and from white that a blurred edge is no other cell. */
export const colourOf = (column: number, row: number): Colour => [
  20 + column * 40,
  20 + row * 60,
  200 - column * 30,
];

/** The card's pixels, laid out as EXIF orientation 1–8 stores an upright picture (Exif 2.3, tag 274). */
export function drawCard(orientation = 1): Sharp {
  const { width, height } = card;
  const onSide = orientation >= 5;
  const stored = onSide ? { width: height, height: width } : { width, height };
  const place: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [width - 1 - x, y],
    3: (x, y) => [width - 1 - x, height - 1 - y],
    4: (x, y) => [x, height - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, width - 1 - x],
    7: (x, y) => [height - 1 - y, width - 1 - x],
    8: (x, y) => [height - 1 - y, x],
  };
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [storedX, storedY] = place[orientation]?.(x, y) ?? [x, y];
      pixels.set(
        colourOf(Math.floor(x / cell), Math.floor(y / cell)),
        (storedY * stored.width + storedX) * 3,
      );
    }
  }
  return sharp(pixels, { raw: { ...stored, channels: 3 } });
}

/** A decoded reply. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Components at a place, 0–255. */
  at(x: number, y: number): number[];
}

export async function decode(image: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    width,
    height,
    channels,
    at(x, y) {
      const start = (Math.floor(y) * width + Math.floor(x)) * channels;
      return [...data.subarray(start, start + channels)];
    },
  };
}

/** The largest difference of a component. */
export function distance(found: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN))));
}
