/** A log as CSV (RFC 4180), in UTF-8, with a header. */
import type { LogEntry } from './job.ts';

const columns = ['time', 'asset', 'type', 'server', 'outcome', 'message', 'bytes'] as const;

export const csvHeader = row(columns);

/** One row, with CRLF at its end. */
export function csvRow(entry: LogEntry): string {
  return row(columns.map((column) => cell(entry[column])));
}

/**
 * Spreadsheets read such text as a formula, and file names are untrusted input. An apostrophe in front makes it text.
 * Leading spaces are included, since some programs drop them.
 */
const formula = /^\s*[=+\-@]/;

/** Line breaks, tabs, terminal codes and characters that reverse the order of text: a row is one line of visible text. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu;

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const visible = value.replace(invisible, ' ');
  const text = formula.test(visible) ? `'${visible}` : visible;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function row(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
