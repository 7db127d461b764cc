/**
 * A publish job against programs that copy buckets: the same objects, between the same buckets, under the same keys, on
 * the same emulator of S3. The job also reads and writes a record for each asset, its history and its line of the log.
 */

import { type BenchCloud, company, startBenchCloud } from '../support/bench-cloud.ts';
import { makePeerRole } from '../support/peer-role.ts';
import { findPeers, type Peer } from '../support/peers.ts';
import { submitNew, waitForEnd } from '../support/publish-job.ts';
import { emptyBucket, seedImages, writeRecords } from '../support/seed-library.ts';
import { median, round } from '../support/statistics.ts';

/**
 * Parts of the job that are processed at the same time: a setting of the deployment, like --transfers of rclone. With
 * three, two copy while one records. On two cores, a fourth would only compile the function once more.
 */
export const partConcurrency = 3;

/** The prefixes of the images in the masters bucket and in the origin bucket. */
const [from, to] = [company, `${company}/image`];

export interface Throughput {
  readonly assets: number;
  readonly bytesEach: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly peerVersions: Readonly<Record<string, string>>;
  readonly runs: readonly {
    readonly program: string;
    readonly seconds: number;
    readonly assetsPerSecond: number;
  }[];
  readonly assetsPerSecond: Readonly<Record<string, number>>;
  readonly ratio: number;
}

const ours = 'pressroom';

export async function measureThroughput(assets: number, repetitions: number): Promise<Throughput> {
  const peers = await findPeers();
  const bench = await startBenchCloud({
    counted: false,
    // The peers use no database: this measures the copies and the engine around them, not the disk under an emulator.
    database: 'memory',
    context: { partConcurrency: String(partConcurrency) },
  });
  try {
    const seeded = await seedImages(bench, assets);
    const buckets = { from: bench.output('MastersBucket'), to: bench.output('ImageServingBucket') };
    const places = {
      endpoint: bench.cloud.ministackEndpoint,
      from: `${buckets.from}/${from}`,
      to: `${buckets.to}/${to}`,
    };
    const role = await makePeerRole(bench.cloud, buckets);
    const copy = async (peer: Peer) =>
      peer.copy({ ...places, ...(await bench.cloud.services.credentialsFor(role)) });
    const runners: [string, () => Promise<void>][] = [
      [ours, () => runJob(bench, assets)],
      ...peers.map((peer): [string, () => Promise<void>] => [peer.name, () => copy(peer)]),
    ];
    const runs: Throughput['runs'][number][] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // Each program is first in a round equally often.
      const offset = repetition % runners.length;
      for (const [program, work] of [...runners.slice(offset), ...runners.slice(0, offset)]) {
        await writeRecords(bench, seeded);
        const seconds = await timed(work);
        const copied = await emptyBucket(bench.s3, bench.output('ImageServingBucket'), `${to}/`);
        if (copied !== assets) throw new Error(`${program} copied ${copied} of ${assets}`);
        runs.push({ program, seconds: round(seconds, 2), assetsPerSecond: round(assets / seconds, 1) });
        console.log(`${program}: ${assets} assets in ${seconds.toFixed(1)} s`);
      }
    }
    const assetsPerSecond = Object.fromEntries(
      runners.map(([who]) => [
        who,
        median(runs.filter((run) => run.program === who).map((run) => run.assetsPerSecond)),
      ]),
    );
    const fastest = Math.max(...peers.map(({ name }) => assetsPerSecond[name] ?? 0));
    return {
      assets,
      bytesEach: seeded[0]?.bytes ?? 0,
      settings: {
        [ours]: `partConcurrency ${partConcurrency}, DynamoDB's emulator in memory`,
        ...Object.fromEntries(peers.map(({ name, settings }) => [name, settings])),
      },
      peerVersions: Object.fromEntries(peers.map((peer) => [peer.name, peer.version()])),
      runs,
      assetsPerSecond,
      ratio: round((assetsPerSecond[ours] ?? 0) / fastest, 3),
    };
  } finally {
    await bench.stop();
  }
}

async function runJob(bench: BenchCloud, assets: number): Promise<void> {
  const { id } = await submitNew(bench);
  const { status, counts } = await waitForEnd(bench, id);
  if (status !== 'succeeded' || counts.done !== assets)
    throw new Error(`The job ended ${status}: ${JSON.stringify(counts)}`);
}

/** @returns seconds */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
