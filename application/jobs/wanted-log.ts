/** The lines of a publish job's log that a filter wants. */

import type { JobRecords, PartRecord } from '../../adapters/dynamodb/jobs/job-records.ts';
import type { JobFiles, LogPosition } from '../../adapters/s3/job-files.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogLine } from '../../domain/jobs/job.ts';
import { logFiles, partLogFile, partOfLogFile } from '../../domain/jobs/job-file-names.ts';
import { type LogFilter, matchesLine, mostLines } from '../../domain/jobs/log-filter.ts';

export type WantedLogDependencies = Pick<JobRecords, 'listParts'> & Pick<JobFiles, 'readLogFile'>;

interface LogOf {
  readonly company: string;
  readonly jobId: string;
  readonly filter: LogFilter;
}

/** A file of a log. */
export interface WantedFile {
  readonly file: string;
  /** JSON Lines; empty where it is not there. */
  readonly text: string;
  /** Lines of all parts up to this one, of those behind `after`: how much of the job is behind it. */
  readonly passed: number;
}

/** Files that are read side by side: each is a GET of some 15 ms. */
const filesAtATime = 32;

/**
 * The files that may have wanted lines, in the order of the log, in groups that were read side by side. Parts that
 * counted no line of a wanted outcome are not read: 100,000 parts are 25 MB of records, 3,125 read units, and some 3 s.
 * Each file is a GET.
 * @param after the file from which to go on; it comes again, unless it is `behind`
 */
export async function* wantedFiles(
  { company, jobId, filter }: LogOf,
  after: { readonly file: string; readonly behind: boolean } | undefined,
  { listParts, readLogFile }: WantedLogDependencies,
): AsyncGenerator<WantedFile[]> {
  for await (const group of inGroups(names())) {
    const texts = await inParallel(group, filesAtATime, ({ file }) => readLogFile(company, jobId, file));
    yield group.map((one, index) => ({ ...one, text: texts[index] ?? '' }));
  }

  async function* names(): AsyncGenerator<Pick<WantedFile, 'file' | 'passed'>> {
    const begun = after?.behind ? after.file : undefined;
    let passed = 0;
    const isFirst = after === undefined || (after.file === logFiles.begin && !after.behind);
    if (isFirst && wants('begin')) yield { file: logFiles.begin, passed };
    const from = after && partOfLogFile(after.file);
    if (from && after && begun === undefined) yield { file: after.file, passed };
    if (after?.file !== logFiles.end) {
      for await (const part of listParts(company, jobId, { after: from, consistent: false })) {
        passed += part.counts.total;
        if (isWanted(part)) yield { file: partLogFile(part.level, part.part), passed };
      }
    }
    if (begun !== logFiles.end && wants('end')) yield { file: logFiles.end, passed };
  }

  /** The first and last line name neither asset nor server. */
  function wants(outcome: 'begin' | 'end'): boolean {
    return matchesLine({ time: '', outcome, message: '' }, filter);
  }

  function isWanted({ counts }: PartRecord): boolean {
    return mostLines(counts, filter) > 0;
  }
}

/**
 * A page of the wanted lines. It ends early, perhaps empty, where the time is up: `next` then goes on from there.
 * @param until milliseconds since 1970
 */
export async function wantedLines(
  log: LogOf,
  page: { limit: number; after?: LogPosition | undefined; until: number },
  dependencies: WantedLogDependencies & { readonly clock: () => number },
): Promise<{ items: LogLine[]; next?: LogPosition }> {
  const { limit, after, until } = page;
  const items: LogLine[] = [];
  let last = after;
  const begin = after && { file: after.file, behind: false };
  for await (const group of wantedFiles(log, begin, dependencies)) {
    for (const { file, text } of group) {
      const shown = file === after?.file ? after.line : 0;
      for (const [index, line] of linesOf(text).entries()) {
        if (index < shown) continue;
        if (matchesLine(line, log.filter)) {
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
export function linesOf(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
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
