/** TrueType fonts whose letters are made of rectangles. Source of the tables: the OpenType specification. */

/** Units of an em. Ascender 800, descender -200, no gap: a line is as high as the size of the font. */
export const unitsPerEm = 1_000;

/** In units of the font, from the baseline upwards. */
export interface Rectangle {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

const firstLetter = 32;
const lastLetter = 126;

/**
 * A font with the printable letters of ASCII.
 * @param advance width of each letter in units of the font
 * @param shapeOf the rectangles of a letter
 */
export function rectangleFont(advance: number, shapeOf: (letter: string) => readonly Rectangle[]): Buffer {
  const letters = Array.from({ length: lastLetter - firstLetter + 1 }, (_, index) =>
    String.fromCharCode(firstLetter + index),
  );
  // Glyph 0 is for letters that are missing.
  const missing: Rectangle[] = [{ left: 100, bottom: 0, right: advance - 100, top: 700 }];
  const shapes = [missing, ...letters.map(shapeOf)];
  const outlines = shapes.map(outline);
  let at = 0;
  const offsets = outlines.map((bytes) => {
    const begin = at;
    at += bytes.length;
    return begin;
  });
  const count = outlines.length;
  const box = [0, -200, 1_000, 1_000];
  const tables: Readonly<Record<string, Buffer>> = {
    cmap: cmap(),
    glyf: Buffer.concat(outlines),
    head: numbers([
      ...[1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, unitsPerEm],
      ...[0, 0, 0, 0, 0, 0, 0, 0, ...box, 0, 8, 2, 1, 0],
    ]),
    hhea: numbers([1, 0, 800, -200, 0, advance, 0, 0, 1_000, 1, 0, 0, 0, 0, 0, 0, 0, count]),
    hmtx: numbers(shapes.flatMap((shape) => [advance, lowestOf(shape)])),
    loca: longs([...offsets, at]),
    maxp: numbers([0, 0x5000, count]),
  };
  const entries = Object.entries(tables);
  let end = 12 + entries.length * 16;
  const directory = entries.map(([name, table]) => {
    const entry = Buffer.concat([Buffer.from(name), longs([0, end, table.length])]);
    end += table.length + (-table.length & 3);
    return entry;
  });
  return Buffer.concat([
    numbers([1, 0, entries.length, 64, 2, 48]),
    ...directory,
    ...entries.map(([, table]) => padded(table)),
  ]);
}

/** The side bearing: where a glyph begins, in its metrics and in its outline. */
function lowestOf(shape: readonly Rectangle[]): number {
  return shape.length === 0 ? 0 : Math.min(...shape.map(({ left }) => left));
}

/** One contour of four points for each rectangle; coordinates as differences of two bytes. */
function outline(rectangles: readonly Rectangle[]): Buffer {
  if (rectangles.length === 0) return Buffer.alloc(0);
  const points = rectangles.flatMap(({ left, bottom, right, top }) => [
    [left, bottom],
    [left, top],
    [right, top],
    [right, bottom],
  ]);
  const differences = (axis: 0 | 1) =>
    points.map((point, index) => (point[axis] ?? 0) - (points[index - 1]?.[axis] ?? 0));
  const lowest = (axis: 0 | 1) => Math.min(...points.map((point) => point[axis] ?? 0));
  const highest = (axis: 0 | 1) => Math.max(...points.map((point) => point[axis] ?? 0));
  return padded(
    Buffer.concat([
      numbers([rectangles.length, lowest(0), lowest(1), highest(0), highest(1)]),
      numbers(rectangles.map((_, index) => index * 4 + 3)),
      numbers([0]),
      Buffer.alloc(points.length, 1),
      numbers([...differences(0), ...differences(1)]),
    ]),
  );
}

/** Format 4: one segment for all letters, and the one that ends the table. */
function cmap(): Buffer {
  const segments = [lastLetter, 0xffff, 0, firstLetter, 0xffff, 1 - firstLetter, 1, 0, 0];
  const subtable = [4, 14 + segments.length * 2, 0, 4, 4, 1, 0, ...segments];
  return Buffer.concat([numbers([0, 1, 3, 1]), longs([12]), numbers(subtable)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function numbers(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value & 0xffff, index * 2);
  return buffer;
}

function longs(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, index * 4);
  return buffer;
}
