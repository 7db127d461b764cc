/**
 * Batch set presets: sets that an upload builds of its files by their names. A pattern is literal text with fields in
 * braces, read by hand in one pass from each end towards `{base}`: no pattern can take more steps than the id and the
 * pattern have characters.
 */
import { Failure, type FailureDetail } from '../failure.ts';
import { article } from './built-asset.ts';

export const presetSetTypes = [
  'image-set',
  'swatch-set',
  'spin-set',
  'mixed-media-set',
  'ecatalog',
  'adaptive-video-set',
] as const;
export type PresetSetType = (typeof presetSetTypes)[number];

/** Presets of a company: reading them all for an upload is one page. */
export const maxPresets = 50;

export interface BatchSetPreset {
  /** Unique in the company. */
  readonly name: string;
  readonly setType: PresetSetType;
  /** Which ids are members: `{base}-{view}`, `{base}_{row}_{column}`. */
  readonly members: string;
  /** Which ids are swatches, of the member with the same base and place. Only for image and swatch sets. */
  readonly swatches?: string;
  /** Words that stand for `{view}`, in the order of the set; a number of up to 6 digits unless given. */
  readonly views?: readonly string[];
  /** The id of the set. */
  readonly setId: string;
  /** Whether uploads use it that name no presets. */
  readonly active: boolean;
}

type FieldName = 'base' | 'view' | 'row' | 'column';
type Piece = { readonly text: string } | { readonly field: FieldName };

/** Where in a set something belongs: row and column in a 2D spin set, else only a column. */
export interface MemberPosition {
  readonly row?: number;
  readonly column: number;
}

/** What an id says by a pattern. */
export interface Match {
  readonly base: string;
  readonly position: MemberPosition;
  /** The fields as they stand in the id: `07` and `7` are one place and two ids. */
  readonly texts: Readonly<Partial<Record<FieldName, string>>>;
}

const fields: readonly FieldName[] = ['base', 'view', 'row', 'column'];
const maxDigits = 6;

/**
 * Checks what no schema can: that its patterns can be read, and fit its type.
 * @throws Failure `request.invalid` that names each wrong field and its rule
 */
export function checkPreset(preset: BatchSetPreset): void {
  const details: FailureDetail[] = [];
  const check = (field: 'members' | 'swatches', pattern: string | undefined) => {
    const message = pattern === undefined ? undefined : problemOf(pattern, preset);
    if (message !== undefined) details.push({ field, message });
  };
  check('members', preset.members);
  check('swatches', preset.swatches);
  if (preset.setType === 'swatch-set' && preset.swatches === undefined) {
    details.push({ field: 'swatches', message: 'is needed for swatch sets' });
  }
  if (preset.swatches !== undefined && preset.setType !== 'swatch-set' && preset.setType !== 'image-set') {
    details.push({ field: 'swatches', message: `is not taken for ${article(preset.setType)}` });
  }
  if (preset.swatches === preset.members) {
    details.push({ field: 'swatches', message: 'must differ from members' });
  }
  const pieces = readPieces(preset.setId);
  const named = fieldsOf(pieces ?? []);
  if (!pieces || named.length !== 1 || named[0] !== 'base') {
    details.push({ field: 'setId', message: 'must hold {base} once, and no other field' });
  }
  if (preset.views !== undefined && !fieldsOf(readPieces(preset.members) ?? []).includes('view')) {
    details.push({ field: 'views', message: 'is taken only where members holds {view}' });
  }
  if (preset.views !== undefined && new Set(preset.views).size < preset.views.length) {
    details.push({ field: 'views', message: 'must not name a view twice' });
  }
  const [first] = details;
  if (first) throw new Failure('request.invalid', `${first.field}: ${first.message}`, { details });
}

/**
 * Reads an id by a pattern. Numbers are taken as long as they are, words the longest first; what is left between the
 * two ends is the base, and must not be empty.
 * @returns undefined where the id does not fit, or the pattern cannot be read
 */
export function matchId(
  pattern: string,
  id: string,
  views: readonly string[] | undefined,
): Match | undefined {
  const pieces = readPieces(pattern);
  const middle = pieces?.findIndex((piece) => 'field' in piece && piece.field === 'base') ?? -1;
  if (!pieces || middle < 0) return undefined;
  const texts: Partial<Record<FieldName, string>> = {};
  let [start, end] = [0, id.length];
  for (const piece of pieces.slice(0, middle)) {
    const taken = takeFrom('start', piece, id.slice(start, end), views);
    if (taken === undefined) return undefined;
    if ('field' in piece) texts[piece.field] = taken;
    start += taken.length;
  }
  for (const piece of pieces.slice(middle + 1).reverse()) {
    const taken = takeFrom('end', piece, id.slice(start, end), views);
    if (taken === undefined) return undefined;
    if ('field' in piece) texts[piece.field] = taken;
    end -= taken.length;
  }
  const base = id.slice(start, end);
  if (base === '') return undefined;
  return { base, position: positionOf(texts, views), texts: { ...texts, base } };
}

/** The id that fields give by a pattern: the way back from a match. */
export function fillPattern(pattern: string, texts: Match['texts']): string {
  return (readPieces(pattern) ?? [])
    .map((piece) => ('text' in piece ? piece.text : (texts[piece.field] ?? '')))
    .join('');
}

/** By rows, then by columns. */
export function comparePositions(a: MemberPosition, b: MemberPosition): number {
  return (a.row ?? 0) - (b.row ?? 0) || a.column - b.column;
}

function problemOf(pattern: string, { setType, views }: BatchSetPreset): string | undefined {
  const pieces = readPieces(pattern);
  if (!pieces) return `must be text with the fields ${fields.map((name) => `{${name}}`).join(', ')} in it`;
  const named = fieldsOf(pieces);
  const twice = named.find((name, index) => named.indexOf(name) < index);
  if (twice !== undefined) return `must hold {${twice}} only once`;
  if (!named.includes('base')) return 'must hold {base}';
  const places = named.filter((name) => name !== 'base');
  const twoDimensional = places.includes('row') || places.includes('column');
  if (twoDimensional && setType !== 'spin-set')
    return `has rows and columns, which ${article(setType)} has not`;
  if (twoDimensional ? places.length !== 2 || places.includes('view') : places.length !== 1) {
    return 'must hold either {view}, or {row} and {column}';
  }
  const touching = pieces.findIndex((piece, index) => {
    const before = pieces[index - 1];
    // Between base and a number the digits decide; two numbers in a row nothing does.
    return (
      'field' in piece && before && 'field' in before && before.field !== 'base' && piece.field !== 'base'
    );
  });
  if (touching > 0) return 'must have text between two numbers';
  if (views?.length === 0) return 'holds {view}, for which views names no words';
  return undefined;
}

/** @returns undefined where braces do not enclose a field */
function readPieces(pattern: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let rest = pattern;
  while (rest !== '') {
    const open = rest.indexOf('{');
    const text = open < 0 ? rest : rest.slice(0, open);
    if (text.includes('}')) return undefined;
    if (text !== '') pieces.push({ text });
    if (open < 0) break;
    const close = rest.indexOf('}', open);
    const field = fields.find((name) => name === rest.slice(open + 1, close));
    if (close < 0 || field === undefined) return undefined;
    pieces.push({ field });
    rest = rest.slice(close + 1);
  }
  return pieces;
}

function fieldsOf(pieces: readonly Piece[]): FieldName[] {
  return pieces.flatMap((piece) => ('field' in piece ? [piece.field] : []));
}

/** What a piece takes from one end of a text. */
function takeFrom(
  side: 'start' | 'end',
  piece: Piece,
  text: string,
  views: readonly string[] | undefined,
): string | undefined {
  const fits = (word: string) => (side === 'start' ? text.startsWith(word) : text.endsWith(word));
  if ('text' in piece) return fits(piece.text) ? piece.text : undefined;
  if (piece.field === 'view' && views) {
    return views.filter((word) => word !== '' && fits(word)).sort((a, b) => b.length - a.length)[0];
  }
  let length = 0;
  while (length < Math.min(maxDigits, text.length)) {
    const character = text[side === 'start' ? length : text.length - 1 - length] ?? '';
    if (character < '0' || character > '9') break;
    length += 1;
  }
  if (length === 0) return undefined;
  return side === 'start' ? text.slice(0, length) : text.slice(text.length - length);
}

function positionOf(texts: Match['texts'], views: readonly string[] | undefined): MemberPosition {
  if (texts.view !== undefined) {
    return { column: views ? views.indexOf(texts.view) : Number(texts.view) };
  }
  return { row: Number(texts.row), column: Number(texts.column) };
}
