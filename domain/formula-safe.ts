/**
 * Spreadsheets read a cell that begins with one of these characters as a formula, and texts in files are untrusted input.
 * Leading blanks are included, since some programs drop them. The list: https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^'*\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;

/** The text with an apostrophe in front if a spreadsheet would take it for a formula. */
export function toFormulaSafe(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** The text of a cell that `toFormulaSafe` made. */
export function fromFormulaSafe(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}
