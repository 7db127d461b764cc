import { type Rectangle, rectangleFont } from './rectangle-font.ts';

/** Seven rows of five pixels, from the top, each row as a number of five bits. */
const rows: Readonly<Record<string, readonly number[]>> = {
  a: [14, 17, 17, 31, 17, 17, 17],
  b: [30, 17, 17, 30, 17, 17, 30],
  c: [14, 17, 16, 16, 16, 17, 14],
  d: [30, 17, 17, 17, 17, 17, 30],
  e: [31, 16, 16, 30, 16, 16, 31],
  f: [31, 16, 16, 30, 16, 16, 16],
  g: [14, 17, 16, 23, 17, 17, 15],
  h: [17, 17, 17, 31, 17, 17, 17],
  i: [14, 4, 4, 4, 4, 4, 14],
  j: [7, 2, 2, 2, 2, 18, 12],
  k: [17, 18, 20, 24, 20, 18, 17],
  l: [16, 16, 16, 16, 16, 16, 31],
  m: [17, 27, 21, 21, 17, 17, 17],
  n: [17, 17, 25, 21, 19, 17, 17],
  o: [14, 17, 17, 17, 17, 17, 14],
  p: [30, 17, 17, 30, 16, 16, 16],
  q: [14, 17, 17, 17, 21, 18, 13],
  r: [30, 17, 17, 30, 20, 18, 17],
  s: [15, 16, 16, 14, 1, 1, 30],
  t: [31, 4, 4, 4, 4, 4, 4],
  u: [17, 17, 17, 17, 17, 17, 14],
  v: [17, 17, 17, 17, 17, 10, 4],
  w: [17, 17, 17, 21, 21, 21, 10],
  x: [17, 17, 10, 4, 10, 17, 17],
  y: [17, 17, 17, 10, 4, 4, 4],
  z: [31, 1, 2, 4, 8, 16, 31],
};

/** Units of the font. */
const pixel = 100;

/** A font for texts on sample pictures: the letters of a matrix printer, all of them capitals. */
export function pixelFont(): Buffer {
  return rectangleFont(6 * pixel, (letter) => (rows[letter.toLowerCase()] ?? []).flatMap(rowOf));
}

function rowOf(bits: number, row: number): Rectangle[] {
  const bottom = (6 - row) * pixel;
  return [0, 1, 2, 3, 4]
    .filter((column) => bits & (16 >> column))
    .map((column) => ({
      left: column * pixel,
      bottom,
      right: (column + 1) * pixel,
      top: bottom + pixel,
    }));
}
