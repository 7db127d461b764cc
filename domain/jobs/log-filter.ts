import type { Server } from '../delivery/server.ts';
import type { JobCounts, LogEntry } from './job.ts';

/** Filters of log entries. An entry matches if it meets all that are given. */
export interface LogFilter {
  readonly outcomes?: readonly LogEntry['outcome'][] | undefined;
  /** The complete id. */
  readonly asset?: string | undefined;
  readonly server?: Server | undefined;
}

/** Whether the filter leaves out no entry. */
export function isWhole({ outcomes, asset, server }: LogFilter): boolean {
  return outcomes === undefined && asset === undefined && server === undefined;
}

/** Whether an entry meets all filters. */
export function matchesLogFilter(entry: LogEntry, { outcomes, asset, server }: LogFilter): boolean {
  return (
    (outcomes === undefined || outcomes.includes(entry.outcome)) &&
    (asset === undefined || entry.asset === asset) &&
    (server === undefined || entry.server === server)
  );
}

/**
 * The maximum number of entries that can match, from the job's counts: if it is 0, no file of the log has to be read. The
 * filters `asset` and `server` are ignored.
 */
export function maxLogEntries(counts: JobCounts, { outcomes }: LogFilter): number {
  if (outcomes === undefined) return counts.total;
  return outcomes.reduce((sum, outcome) => sum + countOf(counts, outcome), 0);
}

function countOf(counts: JobCounts, outcome: LogEntry['outcome']): number {
  switch (outcome) {
    case 'published':
    case 'recorded':
    case 'changed':
    case 'withdrawn':
      return counts.done - counts.warnings;
    case 'warning':
      return counts.warnings;
    case 'skipped':
      return counts.skipped;
    case 'error':
      return counts.errors;
    case 'not-reached':
      return counts.notReached;
    case 'begin':
    case 'end':
    case 'notice':
      return 0;
  }
}
