import { pixelLetters } from '../domain/delivery/pixel-letters.ts';
import { type Rectangle, rectangleFont } from './rectangle-font.ts';

/** Units of the font. */
const pixel = 100;

/** A font for texts on sample pictures: the letters of a matrix printer, all of them capitals. */
export function pixelFont(): Buffer {
  return rectangleFont(6 * pixel, (letter) => (pixelLetters[letter.toLowerCase()] ?? []).flatMap(rowOf));
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
