import { countsOf } from './counts.ts';
import type { LogEntry } from './job.ts';

/**
 * Merges the log entries of two workers that processed the same part. An entry that one of them has done is done, whatever
 * the other one found; otherwise the later entry is kept. Merging again changes nothing.
 * @param before entries that are in the log
 * @param found entries of the worker that writes now
 */
export function mergeLogEntries(before: readonly LogEntry[], found: readonly LogEntry[]): LogEntry[] {
  const old = new Map(before.map((entry) => [entryKey(entry), entry]));
  const merged = found.map((entry) => {
    const other = old.get(entryKey(entry));
    if (!other || !isDone(other)) return entry;
    // If both are done, `replaced` must not be lost: it decides what is invalidated.
    return isDone(entry) && !other.replaced ? entry : other;
  });
  const keys = new Set(found.map(entryKey));
  return [...merged, ...before.filter((entry) => !keys.has(entryKey(entry)))];
}

function isDone(entry: LogEntry): boolean {
  return countsOf(entry).done === 1;
}

function entryKey({ asset, server }: LogEntry): string {
  return `${asset} ${server}`;
}
