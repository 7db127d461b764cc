/** The entries of a publish job's log that match a filter. */

import type { PartRecord, PartStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import type { JobLogs, LogPosition } from '../../adapters/s3/job-logs.ts';
import { inGroups } from '../../domain/in-groups.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';
import { logFiles, partLogFile, partOfLogFile } from '../../domain/jobs/job-file-names.ts';
import { parseLogEntries } from '../../domain/jobs/json-lines.ts';
import { type LogFilter, matchesLogFilter, maxLogEntries } from '../../domain/jobs/log-filter.ts';

export type FilteredLogDependencies = Pick<PartStore, 'listParts'> & Pick<JobLogs, 'readLogFile'>;

interface LogOf {
  readonly company: string;
  readonly jobId: string;
  readonly filter: LogFilter;
}

/** A file of a log. */
export interface FilteredLogFile {
  readonly file: string;
  /** JSON Lines; empty if the file does not exist. */
  readonly text: string;
  /** Log entries of all parts after `after` up to this file: the progress of reading. */
  readonly processed: number;
}

/** Files that are read in parallel; each is a GET of about 15 ms. */
const filesAtATime = 32;

/**
 * Reads the files that may have matching entries, in the order of the log, in groups that are read in parallel. A part
 * whose counts have no matching outcome is not read. Called by export-log and serve-api.
 *
 * Costs: a GET for each file. 100,000 part records are 25 MB: 3,125 read units in about 3 seconds.
 * @param after the file to continue with; it comes again, unless it is `done`
 */
export async function* filteredLogFiles(
  { company, jobId, filter }: LogOf,
  after: { readonly file: string; readonly done: boolean } | undefined,
  { listParts, readLogFile }: FilteredLogDependencies,
): AsyncGenerator<FilteredLogFile[]> {
  for await (const group of inGroups(names(), filesAtATime)) {
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

  /** The first and the last entry name neither an asset nor a server. */
  function matchesMarker(outcome: 'begin' | 'end'): boolean {
    return matchesLogFilter({ time: '', outcome, message: '' }, filter);
  }

  function hasMatches({ counts }: PartRecord): boolean {
    return maxLogEntries(counts, filter) > 0;
  }
}

/**
 * Reads a page of the matching entries. If the time is up, the page ends early and may be empty; `next` continues from
 * there. Called by serve-api. Costs: as filteredLogFiles.
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
      for (const [index, logEntry] of parseLogEntries(text).entries()) {
        if (index < shown) continue;
        if (matchesLogFilter(logEntry, log.filter)) {
          if (items.length === limit && last) return { items, next: last };
          items.push(logEntry);
        }
        last = { file, line: index + 1 };
      }
    }
    // The file in which the previous page ended comes again. Without a new entry it is no progress.
    const isFurther = last?.file !== after?.file || last?.line !== after?.line;
    if (last && isFurther && dependencies.clock() >= until) return { items, next: last };
  }
  return { items };
}
