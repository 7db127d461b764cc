import { stringify } from 'csv-stringify/sync';
import { toFormulaSafe } from '../../domain/formula-safe.ts';

/**
 * A table as CSV (RFC 4180) in UTF-8, each row with CRLF at its end. Texts that a spreadsheet would take for formulas get
 * an apostrophe in front.
 */
export function writeCsv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    {
      record_delimiter: 'windows',
      // By default only the delimiter itself is quoted: a lone line break would begin a new row in most programs.
      quoted_match: /[\r\n]/,
      cast: { string: (text) => toFormulaSafe(text) },
    },
  );
}
