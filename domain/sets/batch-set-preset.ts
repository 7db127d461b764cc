/**
 * Batch set presets: rules by which an upload builds sets from its files' names. A pattern is text with fields in braces.
 * It is matched in one pass from each end towards `{base}`, not by a regular expression, so that the number of steps is
 * bounded by the length of id and pattern.
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

/** Number of presets that a company can have. One page of a query reads them all for an upload. */
export const maxPresets = 50;

/** A rule by which uploads build sets. */
export interface BatchSetPreset {
  /** Unique in the company. */
  readonly name: string;
  readonly setType: PresetSetType;
  /** Pattern of the members' ids: `{base}-{view}`, `{base}_{row}_{column}`. */
  readonly members: string;
  /** Pattern of the swatches' ids; base and position are those of the member. Only for image and swatch sets. */
  readonly swatches?: string;
  /** Values of `{view}` in the order of the set. Without them, `{view}` is a number of up to 6 digits. */
  readonly views?: readonly string[];
  /** Pattern of the set's id. */
  readonly setId: string;
  /** Uploads that name no presets use the active ones. */
  readonly active: boolean;
}

type FieldName = 'base' | 'view' | 'row' | 'column';
type Piece = { readonly text: string } | { readonly field: FieldName };

/** Position of a member in a set: row and column in a 2D spin set, only a column in other sets. */
export interface MemberPosition {
  readonly row?: number;
  readonly column: number;
}

/** The values of a pattern's fields in an id. */
export interface Match {
  readonly base: string;
  readonly position: MemberPosition;
  /** The fields as in the id: `07` and `7` are the same position in two different ids. */
  readonly texts: Readonly<Partial<Record<FieldName, string>>>;
}

const fields: readonly FieldName[] = ['base', 'view', 'row', 'column'];
const maxDigits = 6;

/**
 * Checks what the schema of the API cannot check: that the patterns are valid, and fit the type of the set.
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
    details.push({ field: 'swatches', message: 'is required for swatch sets' });
  }
  if (preset.swatches !== undefined && preset.setType !== 'swatch-set' && preset.setType !== 'image-set') {
    details.push({ field: 'swatches', message: `is not allowed for ${article(preset.setType)}` });
  }
  if (preset.swatches === preset.members) {
    details.push({ field: 'swatches', message: 'must differ from members' });
  }
  const pieces = readPieces(preset.setId);
  const named = fieldsOf(pieces ?? []);
  if (!pieces || named.length !== 1 || named[0] !== 'base') {
    details.push({ field: 'setId', message: 'must contain {base} once and no other field' });
  }
  if (preset.views !== undefined && !fieldsOf(readPieces(preset.members) ?? []).includes('view')) {
    details.push({ field: 'views', message: 'is allowed only if members contains {view}' });
  }
  const repeated = preset.views?.find((view, index, views) => views.indexOf(view) < index);
  if (repeated !== undefined) {
    details.push({ field: 'views', message: `must not contain "${repeated}" twice` });
  }
  const [first] = details;
  if (first) throw new Failure('request.invalid', `${first.field}: ${first.message}`, { details });
}

/**
 * Matches an id with a pattern. Numbers and views match as many characters as possible. The text that remains between
 * both ends is the base, which must not be empty.
 * @param views values of `{view}`; undefined: a number
 * @returns undefined if the id does not match, or the pattern is not valid
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

/** The id that a pattern gives for field values: the inverse of {@link matchId}. */
export function fillPattern(pattern: string, texts: Match['texts']): string {
  return (readPieces(pattern) ?? [])
    .map((piece) => ('text' in piece ? piece.text : (texts[piece.field] ?? '')))
    .join('');
}

/** Compares positions by row, then by column. */
export function comparePositions(a: MemberPosition, b: MemberPosition): number {
  return (a.row ?? 0) - (b.row ?? 0) || a.column - b.column;
}

function problemOf(pattern: string, { setType, views }: BatchSetPreset): string | undefined {
  const pieces = readPieces(pattern);
  if (!pieces)
    return `must be text with the fields ${fields.map((name) => `{${name}}`).join(', ')} and no other braces`;
  const named = fieldsOf(pieces);
  const twice = named.find((name, index) => named.indexOf(name) < index);
  if (twice !== undefined) return `must contain {${twice}} only once`;
  if (!named.includes('base')) return 'must contain {base}';
  const positions = named.filter((name) => name !== 'base');
  const twoDimensional = positions.includes('row') || positions.includes('column');
  if (twoDimensional && setType !== 'spin-set')
    return `must not contain {row} or {column}: ${article(setType)} has no rows and columns`;
  if (twoDimensional ? positions.length !== 2 || positions.includes('view') : positions.length !== 1) {
    return 'must contain either {view} or both {row} and {column}';
  }
  const touching = pieces.findIndex((piece, index) => {
    const before = pieces[index - 1];
    // Digits separate a number from the base, but nothing separates two adjacent numbers.
    return (
      'field' in piece && before && 'field' in before && before.field !== 'base' && piece.field !== 'base'
    );
  });
  if (touching > 0) return 'must have text between {row} and {column}';
  if (views?.length === 0) return 'contains {view}, but views is empty';
  return undefined;
}

/** @returns undefined if braces do not enclose a field */
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

/** The characters that a piece matches at one end of a text. */
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
