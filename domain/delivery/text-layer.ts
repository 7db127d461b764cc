import { Failure } from '../failure.ts';
import type { Size } from './plan-size.ts';
import type { Colour, NumberedLayer } from './read-image-query.ts';

/** The text of a layer, with all that its size depends on. */
export interface TextCommand {
  readonly text: string;
  /** Pixels. */
  readonly fontSize: number;
  /** From one baseline to the next, in pixels; 0 is that of the font. */
  readonly leading: number;
  readonly align: 'left' | 'center' | 'right';
  readonly colour: Colour;
  /** Of the box in pixels; 0 is that of the text. */
  readonly width: number;
  readonly height: number;
}

/** Bytes of a font for text. Fonts with the letters of East Asia have 5 to 20 MB. */
export const maxFontBytes = 20 * 1024 ** 2;

const black: Colour = { r: 0, g: 0, b: 0, alpha: 1 };

/** The protocol's default: 12 points at 72 pixels to the inch. */
const usualFontSize = 12;

/**
 * The text of a layer.
 * @param composite the size of layer 0, for a layer on it
 * @throws Failure `image.invalid-argument` for text in RTF
 */
export function textCommandOf(layer: NumberedLayer, composite: Size | undefined): TextCommand {
  const { text = '', fontSize, textAlign = 'left', color = black, size, sizeN } = layer;
  if (/^\s*\{\\rtf/.test(text)) {
    throw new Failure(
      'image.invalid-argument',
      `layer=${layer.number}&text: RTF is not read; write plain text, and use font, fontSize, textAlign and color`,
    );
  }
  const share = (part: number | undefined, whole: number | undefined) =>
    Math.round((part ?? 0) * (whole ?? 0));
  return {
    text: withoutControls(text),
    fontSize: fontSize?.pixels ?? usualFontSize,
    leading: fontSize?.leading ?? 0,
    align: textAlign,
    colour: color,
    width: size?.width ?? share(sizeN?.width, composite?.width),
    height: size?.height ?? share(sizeN?.height, composite?.height),
  };
}

/** Line breaks have one spelling; other control characters have no shape. */
function withoutControls(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/[^\P{Cc}\n]/gu, '');
}
