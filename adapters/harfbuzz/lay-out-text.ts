/**
 * Text as outlines, laid out with HarfBuzz, which is compiled to WebAssembly. Unlike the text of the image library it uses the one
 * font that it gets, and no other of the machine or of an earlier request.
 */
import type { Font } from 'harfbuzzjs';
import type { Box } from '../../domain/delivery/plan-image.ts';
import type { Size } from '../../domain/delivery/plan-size.ts';
import type { TextCommand } from '../../domain/delivery/text-layer.ts';
import { Failure } from '../../domain/failure.ts';

/** A text with its lines broken. */
export interface LaidOutText extends Size {
  /** SVG of a part of the text, in any size. */
  readonly svg: (part: Box, size: Size) => string;
}

/** Characters of the SVG of a text. Outlines of a usual font have a few hundred bytes a letter. */
const maxSvgLength = 4_000_000;

/** A glyph, placed in units of the font. */
interface Glyph {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

interface Line {
  readonly glyphs: readonly Glyph[];
  readonly width: number;
}

/**
 * Breaks a text into lines, and places its glyphs. Each line is written in one direction, that of its first letters.
 * @param bytes a TrueType or OpenType font, or a collection, of which the first font is used
 * @throws Failure `image.invalid-argument` for another file; `image.too-large` for outlines that are too complex
 */
export async function layOutText(bytes: Uint8Array, command: TextCommand): Promise<LaidOutText> {
  const { Blob, Buffer, Face, Font, shape } = await import('harfbuzzjs');
  const face = new Face(new Blob(bytes));
  const font = new Font(face);
  if (!isFont(bytes) || face.collectUnicodes().length === 0) throw wrongFont();
  const scale = command.fontSize / face.upem;
  const { ascender, descender, lineGap } = font.hExtents();
  const leading = command.leading || (ascender - descender + lineGap) * scale;
  const shaped = (text: string): Line => {
    const buffer = new Buffer();
    buffer.addText(text);
    buffer.guessSegmentProperties();
    shape(font, buffer);
    let x = 0;
    const positions = buffer.getGlyphPositions();
    const glyphs = buffer.getGlyphInfos().map(({ codepoint }, index) => {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[index] ?? {};
      const glyph = { id: codepoint, x: x + xOffset, y: yOffset };
      x += xAdvance;
      return glyph;
    });
    return { glyphs, width: x * scale };
  };
  const lines = command.text
    .split('\n')
    .flatMap((paragraph) => broken(paragraph, command.width || Number.POSITIVE_INFINITY, shaped));
  const width = command.width || Math.max(1, Math.ceil(Math.max(...lines.map((line) => line.width))));
  const height = command.height || Math.max(1, Math.ceil(lines.length * leading));
  // The space between lines is divided between above and below.
  const baseline = (leading + (ascender + descender) * scale) / 2;
  const paths = lines.map(({ glyphs, width: used }, index) => {
    const left = { left: 0, center: (width - used) / 2, right: width - used }[command.align];
    const outlines = glyphs.map(({ id, x, y }) => outline(font, id, x, y)).join('');
    const at = `${rounded(left)} ${rounded(baseline + index * leading)}`;
    return `<g transform="translate(${at}) scale(${scale} ${-scale})">${outlines}</g>`;
  });
  const content = paths.join('');
  if (content.length > maxSvgLength) {
    throw new Failure('image.too-large', 'text: the outlines of this font are too complex; use less text');
  }
  const { r, g, b, alpha } = command.colour;
  return {
    width,
    height,
    svg: (part, size) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="${part.left} ${part.top} ${part.width} ${part.height}" preserveAspectRatio="none"><g fill="rgb(${r},${g},${b})" opacity="${alpha}">${content}</g></svg>`,
  };
}

function outline(font: Font, id: number, x: number, y: number): string {
  const path = font.glyphToPath(id);
  return path === '' ? '' : `<path transform="translate(${x} ${y})" d="${path}"/>`;
}

/** Where a line may end: after white space, and after each letter of a script that writes without it. */
const breaks = /(?<=\s)(?=\S)|(?<=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/u;

/** The lines of a paragraph. A word that is too long for a line is broken anywhere. */
function broken(paragraph: string, width: number, shaped: (text: string) => Line): Line[] {
  const whole = shaped(paragraph);
  if (whole.width <= width) return [whole];
  const fits = (text: string) => shaped(text.trimEnd()).width <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(breaks)) {
    if (fits(line + word)) {
      line += word;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    const letters = fits(word)
      ? [word]
      : [...new Intl.Segmenter().segment(word)].map(({ segment }) => segment);
    for (const letter of letters) {
      if (line !== '' && !fits(line + letter)) {
        lines.push(line);
        line = '';
      }
      line += letter;
    }
  }
  return [...lines, line].map((text) => shaped(text.trimEnd()));
}

/** TrueType, OpenType with PostScript outlines, and collections. */
function isFont(bytes: Uint8Array): boolean {
  const tag = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return tag === '\0\x01\0\0' || tag === 'OTTO' || tag === 'ttcf' || tag === 'true';
}

function wrongFont(): Failure {
  return new Failure(
    'image.invalid-argument',
    'font: text needs a TrueType or OpenType font (ttf, otf, ttc)',
  );
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
