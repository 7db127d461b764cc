/** The lines of a publish job's log that a filter wants. */

import type { JobStore, PartRecord } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { JobFiles, LogPosition } from '../../adapters/s3/job-files.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';
import { logFiles, partLogFile, partOfLogFile } from '../../domain/jobs/job-file-names.ts';
import { type LogFilter, matchesLogFilter, maxLogEntries } from '../../domain/jobs/log-filter.ts';

export type FilteredLogDependencies = Pick<JobStore, 'listParts'> & Pick<JobFiles, 'readLogFile'>;

interface LogOf {
  readonly company: string;
  readonly jobId: string;
  readonly filter: LogFilter;
}

/** A file of a log. */
export interface FilteredLogFile {
  readonly file: string;
  /** JSON Lines; empty where it is not there. */
  readonly text: string;
  /** Lines of all parts up to this one, of those behind `after`: how much of the job is behind it. */
  readonly processed: number;
}

/** Files that are read side by side: each is a GET of some 15 ms. */
const filesAtATime = 32;

/**
 * The files that may have wanted lines, in the order of the log, in groups that were read side by side. Parts that
 * counted no line of a wanted outcome are not read: 100,000 parts are 25 MB of records, 3,125 read units, and some 3 s.
 * Each file is a GET.
 * @param after the file from which to go on; it comes again, unless it is `done`
 */
export async function* filteredLogFiles(
  { company, jobId, filter }: LogOf,
  after: { readonly file: string; readonly done: boolean } | undefined,
  { listParts, readLogFile }: FilteredLogDependencies,
): AsyncGenerator<FilteredLogFile[]> {
  for await (const group of inGroups(names())) {
    const texts = await inParallel(group, filesAtATime, ({ file }) => readLogFile(company, jobId, file));
    yield group.map((one, index) => ({ ...one, text: texts[index] ?? '' }));
  }

  async function* names(): AsyncGenerator<Pick<FilteredLogFile, 'file' | 'processed'>> {
    const begun = after?.done ? after.file : undefined;
    let processed = 0;
    const isFirst = after === undefined || (after.file === logFiles.begin && !after.done);
    if (isFirst && matchesMarker('begin')) yield { file: logFiles.begin, processed };
    const from = after && partOfLogFile(after.file);
    if (from && after && begun === undefined) yield { file: after.file, processed };
    if (after?.file !== logFiles.end) {
      for await (const part of listParts(company, jobId, { after: from, consistent: false })) {
        processed += part.counts.total;
        if (hasMatches(part)) yield { file: partLogFile(part.level, part.part), processed };
      }
    }
    if (begun !== logFiles.end && matchesMarker('end')) yield { file: logFiles.end, processed };
  }

  /** The first and last line name neither asset nor server. */
  function matchesMarker(outcome: 'begin' | 'end'): boolean {
    return matchesLogFilter({ time: '', outcome, message: '' }, filter);
  }

  function hasMatches({ counts }: PartRecord): boolean {
    return maxLogEntries(counts, filter) > 0;
  }
}

/**
 * A page of the wanted lines. It ends early, perhaps empty, where the time is up: `next` then goes on from there.
 * @param until milliseconds since 1970
 */
export async function filteredLogEntries(
  log: LogOf,
  page: { limit: number; after?: LogPosition | undefined; until: number },
  dependencies: FilteredLogDependencies & { readonly clock: () => number },
): Promise<{ items: LogEntry[]; next?: LogPosition }> {
  const { limit, after, until } = page;
  const items: LogEntry[] = [];
  let last = after;
  const begin = after && { file: after.file, done: false };
  for await (const group of filteredLogFiles(log, begin, dependencies)) {
    for (const { file, text } of group) {
      const shown = file === after?.file ? after.line : 0;
      for (const [index, line] of linesOf(text).entries()) {
        if (index < shown) continue;
        if (matchesLogFilter(line, log.filter)) {
          if (items.length === limit && last) return { items, next: last };
          items.push(line);
        }
        last = { file, line: index + 1 };
      }
    }
    // The file on which the page before ended comes again: with nothing behind it that alone is no way to go on.
    const isFurther = last?.file !== after?.file || last?.line !== after?.line;
    if (last && isFurther && dependencies.clock() >= until) return { items, next: last };
  }
  return { items };
}

/** The lines of a file of a log. */
export function linesOf(text: string): LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogEntry);
}

async function* inGroups<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < filesAtATime) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
