import { type JobCounts, type LogLine, noCounts } from './job.ts';

/** A change of some counts; what is not named stays. */
export type CountsChange = Readonly<Partial<JobCounts>>;

const names = Object.keys(noCounts) as (keyof JobCounts)[];

export function addCounts(counts: JobCounts, change: CountsChange): JobCounts {
  return fromEntries((name) => counts[name] + (change[name] ?? 0));
}

/** What a line of the log counts as. Begin and end lines and notices count nothing. */
export function countsOf(line: Pick<LogLine, 'outcome' | 'bytes'>): CountsChange {
  switch (line.outcome) {
    case 'published':
    case 'recorded':
    case 'withdrawn':
      return { total: 1, done: 1, bytes: line.bytes ?? 0 };
    case 'warning':
      return { total: 1, done: 1, warnings: 1, bytes: line.bytes ?? 0 };
    case 'skipped':
      return { total: 1, skipped: 1 };
    case 'error':
      return { total: 1, errors: 1 };
    case 'not-reached':
      return { total: 1, notReached: 1 };
    case 'begin':
    case 'end':
    case 'notice':
      return {};
  }
}

export function sumOfLines(lines: readonly Pick<LogLine, 'outcome' | 'bytes'>[]): JobCounts {
  return lines.reduce((counts, line) => addCounts(counts, countsOf(line)), noCounts);
}

/** What has to hold in every terminal state. */
export function addsUp(counts: JobCounts): boolean {
  return counts.total === counts.done + counts.skipped + counts.errors + counts.notReached;
}

/** Whether nothing is in it. */
export function isNothing(change: CountsChange): boolean {
  return names.every((name) => (change[name] ?? 0) === 0);
}

function fromEntries(value: (name: keyof JobCounts) => number): JobCounts {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as unknown as JobCounts;
}
