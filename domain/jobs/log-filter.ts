import type { Server } from '../delivery/server.ts';
import type { JobCounts, LogEntry } from './job.ts';

/** What of a log is wanted: all that is given must hold. */
export interface LogFilter {
  readonly outcomes?: readonly LogEntry['outcome'][] | undefined;
  /** The whole id. */
  readonly asset?: string | undefined;
  readonly server?: Server | undefined;
}

export function isWhole({ outcomes, asset, server }: LogFilter): boolean {
  return outcomes === undefined && asset === undefined && server === undefined;
}

export function matchesLogFilter(line: LogEntry, { outcomes, asset, server }: LogFilter): boolean {
  return (
    (outcomes === undefined || outcomes.includes(line.outcome)) &&
    (asset === undefined || line.asset === asset) &&
    (server === undefined || line.server === server)
  );
}

/**
 * Lines of the wanted outcomes among those that were counted: no more than these are wanted, and where it is none, none
 * has to be read. What asset or server they are about the counts do not tell.
 */
export function maxLogEntries(counts: JobCounts, { outcomes }: LogFilter): number {
  if (outcomes === undefined) return counts.total;
  return outcomes.reduce((sum, outcome) => sum + countOf(counts, outcome), 0);
}

function countOf(counts: JobCounts, outcome: LogEntry['outcome']): number {
  switch (outcome) {
    case 'published':
    case 'recorded':
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
