/** A log as a table: RFC 4180, in UTF-8, with a header. */
import type { LogEntry } from './job.ts';

const columns = ['time', 'asset', 'type', 'server', 'outcome', 'message', 'bytes'] as const;

export const csvHeader = row(columns);

export function csvRow(line: LogEntry): string {
  return row(columns.map((column) => cell(line[column])));
}

/**
 * A spreadsheet takes text that begins so for a formula, and file names are anybody's: an apostrophe before it makes it
 * text. Blanks before it do not help, as some programs drop them.
 */
const formula = /^\s*[=+\-@\t\r]/;

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function row(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
