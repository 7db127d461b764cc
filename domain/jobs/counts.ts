import { type Server, servers } from '../delivery/server.ts';
import { type CountsByServer, type JobCounts, type LogEntry, noCounts, type ServerCounts } from './job.ts';

/** Increments of some counts; counts that are missing stay. */
export type CountsChange = Readonly<Partial<JobCounts>>;

const names = Object.keys(noCounts) as (keyof JobCounts)[];

/** The sum of counts and increments. */
export function addCounts(counts: JobCounts, change: CountsChange): JobCounts {
  return fromEntries((name) => counts[name] + (change[name] ?? 0));
}

/** The increments of one log entry. Begin and end entries and notices count nothing. */
export function countsOf(entry: Pick<LogEntry, 'outcome' | 'bytes'>): CountsChange {
  switch (entry.outcome) {
    case 'published':
    case 'recorded':
    case 'changed':
    case 'withdrawn':
      return { total: 1, done: 1, bytes: entry.bytes ?? 0 };
    case 'warning':
      return { total: 1, done: 1, warnings: 1, bytes: entry.bytes ?? 0 };
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

/** The increments of an entry that replaces another one. */
export function countsOfReplacing(
  before: Pick<LogEntry, 'outcome' | 'bytes'> | undefined,
  entry: Pick<LogEntry, 'outcome' | 'bytes'>,
): CountsChange {
  const [removed, added] = [before ? countsOf(before) : {}, countsOf(entry)];
  return fromEntries((name) => (added[name] ?? 0) - (removed[name] ?? 0));
}

/** The counts of some log entries together. */
export function sumOfLogEntries(entries: readonly Pick<LogEntry, 'outcome' | 'bytes'>[]): JobCounts {
  return entries.reduce((counts, entry) => addCounts(counts, countsOf(entry)), noCounts);
}

const noServerCounts: ServerCounts = { done: 0, skipped: 0, errors: 0, bytes: 0 };
const serverNames = Object.keys(noServerCounts) as (keyof ServerCounts)[];

/** Zero counts for each server of a job that begins. DynamoDB can only add to attributes that exist. */
export function emptyByServer(of: readonly Server[]): CountsByServer {
  return Object.fromEntries(of.map((server) => [server, noServerCounts]));
}

/** The sum of two counts by server. */
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

/** The counts of some log entries by server. Entries without a server are left out. */
export function sumByServer(
  entries: readonly Pick<LogEntry, 'outcome' | 'bytes' | 'server'>[],
): CountsByServer {
  const found = servers.filter((server) => entries.some((entry) => entry.server === server));
  return Object.fromEntries(
    found.map((server) => {
      const { done, skipped, errors, bytes } = sumOfLogEntries(
        entries.filter((entry) => entry.server === server),
      );
      return [server, { done, skipped, errors, bytes }];
    }),
  );
}

/** Whether the total is the sum of its parts. This holds in every terminal status. */
export function addsUp(counts: JobCounts): boolean {
  return counts.total === counts.done + counts.skipped + counts.errors + counts.notReached;
}

/** Whether two sums are equal, in total and for each server. */
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

/** Whether all increments are 0. */
export function isEmptyChange(change: CountsChange): boolean {
  return names.every((name) => (change[name] ?? 0) === 0);
}

function fromEntries(value: (name: keyof JobCounts) => number): JobCounts {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as unknown as JobCounts;
}
