/** Metadata of many assets as a table: a row for each asset, a column for each value. */
import type { Asset, Metadata } from '../assets/asset.ts';
import { checkLiveDates, type LiveDates, readLiveDate } from '../assets/live-dates.ts';
import type { MetadataEdit } from './edit-metadata.ts';
import { type FieldValue, fieldName, isReservedName, type MetadataSchema } from './metadata-schema.ts';

/** Columns of a table beside those of the fields, which are `fields.<name>`. */
const valueColumns = [
  'title',
  'description',
  'altText',
  'keywords',
  'addKeywords',
  'removeKeywords',
  'liveFrom',
  'liveUntil',
] as const;

/** Columns that an exported table has for its readers. They are not read. */
const shownColumns = ['folder', 'type'] as const;

/** Columns that say from when until when an asset is live. */
const dateColumns = ['liveFrom', 'liveUntil'] as const;

const fieldPrefix = 'fields.';

export type Cell = string | number | undefined;

export interface CellProblem {
  readonly column: string;
  readonly message: string;
}

/** A row that was read. */
export interface MetadataRow {
  /** As spreadsheets number it: the header is row 1. */
  readonly row: number;
  /** Empty if the row has none. */
  readonly id: string;
  /** Move the asset to the trash. */
  readonly trash: boolean;
  /** Cells by column, without those that are kept. */
  readonly cells: ReadonlyMap<string, string>;
  /** What is wrong with the row, whatever the asset is. */
  readonly problems: readonly CellProblem[];
}

/** The rows of a table, the header first. */
export function metadataTable(assets: readonly Asset[], schema: MetadataSchema): Cell[][] {
  const known = schema.fields.map(({ name }) => name);
  const free = new Set(
    assets.flatMap(({ fields = {} }) => Object.keys(fields)).filter((name) => !known.includes(name)),
  );
  const names = [...known, ...[...free].sort()];
  const header = ['id', ...shownColumns, 'title', 'description', 'altText', 'keywords', ...dateColumns];
  return [
    [...header, ...names.map((name) => fieldPrefix + name)],
    ...assets.map(
      ({ id, folder, type, title, description, altText, keywords = [], fields = {}, ...dates }) => [
        id,
        folder,
        type,
        title,
        description,
        altText,
        joinKeywords(keywords),
        ...dateColumns.map((name) => dates[name]?.replace(':00.000Z', 'Z')),
        ...names.map((name) => (typeof fields[name] === 'boolean' ? String(fields[name]) : fields[name])),
      ],
    ),
  ];
}

/** What is wrong with the header of a table. Columns may be missing and have any order. */
export function headerProblems(header: readonly string[]): CellProblem[] {
  const wrong = header.flatMap((column, index): CellProblem[] => {
    if (header.indexOf(column) < index) return [{ column, message: 'is there twice' }];
    if (column === 'id' || column === 'delete' || isShown(column)) return [];
    if (!isValueColumn(column)) {
      const known = ['id', ...valueColumns, 'delete'].join(', ');
      return [{ column, message: `is no column of metadata: those are ${known} and ${fieldPrefix}<name>` }];
    }
    const name = column.slice(fieldPrefix.length);
    const isField = column.startsWith(fieldPrefix);
    return isField && (!fieldName.test(name) || isReservedName(name))
      ? [{ column, message: 'is not a valid name of a field' }]
      : [];
  });
  return header.includes('id') ? wrong : [{ column: 'id', message: 'is missing' }, ...wrong];
}

/**
 * Reads the rows below a header. Columns that are missing stay as they are.
 * @param empty what an empty cell does: it removes the value, or keeps it
 */
export function readMetadataRows(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  empty: 'keep' | 'remove',
): MetadataRow[] {
  const seen = new Map<string, number>();
  return rows.map((given, index) => {
    const row = index + 2;
    const cells = new Map(header.map((column, at) => [column, given[at] ?? '']));
    const id = (cells.get('id') ?? '').normalize('NFC').trim();
    const trash = (cells.get('delete') ?? '').trim().toLowerCase();
    const first = seen.get(id);
    if (first === undefined) seen.set(id, row);
    const problems: CellProblem[] = [];
    if (id === '') problems.push({ column: 'id', message: 'must not be empty' });
    else if (first !== undefined) problems.push({ column: 'id', message: `${id} is in row ${first} too` });
    if (!['', 'yes', 'no'].includes(trash))
      problems.push({ column: 'delete', message: `must be yes, no or empty, not ${trash}` });
    const changed = [...cells].filter(
      ([column, cell]) => isValueColumn(column) && (empty === 'remove' || cell.trim() !== ''),
    );
    return { row, id, trash: trash === 'yes', cells: new Map(changed), problems };
  });
}

function isValueColumn(column: string): boolean {
  return valueColumns.some((name) => name === column) || column.startsWith(fieldPrefix);
}

function isShown(column: string): boolean {
  return shownColumns.some((name) => name === column);
}

/**
 * The edit that a row asks for.
 * @param before the values as they are: a field that is not in the schema keeps its type
 */
export function editOfRow({ cells }: MetadataRow, before: Metadata, schema: MetadataSchema): MetadataEdit {
  const text = (column: string) => {
    const cell = cells.get(column);
    return cell === undefined ? undefined : cell.trim() === '' ? null : cell;
  };
  const list = (column: string) => {
    const cell = cells.get(column);
    return cell === undefined ? undefined : splitKeywords(cell);
  };
  const fields = [...cells].flatMap(([column, cell]) => {
    if (!column.startsWith(fieldPrefix)) return [];
    const name = column.slice(fieldPrefix.length);
    return [[name, cell.trim() === '' ? null : fieldValue(name, cell, before, schema)] as const];
  });
  return {
    title: text('title'),
    description: text('description'),
    altText: text('altText'),
    keywords: list('keywords'),
    addKeywords: list('addKeywords'),
    removeKeywords: list('removeKeywords'),
    // A table of an export has columns for the fields of all assets: an empty cell of a missing field is no edit.
    fields: fields.some(([name, value]) => value !== null || before.fields?.[name] !== undefined)
      ? Object.fromEntries(fields)
      : undefined,
  };
}

/**
 * The dates that a row asks for; undefined if it has no column of them.
 * @param before the dates as they are: a column that is missing keeps its date
 * @param timeZone of the company
 * @throws Failure `request.invalid` that names the column
 */
export function datesOfRow(
  { cells }: MetadataRow,
  before: LiveDates,
  timeZone: string,
): LiveDates | undefined {
  if (!dateColumns.some((name) => cells.has(name))) return undefined;
  const dates = Object.fromEntries(
    dateColumns.flatMap((name) => {
      const cell = cells.get(name);
      const date =
        cell === undefined || cell.trim() === ''
          ? cell === undefined && before[name]
          : readLiveDate(cell, name, timeZone);
      return date ? [[name, date]] : [];
    }),
  );
  checkLiveDates(dates);
  return dates;
}

function fieldValue(
  name: string,
  cell: string,
  { fields = {} }: Metadata,
  { fields: known }: MetadataSchema,
): FieldValue {
  const text = cell.trim();
  const type = known.find((field) => field.name === name)?.type ?? typeof fields[name];
  if (type === 'number' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
}

/** The column of a wrong value that `editMetadata` names: `keywords[2]` and `body` are no columns. */
export function columnOf(field: string): string {
  return field.replace(/\[\d+\]$/, '').replace(/^body$/, 'id');
}

/** Keywords in one cell: `shoes; red`. A semicolon or backslash within a keyword has a backslash before it. */
export function joinKeywords(keywords: readonly string[]): string | undefined {
  if (keywords.length === 0) return undefined;
  return keywords.map((keyword) => keyword.replace(/[\\;]/g, '\\$&')).join('; ');
}

export function splitKeywords(cell: string): string[] {
  const keywords = [...cell.matchAll(/(?:\\[\s\S]|[^\\;])+/g)].map(([keyword]) =>
    keyword.replace(/\\([\\;])/g, '$1').trim(),
  );
  return keywords.filter((keyword) => keyword !== '');
}
