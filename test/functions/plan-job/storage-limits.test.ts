/**
 * The order in which a plan is worked through, against the limits of the storage that is behind it: each partition of
 * DynamoDB takes 1,000 write units a second, each range of keys in S3 3,500 copies a second.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { assetKey, pendingIndexKey } from '../../../adapters/dynamodb/keys.ts';
import type { ManifestLine } from '../../../adapters/s3/plan-files.ts';
import { originKey } from '../../../domain/delivery/origin-key.ts';
import { manifestKey } from '../../../domain/jobs/job-file-names.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const count = 40_000;

/** `partConcurrency` and `copiesAtATime`. */
const workers = 40;
const copies = 25;

/** Write units a second of a partition, copies a second of a range of keys. */
const perPartition = 1_000;
const perRange = 3_500;

/** Partitions of the table and ranges of keys in S3 after both were split under load. */
const partitions = 16;
const ranges = 16;

/** What is written together: a chunk of each worker, about 1,000 assets. */
let steps: PlanEntry[][];

/** Runs a plan as a Distributed Map does: each worker takes the next part when it has finished one. */
async function workThrough(): Promise<PlanEntry[][]> {
  const cloud = publishCloud();
  cloud.jobs.set(id, aPublishJob({ status: 'running' }));
  // Numbers, as most catalogs have them. The shop uploads them in this order.
  for (let number = 0; number < count; number += 1) cloud.put(anAsset({ id: `sku-${100_000 + number}` }));
  await planJob({ company, jobId: id }, { ...cloud.dependencies, partEntries: 200 });
  const lines = (cloud.files.get(manifestKey(company, id, 0)) ?? '').trim().split('\n');
  const parts = lines.map((line) => {
    const { key } = JSON.parse(line) as ManifestLine;
    return JSON.parse(cloud.files.get(key) ?? '') as PlanEntry[];
  });
  const open: PlanEntry[][] = Array.from({ length: workers }, () => []);
  const found: PlanEntry[][] = [];
  while (parts.length > 0 || open.some((part) => part.length > 0)) {
    const step: PlanEntry[] = [];
    for (const [worker, part] of open.entries()) {
      const own = part.length > 0 ? part : (parts.shift() ?? []);
      step.push(...own.slice(0, copies));
      open[worker] = own.slice(copies);
    }
    found.push(step);
  }
  return found;
}

/**
 * The speed at which the busiest group reaches its limit.
 * @param limit of a group, in writes a second
 * @param writes of an asset in its group
 */
function assetsPerSecond(groupOf: (entry: PlanEntry) => unknown, limit: number, writes = 1): number {
  // Full steps: at the end of a job some workers have nothing left.
  const full = steps.filter((step) => step.length === workers * copies);
  const speeds = full.map((step) => {
    const inGroup = Map.groupBy(step, groupOf);
    const busiest = Math.max(...[...inGroup.values()].map((group) => group.length));
    return (limit * step.length) / (busiest * writes);
  });
  return Math.min(...speeds);
}

/** Where a partition key is, as DynamoDB hashes it. */
function partitionOf(key: string, of: number): number {
  let hash = 0;
  for (const character of key) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) % of;
}

beforeAll(async () => {
  steps = await workThrough();
}, 60_000);

describe('a job of many assets is planned in an order', () => {
  it('that works through all of them once', () => {
    const ids = steps.flat().map((entry) => entry.id);
    expect(ids).toHaveLength(count);
    expect(new Set(ids).size).toBe(count);
  });

  it('in which the partitions of the pending index take 3,000 assets a second and more', () => {
    const speed = assetsPerSecond((entry) => pendingIndexKey(company, entry.id), perPartition);
    expect(speed).toBeGreaterThan(8_000);
  });

  it('in which the partitions of the table take 3,000 assets a second and more', () => {
    // Record and history, both in the partition of the asset.
    const speed = assetsPerSecond(
      (entry) => partitionOf(assetKey(company, entry.id).pk, partitions),
      perPartition,
      2,
    );
    expect(speed).toBeGreaterThan(3_000);
  });

  it('in which S3 takes what all its ranges of keys take together, and not one after the other', () => {
    const keyOf = ({ id: asset, type }: PlanEntry) =>
      originKey('image-serving', { company, id: asset, type, folder: '/', fileName: `${asset}.jpg` });
    const sorted = steps.flat().map(keyOf).sort();
    const rank = new Map(sorted.map((key, index) => [key, index]));
    const rangeOf = (entry: PlanEntry) => Math.floor(((rank.get(keyOf(entry)) ?? 0) * ranges) / count);
    const speed = assetsPerSecond(rangeOf, perRange);
    // In the order of ids, all workers write the same few ranges at a time.
    expect(speed).toBeGreaterThan(20_000);
  });
});
