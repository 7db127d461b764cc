import { CsvError, parse } from 'csv-parse/sync';
import { fromFormulaSafe } from '../../domain/formula-safe.ts';

/** A table that cannot be read. `line`: where reading stopped, counted from 1. */
export class CsvProblem extends Error {
  readonly line: number;

  constructor(message: string, line: number, options: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

/** Spreadsheets of many countries write semicolons; tab-delimited files are tables too. */
const delimiters = [',', ';', '\t'] as const;

/** Excel names the delimiter in a line before the header, and shows the table without that line. */
const delimiterLine = /^\uFEFF?sep=([,;\t])\r?\n/i;

/**
 * Reads a table in CSV (RFC 4180) with commas, semicolons or tabs, with or without a byte order mark. The apostrophe that
 * `writeCsv` puts before texts that look like formulas is removed. Empty lines are left out.
 * @param maxRows rows after which it stops reading
 * @throws CsvProblem
 */
export function readCsv(text: string, maxRows: number): string[][] {
  try {
    const named = delimiterLine.exec(text);
    return parse(named ? text.slice(named[0].length) : text, {
      bom: true,
      delimiter: named?.[1] ?? delimiterOf(text),
      skip_empty_lines: true,
      to: maxRows,
      cast: (cell) => fromFormulaSafe(cell),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as { lines?: number };
    throw new CsvProblem(reasons[error.code] ?? 'The table cannot be read as CSV', lines ?? 1, {
      cause: error,
    });
  }
}

/** https://csv.js.org/parse/errors/ */
const reasons: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'The row has not as many cells as the header',
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'After the closing quotation mark of a cell there must be a delimiter',
  INVALID_OPENING_QUOTE:
    'A quotation mark within a cell: put the cell in quotation marks, and write this one twice',
};

/** The delimiter that the first line has most of. */
function delimiterOf(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  const counts = delimiters.map((delimiter) => line.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}
