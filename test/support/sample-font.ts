/** A font of rectangles, so that a test knows each pixel of a text. */
import { rectangleFont } from '../../samples/rectangle-font.ts';

/** The rectangle of a letter in units of the font, above the baseline. */
export function boxOf(letter: string, advance: number): { left: number; right: number; top: number } {
  return { left: 100, right: advance - 100, top: 200 + ((letter.codePointAt(0) ?? 0) % 8) * 50 };
}

/** @param advance width of each letter in units of the font; a space is as wide */
export function sampleFont(advance = 600): Buffer {
  return rectangleFont(advance, (letter) =>
    letter === ' ' ? [] : [{ ...boxOf(letter, advance), bottom: 0 }],
  );
}
