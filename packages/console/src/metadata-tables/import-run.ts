import type { Client } from '@pressroom/client/create-client';
import {
  type EmptyCells,
  type ImportTable,
  piecesOf,
  type RowResult,
  repeatedRows,
  sendPiece,
  type TableRow,
} from './import-table.ts';

/** Requests at the same time: each takes seconds (docs/bulk-metadata.md). */
const atATime = 2;

/** A table on its way into the library. */
export interface ImportRun {
  readonly company: string;
  readonly table: ImportTable;
  readonly empty: EmptyCells;
  readonly phase: 'checking' | 'checked' | 'applying' | 'done';
  /** The requests have ended before the end of the phase: by somebody, or by an error. */
  readonly stopped?: { readonly error?: unknown };
  /** By number of the row. */
  readonly results: ReadonlyMap<number, RowResult>;
  /** Rows of this phase, and how many of them are done. */
  readonly total: number;
  readonly done: number;
  readonly warnings: readonly string[];
}

type Listener = () => void;

/**
 * The import of this browser. It goes on while other pages are open, so it is kept outside of them. A reload ends it: rows
 * that were done are then unchanged.
 */
let current: ImportRun | undefined;
/** No further requests are sent; those that are on their way end, so that their results are known. */
let isStopping = false;
const listeners = new Set<Listener>();

function set(run: ImportRun | undefined): void {
  current = run;
  for (const listener of listeners) listener();
}

export const importRun = {
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  get: (): ImportRun | undefined => current,

  /** Shows the page of the beginning again. */
  clear(): void {
    set(undefined);
  },

  stop(): void {
    isStopping = true;
  },

  /** Finds out what the table would change. */
  async check(client: Client, company: string, table: ImportTable, empty: EmptyCells): Promise<void> {
    const results = repeatedRows(table);
    set({
      ...{ company, table, empty, phase: 'checking', results, warnings: [] },
      total: table.rows.length,
      done: results.size,
    });
    await work(client, 'checked');
  },

  /** Changes what the check has found. */
  async apply(client: Client): Promise<ImportRun | undefined> {
    if (!current) return undefined;
    const { results } = current;
    const kept = [...results].filter(([, { outcome }]) => !isWork(outcome));
    const total = results.size - kept.length;
    set({ ...current, phase: 'applying', results: new Map(kept), total, done: 0 });
    return work(client, 'done');
  },

  /** Continues after a stop or an error. */
  async goOn(client: Client): Promise<ImportRun | undefined> {
    return current && work(client, current.phase === 'checking' ? 'checked' : 'done');
  },
};

function isWork(outcome: RowResult['outcome']): boolean {
  return outcome === 'changed' || outcome === 'trashed';
}

/** Sends the rows without a result. @returns the run if its phase has ended */
async function work(client: Client, next: 'checked' | 'done'): Promise<ImportRun | undefined> {
  if (!current) return undefined;
  const { stopped: _, ...run } = current;
  set(run);
  isStopping = false;
  const { table, empty, results } = run;
  /** The run, unless somebody has chosen another table meanwhile. */
  const latest = () => (current?.table === table ? current : undefined);
  const pieces = piecesOf(table.rows.filter(({ row }) => !results.has(row)));
  const send = async (rows: readonly TableRow[]) => {
    const isDryRun = next === 'checked';
    const piece = await sendPiece(client, table.header, rows, { empty, isDryRun });
    const before = latest();
    if (!before) return;
    const all = new Map(before.results);
    for (const result of piece.results) all.set(result.row, result);
    const warnings = [...new Set([...before.warnings, ...piece.warnings])];
    set({ ...before, results: all, warnings, done: before.done + rows.length });
  };
  const sendSome = async () => {
    for (let rows = pieces.shift(); rows && !isStopping; rows = pieces.shift()) {
      try {
        await send(rows);
      } catch (error) {
        // The other request comes to its end first, so that nothing it has done is lost.
        isStopping = true;
        return error;
      }
    }
    return undefined;
  };
  const errors = await Promise.all(Array.from({ length: atATime }, sendSome));
  const error = errors.find((one) => one !== undefined);
  const ended = latest();
  if (!ended) return undefined;
  // Somebody may have stopped it when nothing was left to do.
  const isComplete = table.rows.every(({ row }) => ended.results.has(row));
  set(isComplete ? { ...ended, phase: next } : { ...ended, stopped: error === undefined ? {} : { error } });
  return isComplete ? current : undefined;
}
