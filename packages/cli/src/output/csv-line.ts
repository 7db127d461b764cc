/** The rule of domain/formula-safe.ts, which the CSV files of the API follow; a test compares both. */
const formula = /^'*\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;

/**
 * A line by RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe, as in the CSV files of the API.
 */
export function csvLine(values: readonly unknown[]): string {
  return values.map((value) => quoted(textOf(value))).join(',');
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return formula.test(value) ? `'${value}` : value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
