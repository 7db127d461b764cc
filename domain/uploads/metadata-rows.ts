/** The rows of a metadata file of an upload. */
import {
  type CellProblem,
  headerProblems,
  type MetadataRow,
  readMetadataRows,
} from '../library/metadata-table.ts';
import { refusedFile } from './refused-file.ts';
import { idOfName, type UploadedFiles } from './uploaded-files.ts';

export type RowProblem = CellProblem & { readonly row: number };

/** What became of the rows of a table. */
export interface AppliedTable {
  readonly rows: number;
  readonly applied: number;
  /** Rows for assets that have not changed since the same table was applied. */
  readonly leftAlone: number;
  /** In the order of the rows. */
  readonly problems: readonly RowProblem[];
}

/** Wrong cells that a log entry lists, and characters that they have together. */
const maxListed = { cells: 50, characters: 8_000 } as const;

/**
 * Reads a table like an import of metadata does. In addition, `file` names an asset by its file, and `id` may be the id that the
 * name of a renamed file gives.
 * @throws Failure `upload.file-refused` if the header is wrong
 */
export function rowsOfTable(
  [header = [], ...cells]: readonly (readonly string[])[],
  uploaded: UploadedFiles,
): MetadataRow[] {
  if (cells.length === 0) throw refusedFile('It must have a header and at least one row');
  const names = header.map((column) => column.trim());
  const [idAt, fileAt] = [names.indexOf('id'), names.indexOf('file')];
  if (idAt < 0 && fileAt < 0)
    throw refusedFile('Row 1: it must have a column id or file, which names the assets');
  if (names.includes('delete'))
    throw refusedFile('Row 1, column delete: an upload deletes nothing; import a delete list for that');
  const isOther = (_: unknown, index: number) => index !== idAt && index !== fileAt;
  const columns = ['id', ...names.filter(isOther)];
  const wrong = headerProblems(columns);
  if (wrong.length > 0) throw refusedFile(problemsText(wrong.map((problem) => ({ row: 1, ...problem }))));
  const table = cells.map((row) => {
    const file = fileNameOf(row[fileAt] ?? '');
    const given = file === '' ? (row[idAt] ?? '').normalize('NFC').trim() : (idOfName(file) ?? file);
    return [uploaded.renamed.get(given) ?? given, ...row.filter(isOther)];
  });
  return readMetadataRows(columns, table, 'remove').map((row) => {
    const refused = uploaded.refused.get(row.id);
    if (refused === undefined) return row;
    const message = `its file ${refused} was not added`;
    return { ...row, problems: [...row.problems, { column: idAt < 0 ? 'file' : 'id', message }] };
  });
}

/** The name of a file without its path. */
function fileNameOf(cell: string): string {
  return cell
    .normalize('NFC')
    .trim()
    .replace(/^.*[\\/]/, '');
}

/** The text of the log entry of a metadata file. A repeated call has the same text. */
export function appliedTableText({ rows, applied, leftAlone, problems }: AppliedTable): string {
  const assets = (count: number) => (count === 1 ? '1 asset' : `${count} assets`);
  const left =
    leftAlone === 0
      ? ''
      : `; ${assets(leftAlone)} that did not change since it was last applied stayed as they are`;
  const done = `metadata of ${assets(applied)} applied${left}`;
  if (problems.length === 0) return `not added itself: ${done}`;
  const wrong = new Set(problems.map(({ row }) => row)).size;
  return `${wrong} of ${rows} rows were not applied; ${done}. ${problemsText(problems)}`;
}

function problemsText(problems: readonly RowProblem[]): string {
  const texts: string[] = [];
  let length = 0;
  for (const { row, column, message } of problems) {
    const text = `Row ${row}, column ${column}: ${message}`;
    length += text.length;
    if (texts.length === maxListed.cells || length > maxListed.characters) break;
    texts.push(text);
  }
  const more = problems.length - texts.length;
  return [...texts, ...(more === 0 ? [] : [`${more} more wrong cells`])].join('. ');
}
