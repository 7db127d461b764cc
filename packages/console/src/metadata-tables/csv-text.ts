import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { stringify } from 'csv-stringify/browser/esm/sync';
import { metadataTableTexts } from '../texts/metadata-table.ts';

const texts = metadataTableTexts.problems;

/** Bytes of a file: a table of 100,000 rows has about 20 MB. */
const maxFileBytes = 50_000_000;

/** Spreadsheets of many countries write semicolons; the API takes the same three. */
const delimiters = [',', ';', '\t'] as const;

/** Spreadsheets take such a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection). */
const formula = /^'*\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;

/** A cell without the apostrophe that keeps a spreadsheet from taking it for a formula. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

function safeCell(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** A table as CSV, with an apostrophe before what a spreadsheet would take for a formula. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(safeCell)),
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );
}

/**
 * Reads CSV with commas, semicolons or tabs, without the apostrophes before formulas.
 * @throws Error with a text for people
 */
export function fromCsv(text: string): string[][] {
  const [first = ''] = text.split(/\r?\n/, 1);
  const counts = delimiters.map((delimiter) => first.split(delimiter).length);
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiters[counts.indexOf(Math.max(...counts))] ?? ',',
      skip_empty_lines: true,
      cast: (cell) => plainCell(cell),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 1 } = error as { lines?: number };
    if (error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') throw new Error(texts.cells(lines));
    const isQuote = /QUOTE/.test(error.code);
    throw new Error(isQuote ? texts.quotes(lines) : texts.unreadable(lines), { cause: error });
  }
}

/**
 * The text of a file in UTF-8, or in UTF-16 as spreadsheets save "Unicode text".
 * @throws Error with a text for people
 */
export async function textOf(file: Blob): Promise<string> {
  if (file.size > maxFileBytes) throw new Error(texts.tooLarge(file.size, maxFileBytes));
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(texts.encoding);
  }
}
