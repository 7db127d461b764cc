/** How a plan is cut into parts, each the work of one call of publish-part. */
import type { AssetType } from '../assets/asset.ts';
import type { Server } from '../delivery/server.ts';

/** One asset of a plan: what will be done is fixed by its version. */
export interface PlanEntry {
  readonly id: string;
  readonly type: AssetType;
  readonly version: number;
  readonly servers: readonly Server[];
  readonly bytes: number;
  /** It was held when the plan was made, and belongs to something that is published: it goes live with that. */
  readonly held?: true;
}

/**
 * Entries of a part, unless the deployment says otherwise (`partEntries`). What a part costs besides its assets (a map
 * transition, an Express execution and a Lambda call, two PUTs, a GET, a few small writes: about $0.00005) is spread
 * over 200: $0.25 a million, where the copies alone are $5. The memory of planner and worker is bounded by it too.
 */
export const maxPartEntries = 200;

/**
 * Bytes to copy in a part. The map's children are Express executions: they end after five minutes, and the function
 * that does the work has two of them and a quarter, so that it may be run twice. At 16 ranges of about 100 MB/s a part
 * takes 15 s for this. A larger asset has a part of its own: the largest that is taken, a video of 50 GiB, takes 34 s
 * (docs/decisions/0009).
 */
export const maxPartBytes = 20e9;

/** A part that is being filled. */
export interface OpenPart {
  readonly entries: readonly PlanEntry[];
  readonly bytes: number;
}

export const emptyPart: OpenPart = { entries: [], bytes: 0 };

/**
 * Whether an entry still fits into a part. An empty one takes anything.
 * @param max entries of a part
 */
export function fits(part: OpenPart, entry: PlanEntry, max = maxPartEntries): boolean {
  if (part.entries.length === 0) return true;
  return part.entries.length < max && part.bytes + copiedBytes(entry) <= maxPartBytes;
}

export function withEntry(part: OpenPart, entry: PlanEntry): OpenPart {
  return { entries: [...part.entries, entry], bytes: part.bytes + copiedBytes(entry) };
}

/** Lines of the log that entries make: one for each asset and server. */
export function logEntryCount(entries: readonly PlanEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.servers.length, 0);
}

function copiedBytes(entry: PlanEntry): number {
  return entry.bytes * entry.servers.length;
}
