import type { ManifestLine, PlanFiles } from '../../adapters/s3/plan-files.ts';
import { emptyPart, fits, logEntryCount, type OpenPart, withEntry } from '../../domain/jobs/part.ts';
import type { LevelledEntry } from './plan-closures.ts';

export interface PartWriterDependencies extends Pick<PlanFiles, 'writePart'> {
  /** Maximum number of entries of a part. */
  readonly partEntries: number;
}

/** Writes the entries of a plan as part files. */
export interface PartWriter {
  add(planned: Pick<LevelledEntry, 'level' | 'entry'>): Promise<void>;
  /** The log entries that are planned so far. */
  total(): number;
  /** Writes the open parts. @returns the parts of this round, in the order of levels and numbers */
  finish(): Promise<{
    readonly lines: readonly ManifestLine[];
    readonly parts: number;
    readonly total: number;
  }>;
}

/** Part files that are written in parallel. 8 writes of about 20 ms keep up with the index: 1,000 parts in 3 seconds. */
const writesAtATime = 8;

/**
 * Memory: the open parts, and 150 bytes for each part of the round. Costs a PUT for each part.
 * @param begun parts and log entries of earlier rounds
 */
export function partWriter(
  { company, id: jobId }: { readonly company: string; readonly id: string },
  begun: { readonly parts: number; readonly total: number },
  dependencies: PartWriterDependencies,
): PartWriter {
  let { parts, total } = begun;
  const open = new Map<number, OpenPart>();
  const lines: ManifestLine[] = [];
  const writes = new Set<Promise<unknown>>();
  let writeError: { error: unknown } | undefined;

  return {
    async add({ level, entry }) {
      if (!fits(open.get(level) ?? emptyPart, entry, dependencies.partEntries)) await close(level);
      open.set(level, withEntry(open.get(level) ?? emptyPart, entry));
    },

    total: () => [...open.values()].reduce((sum, { entries }) => sum + logEntryCount(entries), total),

    async finish() {
      for (const level of [...open.keys()]) await close(level);
      await Promise.all(writes);
      if (writeError) throw writeError.error;
      lines.sort((a, b) => a.level - b.level || a.part - b.part);
      return { lines, parts, total };
    },
  };

  /** Writes the open part of a level, unless it is empty. */
  async function close(level: number): Promise<void> {
    const { entries } = open.get(level) ?? emptyPart;
    open.delete(level);
    if (entries.length === 0) return;
    total += logEntryCount(entries);
    const part = parts;
    parts += 1;
    if (writes.size >= writesAtATime) await Promise.race(writes);
    if (writeError) throw writeError.error;
    const write = dependencies
      .writePart({ company, jobId, level, part }, entries)
      .then((line) => {
        lines.push(line);
      })
      .catch((error: unknown) => {
        writeError ??= { error };
      })
      .finally(() => writes.delete(write));
    writes.add(write);
  }
}
