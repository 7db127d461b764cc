/** Estimates of the requests and the cost of publishing and withdrawing, before either is done. */
import type { Server } from '../delivery/server.ts';
import type { Asset } from './asset.ts';

/**
 * List prices in us-east-1, in US dollars, on demand, no free tier. Read in November 2026 from
 * aws.amazon.com/s3/pricing (requests), aws.amazon.com/dynamodb/pricing/on-demand, aws.amazon.com/cloudfront/pricing
 * (invalidation; the first 1,000 a month are free). The price of a job's part is explained in domain/jobs/part.ts.
 * Deleting objects costs nothing.
 */
export const publishingPrices = {
  /** COPY, PUT, POST */
  copy: 0.005 / 1_000,
  get: 0.0004 / 1_000,
  writeUnit: 0.625 / 1_000_000,
  readUnit: 0.125 / 1_000_000,
  invalidation: 0.005,
  part: 0.00005,
} as const;

/** Counts of requests and capacity units. */
export interface Totals {
  /** S3 copy requests: 1 for each asset and server, more from 1 GiB on. */
  readonly copies: number;
  /** Deleted objects: free. */
  readonly deletes: number;
  /** Records of sets that are read from S3. */
  readonly gets: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Bytes copied. */
  readonly bytes: number;
  /** Cache tags that are invalidated. */
  readonly invalidations: number;
  /** Parts of a publish job. */
  readonly parts: number;
}

export const noTotals: Totals = {
  copies: 0,
  deletes: 0,
  gets: 0,
  writeUnits: 0,
  readUnits: 0,
  bytes: 0,
  invalidations: 0,
  parts: 0,
};

/** The sum of two totals; counts that are missing in `more` are 0. */
export function addTotals(totals: Totals, more: Partial<Totals>): Totals {
  const names = Object.keys(noTotals) as (keyof Totals)[];
  return Object.fromEntries(
    names.map((name) => [name, totals[name] + (more[name] ?? 0)]),
  ) as unknown as Totals;
}

/** The cost in US dollars, rounded to the billionth: one copy is $0.000005. */
export function costOf(totals: Totals): number {
  const { copies, gets, writeUnits, readUnits, invalidations, parts } = totals;
  const cost =
    copies * publishingPrices.copy +
    gets * publishingPrices.get +
    writeUnits * publishingPrices.writeUnit +
    readUnits * publishingPrices.readUnit +
    invalidations * publishingPrices.invalidation +
    parts * publishingPrices.part;
  return Math.round(cost * 1e9) / 1e9;
}

/** Bytes of an item that one DynamoDB write unit pays for. */
const writeUnitBytes = 1_024;
/** Bytes of an item that one strongly consistent DynamoDB read unit pays for. */
const readUnitBytes = 4_096;

/** Bytes, about as DynamoDB counts them: attribute names and values, and the keys of the table and the indexes. */
function sizeOf(asset: Asset): number {
  return new TextEncoder().encode(JSON.stringify(asset)).length + 300;
}

/**
 * The totals of publishing an asset: its copies, and writes of the record, of the pending index entry that is removed,
 * and of a history entry for each server.
 * @param copies S3 requests for each server: 1 below 1 GiB
 */
export function publishTotals(
  asset: Asset,
  servers: readonly Server[],
  { copies, isPending }: { readonly copies: number; readonly isPending: boolean },
): Partial<Totals> {
  return {
    copies: copies * servers.length,
    bytes: asset.bytes * servers.length,
    writeUnits: Math.ceil(sizeOf(asset) / writeUnitBytes) + (isPending ? 1 : 0) + servers.length,
  };
}

/**
 * The totals of withdrawing an asset: its deletions, and writes of the record, of the pending index entry if there is
 * one, and of a history entry for each server.
 */
export function withdrawTotals(
  asset: Asset,
  { deletes, isPending }: { readonly deletes: number; readonly isPending: boolean },
): Partial<Totals> {
  return {
    deletes,
    writeUnits:
      Math.ceil(sizeOf(asset) / writeUnitBytes) +
      (isPending ? 1 : 0) +
      Object.keys(asset.publications).length,
  };
}

/** Read units of one strongly consistent read of a record. */
export function readUnitsOf(asset: Asset): number {
  return Math.ceil(sizeOf(asset) / readUnitBytes);
}
