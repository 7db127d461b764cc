import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CommandError } from '../../errors/command-error.ts';
import { folderPath } from '../../library/folder-path.ts';
import { setTypes } from '../../words.ts';
import type { ImportRow, MetadataCells, NewSet, PublishWish, ReadRows } from './import-row.ts';
import { readText } from './read-text.ts';

/** Columns beside `fields.<name>`. docs/migration.md describes them; a test compares the two. */
export const csvColumns = [
  'type',
  'id',
  'file',
  'folder',
  'published',
  'title',
  'description',
  'altText',
  'keywords',
  'members',
  'modifier',
  'postModifier',
  'commands',
] as const;

/** Bytes of one row: more is a broken file, for example a quotation mark that is never closed. */
const maxRowBytes = 4 * 1024 * 1024;

/** Spreadsheets of many countries write semicolons; tab-delimited files are tables too. */
const delimiters = [',', ';', '\t'] as const;

/**
 * Reads the rows of our own table.
 * @param file path of the table
 * @param base folder of the library, below which the folders of the table are
 * @throws CommandError if the table cannot be read, or has a column that is not known
 */
export function csvRows(file: string, base: string): ReadRows {
  return async function* rows() {
    let row = 1;
    let header: readonly string[] | undefined;
    for await (const cells of records(file)) {
      if (header) yield rowOf(row, cellsByColumn(header, cells), base);
      else header = checkedHeader(file, cells);
      row += 1;
    }
    if (!header) throw broken(file, 'The table is empty.');
  };
}

async function* records(file: string): AsyncGenerator<readonly string[], void, undefined> {
  const source = readText(file);
  const first = await source.next();
  if (first.done) return;
  const parser = parse({
    delimiter: delimiterOf(first.value),
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
  });
  const whole = async function* () {
    yield first.value;
    yield* source;
  };
  // An error of the file ends the parser, and is thrown by the loop below.
  pipeline(Readable.from(whole(), { highWaterMark: 1 }), parser, () => {});
  try {
    for await (const cells of parser) yield cells as readonly string[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 1 } = error as { lines?: number };
    throw broken(file, `Line ${lines}: ${reasons[error.code] ?? error.message}`);
  }
}

/** https://csv.js.org/parse/errors/ */
const reasons: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'The row has not as many cells as the header.',
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is not closed.',
  CSV_MAX_RECORD_SIZE: 'The row has more than 4 MiB. Is a quotation mark not closed?',
  CSV_INVALID_CLOSING_QUOTE: 'After the closing quotation mark of a cell there must be a delimiter.',
  INVALID_OPENING_QUOTE:
    'A quotation mark within a cell: put the cell in quotation marks, and write it twice.',
};

/** The delimiter that the first line has most of. */
function delimiterOf(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  const counts = delimiters.map((delimiter) => line.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

const broken = (file: string, problem: string) =>
  new CommandError(2, 'import.file-broken', `${file}: ${problem}`, 'See: docs/migration.md');

function checkedHeader(file: string, header: readonly string[]): readonly string[] {
  const names = header.map((name) => name.trim());
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) throw broken(file, `The column "${name}" is there twice.`);
    const isKnown = csvColumns.some((known) => known === name) || /^fields\../.test(name);
    if (!isKnown)
      throw broken(
        file,
        `"${name}" is not a column of an import. Columns are ${csvColumns.join(', ')} and fields.<name>.`,
      );
  }
  if (!names.includes('id') && !names.includes('file'))
    throw broken(file, 'The table needs the column id or file.');
  return names;
}

function cellsByColumn(header: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  return new Map(header.map((name, index) => [name, cellText(cells[index] ?? '')]));
}

/** Tables of ours have an apostrophe before texts that spreadsheets would take for formulas. */
function cellText(cell: string): string {
  return cell.trim().replace(/^'(?='*\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u, '');
}

function rowOf(row: number, cells: ReadonlyMap<string, string>, base: string): ImportRow {
  const text = (name: (typeof csvColumns)[number]) => cells.get(name) ?? '';
  const type = text('type') || 'asset';
  const id = (text('id') || idInPath(text('file'))).normalize('NFC');
  const wrong = (message: string) => ({ kind: 'wrong' as const, row, id, message });
  if (id === '') return wrong('id: is missing');
  if (type === 'preset')
    return text('commands') === ''
      ? wrong('commands: a preset needs image commands')
      : { kind: 'preset', row, id, commands: text('commands') };
  const publish = wishes[text('published').toLowerCase()];
  if (publish === undefined)
    return wrong(`published: must be yes, no, wait or empty, not "${text('published')}"`);
  const folder = folderPath(`${base}${text('folder')}`.replace(/\/{2,}/g, '/'));
  const metadata: MetadataCells = Object.fromEntries(
    [...cells].filter(([name, cell]) => cell !== '' && isMetadata(name)),
  );
  const common = { row, id, folder, publish, metadata };
  if (type === 'asset') {
    const [file, modifier, postModifier] = [text('file'), text('modifier'), text('postModifier')];
    return {
      kind: 'asset',
      ...common,
      ...(file === '' ? {} : { file }),
      ...(modifier === '' ? {} : { modifier }),
      ...(postModifier === '' ? {} : { postModifier }),
    };
  }
  const setType = setTypes.find((known) => known === type);
  if (!setType) return wrong(`type: must be asset, preset, ${setTypes.join(', ')} or empty, not "${type}"`);
  const members = membersInCell(text('members'));
  return members.length === 0
    ? wrong('members: a set needs at least one')
    : { kind: 'set', ...common, type: setType, members };
}

const wishes: Readonly<Record<string, PublishWish>> = { yes: 'yes', no: 'no', wait: 'wait', '': 'wait' };

const isMetadata = (name: string) =>
  ['title', 'description', 'altText', 'keywords'].includes(name) || name.startsWith('fields.');

const idInPath = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '');

/** `front|Front view; back|Back|red` : id, label and swatch, an id or a colour such as #ff0000. A slash begins a row. */
export function membersInCell(cell: string): NewSet['members'] {
  const rows = cell.split('/');
  return rows.flatMap((text, row) =>
    text.split(';').flatMap((member) => {
      const [id = '', label = '', swatch = ''] = member.split('|').map((part) => part.trim());
      if (id === '') return [];
      return [
        {
          id: id.normalize('NFC'),
          ...(label === '' ? {} : { label }),
          ...(swatch === ''
            ? {}
            : { swatch: swatch.startsWith('#') ? { color: swatch } : { id: swatch.normalize('NFC') } }),
          ...(rows.length > 1 ? { row } : {}),
        },
      ];
    }),
  );
}
