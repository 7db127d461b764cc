import { countsOf } from './counts.ts';
import type { LogLine } from './job.ts';

/**
 * What two workers that did the same part say of it together. What one of them has done is done, also where the other came
 * to it when it was not, or is not any more; else what was found last holds. Merging again changes nothing.
 * @param before what lies in the log
 * @param found by the worker that writes now
 */
export function mergeLines(before: readonly LogLine[], found: readonly LogLine[]): LogLine[] {
  const old = new Map(before.map((line) => [placeOf(line), line]));
  const merged = found.map((line) => {
    const other = old.get(placeOf(line));
    if (!other || !isDone(other)) return line;
    // Of two that were done, the one that knows of something replaced tells more.
    return isDone(line) && !other.replaced ? line : other;
  });
  const places = new Set(found.map(placeOf));
  return [...merged, ...before.filter((line) => !places.has(placeOf(line)))];
}

function isDone(line: LogLine): boolean {
  return countsOf(line).done === 1;
}

function placeOf({ asset, server }: LogLine): string {
  return `${asset} ${server}`;
}
