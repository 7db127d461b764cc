import { countsOf } from './counts.ts';
import type { LogEntry } from './job.ts';

/**
 * What two workers that did the same part say of it together. What one of them has done is done, also where the other came
 * to it when it was not, or is not any more; else what was found last holds. Merging again changes nothing.
 * @param before what lies in the log
 * @param found by the worker that writes now
 */
export function mergeLogEntries(before: readonly LogEntry[], found: readonly LogEntry[]): LogEntry[] {
  const old = new Map(before.map((line) => [entryKey(line), line]));
  const merged = found.map((line) => {
    const other = old.get(entryKey(line));
    if (!other || !isDone(other)) return line;
    // Of two that were done, the one that knows of something replaced tells more.
    return isDone(line) && !other.replaced ? line : other;
  });
  const places = new Set(found.map(entryKey));
  return [...merged, ...before.filter((line) => !places.has(entryKey(line)))];
}

function isDone(line: LogEntry): boolean {
  return countsOf(line).done === 1;
}

function entryKey({ asset, server }: LogEntry): string {
  return `${asset} ${server}`;
}
