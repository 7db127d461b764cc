import { thumbnailSide } from '../../domain/delivery/preview-scope.ts';
import type { TextCommand } from '../../domain/delivery/text-layer.ts';
import { Failure } from '../../domain/failure.ts';
import { type LaidOutText, layOutText } from './lay-out-text.ts';

/** The large letters of a specimen, and its lines. A font without them shows others that it has. */
const usual = {
  large: 'Ag',
  lines: 'ABCDEFGHIJKLM\nNOPQRSTUVWXYZ\nabcdefghijklm\nnopqrstuvwxyz\n0123456789',
};

/** Letters on each of the lines of a font that has not the usual ones. */
const lineLength = 8;
const lineCount = 3;

/** Where the texts are, in pixels of the thumbnail. */
const largeBox = { left: 40, top: 32, width: 432, height: 224 };
const linesBox = { left: 40, top: 272, width: 432, height: 208 };

/** A text is laid out in this size and then made to fit. Pixels. */
const fontSize = 100;

const ink = { r: 33, g: 37, b: 41, alpha: 1 };

/**
 * The thumbnail of a font: large letters, and lines of more of them, in the font itself.
 * @param bytes a TrueType or OpenType font, or a collection, of which the first font is used
 * @returns SVG of {@link thumbnailSide} pixels with outlines alone; undefined for what is no such font, is damaged, or has no outlines
 */
export async function drawSpecimen(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const { large, lines } = await textsFor(bytes);
    const parts = [
      placed(await layOutText(bytes, command(large)), largeBox),
      placed(await layOutText(bytes, command(lines)), linesBox),
    ];
    if (parts.some((part) => !part.includes('<path') || /NaN|Infinity/.test(part))) return undefined;
    const side = thumbnailSide;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 512 512"><path fill="#fff" d="M0 0h512v512h-512z"/>${parts.join('')}</svg>`;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The texts of a specimen: the usual ones, or else the first letters or signs of the font. */
async function textsFor(bytes: Uint8Array): Promise<typeof usual> {
  const { Blob, Face } = await import('harfbuzzjs');
  const known = new Set<number>(new Face(new Blob(bytes)).collectUnicodes());
  const has = (text: string) =>
    [...text].every((letter) => letter === '\n' || known.has(letter.codePointAt(0) ?? 0));
  if (has(usual.large)) return has(usual.lines) ? usual : { ...usual, lines: usual.large };
  const shown = [...known]
    .sort((one, other) => one - other)
    .map((code) => String.fromCodePoint(code))
    .filter((letter) => /[^\p{C}\p{Z}\p{M}]|\p{Co}/u.test(letter));
  const letters = shown.filter((letter) => /[\p{L}\p{Co}]/u.test(letter));
  const used = letters.length >= 2 ? letters : shown;
  const lines = Array.from({ length: lineCount }, (_, line) =>
    used.slice(line * lineLength, (line + 1) * lineLength).join(''),
  );
  return { large: used.slice(0, 2).join(''), lines: lines.filter((line) => line !== '').join('\n') };
}

function command(text: string): TextCommand {
  return { text, fontSize, leading: 0, align: 'center', colour: ink, width: 0, height: 0 };
}

/** A text as large as its box allows, in the middle of it. */
function placed({ svg, width, height }: LaidOutText, box: typeof largeBox): string {
  const scale = Math.min(box.width / width, box.height / height);
  const size = { width: width * scale, height: height * scale };
  const left = box.left + (box.width - size.width) / 2;
  const top = box.top + (box.height - size.height) / 2;
  return `<g transform="translate(${left} ${top})">${svg({ left: 0, top: 0, width, height }, size)}</g>`;
}
