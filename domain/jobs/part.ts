/** How a plan is split into parts. A part is the work of one call of publish-part. */
import type { AssetType } from '../assets/asset.ts';
import type { Totals } from '../assets/estimate.ts';
import { copyRequests } from '../delivery/copy-plan.ts';
import type { Server } from '../delivery/server.ts';

/** One asset of a plan. The job publishes exactly this version. */
export interface PlanEntry {
  readonly id: string;
  readonly type: AssetType;
  readonly version: number;
  readonly servers: readonly Server[];
  readonly bytes: number;
  /** The asset was held when the plan was made. It is in the closure of a selected asset, and goes live with that. */
  readonly held?: true;
  /** Only in a job that undoes another: the version that was live before, by server; 0 if none was. */
  readonly was?: Readonly<Partial<Record<Server, number>>>;
}

/**
 * Entries of a part; a deployment can change it (`partEntries`). The fixed cost of a part is about $0.00005: a map
 * transition, an Express execution, a Lambda call, two PUTs, a GET and a few small writes. With 200 entries that is $0.25
 * for a million assets, whose copies cost $5. It also bounds the memory of planner and worker.
 */
export const maxPartEntries = 200;

/**
 * Bytes to copy in a part. The map's children are Express executions, which end after 5 minutes; publish-part has 2¼ of
 * them, so that it can run twice. With 16 ranges of about 100 MB/s a part of this size takes 15 s. A larger asset gets its
 * own part: the largest allowed one, a video of 50 GiB, takes 34 s (docs/decisions/0009).
 */
export const maxPartBytes = 20e9;

/** A part that is being filled. */
export interface OpenPart {
  readonly entries: readonly PlanEntry[];
  readonly bytes: number;
}

export const emptyPart: OpenPart = { entries: [], bytes: 0 };

/**
 * Whether an entry fits into a part. An empty part takes any entry.
 * @param max maximum number of entries
 */
export function fits(part: OpenPart, entry: PlanEntry, max = maxPartEntries): boolean {
  if (part.entries.length === 0) return true;
  return part.entries.length < max && part.bytes + copiedBytes(entry) <= maxPartBytes;
}

/** A part with one more entry. */
export function withEntry(part: OpenPart, entry: PlanEntry): OpenPart {
  return { entries: [...part.entries, entry], bytes: part.bytes + copiedBytes(entry) };
}

/** The number of log entries that plan entries make: one for each asset and server. */
export function logEntryCount(entries: readonly PlanEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.servers.length, 0);
}

function copiedBytes(entry: PlanEntry): number {
  return entry.bytes * entry.servers.length;
}

/** The totals of an entry. Assumes that records are below 1 kB, because a plan does not read them. */
export function entryTotals({ servers, bytes }: PlanEntry): Partial<Totals> {
  return {
    copies: copyRequests(bytes) * servers.length,
    bytes: bytes * servers.length,
    // The record, its item in the pending index, and the history.
    writeUnits: 2 + servers.length,
    readUnits: 1,
  };
}
