import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../context.ts';
import { configFolder } from '../../session/config-folder.ts';
import type { ImportRow } from './import-row.ts';

/**
 * The rows that an import has finished, as a file in the folder of the profiles, until all of them are. A row that was
 * changed in the file is another row.
 */
export interface ImportJournal {
  /** Distinguishes this import from others: the same files into the same place. */
  readonly key: string;
  /** Whether an earlier run has finished the row. */
  has(row: ImportRow): boolean;
  add(rows: readonly ImportRow[]): Promise<void>;
  /** Nothing is left to be done. */
  remove(): Promise<void>;
}

/** @param command what distinguishes the import from others */
export async function importJournal(
  context: Pick<Context, 'io' | 'session'>,
  command: readonly unknown[],
): Promise<ImportJournal> {
  const key = importKey(context, command);
  const file = join(configFolder(context.io.env), 'imports', `${key}.txt`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const done = new Set(text.split('\n'));
  return {
    key,
    has: (row) => done.has(lineOf(row)),
    async add(rows) {
      if (rows.length === 0) return;
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      // A kill can leave a part of a line at the end.
      await appendFile(file, `\n${rows.map(lineOf).join('\n')}\n`, { mode: 0o600 });
    },
    remove: () => rm(file, { force: true }),
  };
}

/** Distinguishes an import from others: by the installation, the company and the command. */
export function importKey({ session }: Pick<Context, 'session'>, command: readonly unknown[]): string {
  return digest([session.api, session.company, ...command]);
}

function lineOf({ row: _, ...values }: ImportRow): string {
  return digest(values);
}

/** 96 bits: two of a million rows are the same with a probability of 10^-17. */
function digest(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 16);
}
