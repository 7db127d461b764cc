/** Measures how long a running job takes to stop: from the response to the cancellation until its status is `stopped`. */
import { setTimeout as wait } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type BenchCloud, company, startBenchCloud } from '../support/bench-cloud.ts';
import { submitNew, waitForEnd, waitForJob } from '../support/publish-job.ts';
import { emptyBucket, seedImages, writeRecords } from '../support/seed-library.ts';
import { quantile, round, seededRandom } from '../support/statistics.ts';
import { partConcurrency } from './throughput.ts';

const seed = 20_261_124;

/**
 * The job is cancelled within this many seconds after its start: during its plan and its first thousands of assets. Later
 * moments lie between the same chunks and would only make the measurement longer.
 */
const within = 12;

export interface Cancel {
  readonly assets: number;
  readonly cancels: number;
  readonly seed: number;
  readonly withinSeconds: number;
  readonly runs: readonly {
    /** Seconds after the job was running. */
    readonly at: number;
    /** From the response to the cancellation to `stopped`. */
    readonly seconds: number;
    readonly published: number;
    readonly notReached: number;
  }[];
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

export async function measureCancel(assets: number, cancels: number): Promise<Cancel> {
  const bench = await startBenchCloud({
    counted: false,
    database: 'memory',
    context: { partConcurrency: String(partConcurrency) },
  });
  const random = seededRandom(seed);
  try {
    const seeded = await seedImages(bench, assets);
    const byId = new Map(seeded.map((asset) => [asset.id, asset]));
    const runs: Cancel['runs'][number][] = [];
    while (runs.length < cancels) {
      const run = await cancelOnce(bench, random() * within);
      if (run) runs.push(run);
      // Published assets are reset for the next job: the former record is written, the object is deleted.
      const ids = await idsAtOrigin(bench);
      await writeRecords(
        bench,
        ids.flatMap((id) => byId.get(id) ?? []),
      );
      await emptyBucket(bench.s3, bench.output('ImageServingBucket'), `${company}/`);
      if (run && runs.length % 10 === 0) console.log(`${runs.length} of ${cancels} cancelled`);
    }
    const seconds = runs.map((run) => run.seconds);
    return {
      assets,
      cancels,
      seed,
      withinSeconds: within,
      runs,
      p50Seconds: quantile(seconds, 0.5),
      p95Seconds: quantile(seconds, 0.95),
      maxSeconds: Math.max(...seconds),
    };
  } finally {
    await bench.stop();
  }
}

/** @returns undefined if the job had ended before */
async function cancelOnce(bench: BenchCloud, at: number): Promise<Cancel['runs'][number] | undefined> {
  const { id } = await submitNew(bench);
  await waitForJob(bench, id, ({ status }) => status !== 'queued');
  await wait(at * 1_000);
  const response = await bench.api.call('cancelJob', { params: { jobId: id } }).catch(() => undefined);
  const begun = performance.now();
  const { status, counts } = await waitForEnd(bench, id);
  const seconds = (performance.now() - begun) / 1_000;
  if (!response) return undefined;
  const { total, done, skipped, errors, notReached } = counts;
  if (status !== 'stopped' || errors > 0 || total !== done + skipped + notReached)
    throw new Error(`A cancelled job ended ${status}: ${JSON.stringify(counts)}`);
  return { at: round(at, 2), seconds: round(seconds, 3), published: done, notReached };
}

async function idsAtOrigin({ s3, output }: BenchCloud): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await s3.send(
      new ListObjectsV2Command({
        Bucket: output('ImageServingBucket'),
        Prefix: `${company}/`,
        ContinuationToken: after,
      }),
    );
    ids.push(...Contents.map(({ Key = '' }) => Key.split('/').at(-1) ?? ''));
    after = NextContinuationToken;
  } while (after !== undefined);
  return ids;
}
