/** A TrueType font of rectangles, so that a test knows each pixel of a text. Source of the tables: the OpenType specification. */

/** Units of an em. Ascender 800, descender -200, no gap: a line is as high as the size of the font. */
export const unitsPerEm = 1_000;

/** The rectangle of a letter in units of the font, above the baseline. */
export function boxOf(letter: string, advance: number): { left: number; right: number; top: number } {
  return { left: 100, right: advance - 100, top: 200 + ((letter.codePointAt(0) ?? 0) % 8) * 50 };
}

/** @param advance width of each letter in units of the font; a space is as wide */
export function sampleFont(advance = 600): Buffer {
  const letters = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const outlines = ['', ...letters].map((letter) =>
    letter === ' ' ? Buffer.alloc(0) : rectangle(letter === '' ? 'x' : letter, advance),
  );
  let at = 0;
  const offsets = outlines.map((outline) => {
    const begin = at;
    at += outline.length;
    return begin;
  });
  const count = outlines.length;
  const tables: Record<string, Buffer> = {
    cmap: cmap(letters),
    glyf: Buffer.concat(outlines),
    head: numbers([
      1,
      0,
      1,
      0,
      0,
      0,
      0x5f0f,
      0x3cf5,
      0,
      unitsPerEm,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      1000,
      1000,
      0,
      8,
      2,
      1,
      0,
    ]),
    hhea: numbers([1, 0, 800, -200, 0, advance, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, count]),
    hmtx: numbers(outlines.flatMap(() => [advance, 100])),
    loca: longs([...offsets, at]),
    maxp: numbers([0, 0x5000, count]),
  };
  const names = Object.keys(tables);
  let end = 12 + names.length * 16;
  const directory = names.map((name) => {
    const table = tables[name] ?? Buffer.alloc(0);
    const entry = Buffer.concat([Buffer.from(name), longs([0, end, table.length])]);
    end += table.length + (-table.length & 3);
    return entry;
  });
  const padded = Object.values(tables).map((table) =>
    Buffer.concat([table, Buffer.alloc(-table.length & 3)]),
  );
  return Buffer.concat([numbers([1, 0, names.length, 64, 2, 48]), ...directory, ...padded]);
}

function rectangle(letter: string, advance: number): Buffer {
  const { left, right, top } = boxOf(letter, advance);
  // One contour of four points on the curve; coordinates as differences of two bytes.
  const head = numbers([1, left, 0, right, top, 3, 0]);
  const points = Buffer.concat([
    Buffer.from([1, 1, 1, 1]),
    numbers([left, 0, right - left, 0, 0, top, 0, -top]),
  ]);
  const outline = Buffer.concat([head, points]);
  return Buffer.concat([outline, Buffer.alloc(-outline.length & 3)]);
}

/** Format 4: one segment for all letters, and the one that ends the table. Glyph 0 is for letters that are missing. */
function cmap(letters: readonly string[]): Buffer {
  const first = letters[0]?.charCodeAt(0) ?? 0;
  const last = first + letters.length - 1;
  const segments = [last, 0xffff, 0, first, 0xffff, 1 - first, 1, 0, 0];
  const subtable = [4, 14 + segments.length * 2, 0, 4, 4, 1, 0, ...segments];
  return Buffer.concat([numbers([0, 1, 3, 1]), longs([12]), numbers(subtable)]);
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
