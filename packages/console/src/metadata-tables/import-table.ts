import type { Client, OperationResponse } from '@pressroom/client/create-client';
import { metadataTableTexts } from '../texts/metadata-table.ts';
import { fromCsv, toCsv } from './csv-text.ts';

/** Rows and characters of one request: the API takes 1,000 rows, and bodies of 1 MB. */
const maxRows = 1_000;
const maxCharacters = 300_000;

export type RowResult = OperationResponse<'importMetadata'>['results'][number];
export type EmptyCells = 'remove' | 'keep';

export interface TableRow {
  /** As spreadsheets count: the header is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** A table that somebody has chosen. */
export interface ImportTable {
  /** Of the file. */
  readonly name: string;
  readonly header: readonly string[];
  /** Below the header. */
  readonly rows: readonly TableRow[];
}

/** @throws Error with a text for people */
export function readTable(name: string, text: string): ImportTable {
  const [header = [], ...rows] = fromCsv(text);
  if (rows.length === 0) throw new Error(metadataTableTexts.problems.noRows);
  return { name, header, rows: rows.map((cells, index) => ({ row: index + 2, cells })) };
}

/** Cuts rows into pieces that a request takes. */
export function piecesOf(rows: readonly TableRow[]): TableRow[][] {
  const pieces: TableRow[][] = [];
  let piece: TableRow[] = [];
  let characters = 0;
  for (const row of rows) {
    const length = row.cells.join().length;
    if (piece.length >= maxRows || (piece.length > 0 && characters + length > maxCharacters)) {
      pieces.push(piece);
      piece = [];
      characters = 0;
    }
    piece.push(row);
    characters += length;
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}

/** Checks a piece, or processes its rows without problems. Repeated until all is done, it changes nothing twice. */
export async function sendPiece(
  client: Client,
  header: readonly string[],
  rows: readonly TableRow[],
  { empty, isDryRun }: { readonly empty: EmptyCells; readonly isDryRun: boolean },
): Promise<{ readonly results: RowResult[]; readonly warnings: readonly string[] }> {
  const body = { csv: toCsv([header, ...rows.map(({ cells }) => cells)]), empty, partial: true };
  // The API counts the rows of the piece.
  const toTable = (result: RowResult): RowResult => ({
    ...result,
    row: rows[result.row - 2]?.row ?? result.row,
  });
  if (isDryRun) {
    const { results } = await client.dryRun('importMetadata', { body });
    return { results: results.map(toTable), warnings: [] };
  }
  const done = new Map<number, RowResult>();
  const warnings = new Set<string>();
  for (;;) {
    const response = await client.call('importMetadata', { body });
    for (const result of response.results) {
      const before = done.get(result.row)?.outcome;
      // What the call before has done is now unchanged, or failed because it is in the trash.
      if (before !== 'changed' && before !== 'trashed') done.set(result.row, result);
    }
    for (const warning of response.warnings) warnings.add(warning);
    if (!response.remaining) return { results: [...done.values()].map(toTable), warnings: [...warnings] };
  }
}

/** Rows whose asset is in an earlier row, too: the API sees that within a piece alone. By number of the row. */
export function repeatedRows({ header, rows }: ImportTable): Map<number, RowResult> {
  const column = header.indexOf('id');
  const first = new Map<string, number>();
  const repeated = new Map<number, RowResult>();
  for (const { row, cells } of rows) {
    const id = (cells[column] ?? '').normalize('NFC').trim();
    const before = first.get(id);
    if (before === undefined) first.set(id, row);
    else if (id !== '') {
      const message = metadataTableTexts.problems.twice(id, before);
      repeated.set(row, { row, id, outcome: 'failed', errors: [{ column: 'id', message }] });
    }
  }
  return repeated;
}
