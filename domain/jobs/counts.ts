import { type Server, servers } from '../delivery/server.ts';
import { type CountsByServer, type JobCounts, type LogEntry, noCounts, type ServerCounts } from './job.ts';

/** A change of some counts; what is not named stays. */
export type CountsChange = Readonly<Partial<JobCounts>>;

const names = Object.keys(noCounts) as (keyof JobCounts)[];

export function addCounts(counts: JobCounts, change: CountsChange): JobCounts {
  return fromEntries((name) => counts[name] + (change[name] ?? 0));
}

/** What a line of the log counts as. Begin and end lines and notices count nothing. */
export function countsOf(line: Pick<LogEntry, 'outcome' | 'bytes'>): CountsChange {
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

export function sumOfLogEntries(lines: readonly Pick<LogEntry, 'outcome' | 'bytes'>[]): JobCounts {
  return lines.reduce((counts, line) => addCounts(counts, countsOf(line)), noCounts);
}

const noServerCounts: ServerCounts = { done: 0, skipped: 0, errors: 0, bytes: 0 };
const serverNames = Object.keys(noServerCounts) as (keyof ServerCounts)[];

/** What a job that begins has counted on its servers: every name is there, to be added to. */
export function emptyByServer(of: readonly Server[]): CountsByServer {
  return Object.fromEntries(of.map((server) => [server, noServerCounts]));
}

export function addByServer(counts: CountsByServer, change: CountsByServer): CountsByServer {
  const both = servers.filter((server) => counts[server] ?? change[server]);
  return Object.fromEntries(
    both.map((server) => {
      const [one, other] = [counts[server] ?? noServerCounts, change[server] ?? noServerCounts];
      return [
        server,
        {
          done: one.done + other.done,
          skipped: one.skipped + other.skipped,
          errors: one.errors + other.errors,
          bytes: one.bytes + other.bytes,
        },
      ];
    }),
  );
}

/** What lines count as, by their servers. A line of no server counts nowhere. */
export function sumByServer(
  lines: readonly Pick<LogEntry, 'outcome' | 'bytes' | 'server'>[],
): CountsByServer {
  const found = servers.filter((server) => lines.some((line) => line.server === server));
  return Object.fromEntries(
    found.map((server) => {
      const { done, skipped, errors, bytes } = sumOfLogEntries(
        lines.filter((line) => line.server === server),
      );
      return [server, { done, skipped, errors, bytes }];
    }),
  );
}

/** What has to hold in every terminal state. */
export function addsUp(counts: JobCounts): boolean {
  return counts.total === counts.done + counts.skipped + counts.errors + counts.notReached;
}

/** Whether two came to the same, in all and on each server. */
export function haveSameCounts(one: Sum, other: Sum): boolean {
  return names.every((name) => one.counts[name] === other.counts[name]) && sameServers(one, other);
}

interface Sum {
  readonly counts: JobCounts;
  readonly perServer: CountsByServer;
}

function sameServers({ perServer: one }: Sum, { perServer: other }: Sum): boolean {
  return servers.every((server) => {
    const [here, there] = [one[server] ?? noServerCounts, other[server] ?? noServerCounts];
    return serverNames.every((name) => here[name] === there[name]);
  });
}

/** Whether nothing is in it. */
export function isEmptyChange(change: CountsChange): boolean {
  return names.every((name) => (change[name] ?? 0) === 0);
}

function fromEntries(value: (name: keyof JobCounts) => number): JobCounts {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as unknown as JobCounts;
}
