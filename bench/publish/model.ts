/**
 * A publish job against programs that copy buckets, where the storage behaves as AWS documents it: stubs of S3 and DynamoDB
 * with latencies and limits (bench/model/behaviour.ts), in place of emulators that are slower than AWS.
 *
 * All programs run on this machine, whose cores would be their limit. The clock of the stubs, and that of our functions,
 * therefore runs slower by a factor: 2 cores then stand for 2 × the factor. Our functions get the CPU that Lambda gives them
 * and no more. rclone uses all cores. The AWS CLI is one Python process and uses one: it also runs at its own clock, because
 * the slow clock makes this core faster than any. Both keep their own clock for pauses after a refusal, which shortens them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../../infra/config.ts';
import { readDeployment } from '../../scripts/costs/deployment.ts';
import { behaviour } from '../model/behaviour.ts';
import type { DynamodbCounts } from '../model/dynamodb-stub.ts';
import { type LambdaStub, startLambdaStub } from '../model/lambda-stub.ts';
import { copyPrefixes, masterKeyOf, modelBuckets } from '../model/model-library.ts';
import { runJob } from '../model/run-job.ts';
import type { S3Counts } from '../model/s3-stub.ts';
import { type Simulated, type SimulationResult, simulateJob } from '../model/simulate.ts';
import { type Child, startChild } from '../support/child-process.ts';
import { findPeers, type Peer } from '../support/peers.ts';
import { prices } from '../support/prices.ts';
import { imageBytes } from '../support/seed-library.ts';
import { median, round, seededRandom } from '../support/statistics.ts';

export interface ModelSizes {
  /** Compared with the other programs. */
  readonly assets: number;
  /** Published by ours alone. */
  readonly manyAssets: number;
  readonly repetitions: number;
  /** Wall seconds for a second of the model. */
  readonly slowdown: number;
}

export interface ModelRun {
  readonly program: string;
  readonly assets: number;
  /** Of the model. */
  readonly seconds: number;
  readonly assetsPerSecond: number;
  /** Wall seconds for a second of the model. */
  readonly slowdown: number;
  /** Responses with 503 of S3, and writes that a partition of DynamoDB refused. */
  readonly refused?: { readonly s3: number; readonly dynamodb: number };
  readonly planSeconds?: number;
  readonly partSeconds?: number;
  /** CPU of publish-part and plan-job, in all environments. */
  readonly cpuMillisecondsPerAsset?: number;
  /** Dollars of both functions for a million assets. */
  readonly lambdaPerMillion?: number;
}

/** Runs of some programs, with the settings of each. */
export interface ModelRuns {
  readonly settings: Readonly<Record<string, string>>;
  readonly runs: readonly ModelRun[];
}

export interface ModelComparison {
  /** The median of each program. */
  readonly assetsPerSecond: Readonly<Record<string, number>>;
  /** Ours ÷ the faster of rclone and the AWS CLI, as they run on a machine. */
  readonly ratio: number;
  /** Ours ÷ the AWS CLI on a core that is faster by the factor of the clock. */
  readonly ratioToFasterCore: number;
  readonly cpuMillisecondsPerAsset: number;
}

export interface ModelSimulation {
  readonly scenario: string;
  readonly given: Simulated;
  readonly result: SimulationResult;
  /** Dollars of publish-part for a million assets. */
  readonly lambdaPerMillion: number;
}

interface Stubs {
  readonly s3: Child;
  readonly dynamodb: Child;
  readonly addresses: { readonly s3: string; readonly dynamodb: string };
  readonly slowdown: number;
}

const ours = 'pressroom';
const fastCore = 'aws s3 sync';
const ownClock = 'aws s3 sync, own clock';

/** Settings of the deployment for this comparison, tuned like those of the other programs. */
const tuned = { partConcurrency: 40, partEntries: 250, copiesAtATime: 10, partMemory: 1_769 } as const;

/** Concurrent copies of the other programs at the slow clock: in trials, fewer were slower, and S3 refused more of more. */
const peerConcurrency = 512;

/** The AWS CLI is limited by its core at its own clock: more would not help. */
const ownClockConcurrency = 64;

const deployed = readDeployment();

/** Jobs of ours. */
export async function runOursOnModel({ assets, repetitions, slowdown }: ModelSizes): Promise<ModelRuns> {
  const runs: ModelRun[] = [];
  await withStubs(slowdown, (stubs) =>
    withLambda(stubs, async (lambda) => {
      for (let seed = 1; seed <= repetitions; seed += 1)
        runs.push(report(await runOurs(stubs, lambda, assets, seed)));
    }),
  );
  const settings = Object.entries(tuned).map(([name, value]) => `${name} ${value}`);
  return { settings: { [ours]: settings.join(', ') }, runs };
}

/** The other programs: one run less than ours, because theirs differ little. */
export async function runOthersOnModel({ assets, repetitions, slowdown }: ModelSizes): Promise<ModelRuns> {
  const runs: ModelRun[] = [];
  const settings: Record<string, string> = {};
  await withStubs(slowdown, async (stubs) => {
    for (const peer of await findPeers(peerConcurrency)) {
      settings[peer.name] = peer.settings;
      for (let seed = 1; seed < repetitions; seed += 1)
        runs.push(report(await runPeer(stubs, peer, assets, seed)));
    }
  });
  await withStubs(1, async (stubs) => {
    for (const peer of await findPeers(ownClockConcurrency)) {
      if (peer.name !== fastCore) continue;
      settings[ownClock] = peer.settings;
      // Its core is the limit, and its runs differ by a few percent only.
      runs.push(report({ ...(await runPeer(stubs, peer, assets, 1)), program: ownClock }));
    }
  });
  return { settings, runs };
}

/** Compares the medians of the programs. */
export function compareRuns(runs: readonly ModelRun[]): ModelComparison {
  const programs = [...new Set(runs.map(({ program }) => program))];
  const ratesOf = (program: string) =>
    runs.filter((run) => run.program === program).map((run) => run.assetsPerSecond);
  const assetsPerSecond = Object.fromEntries(programs.map((program) => [program, median(ratesOf(program))]));
  const {
    [ours]: our = 0,
    'rclone copy': rclone = 0,
    [fastCore]: aws = 0,
    [ownClock]: own = 0,
  } = assetsPerSecond;
  return {
    assetsPerSecond,
    ratio: round(our / Math.max(rclone, own), 3),
    ratioToFasterCore: round(our / aws, 3),
    cpuMillisecondsPerAsset: median(
      runs.flatMap(({ cpuMillisecondsPerAsset }) => cpuMillisecondsPerAsset ?? []),
    ),
  };
}

function report(run: ModelRun): ModelRun {
  console.log(`${run.program}: ${run.assets} assets in ${run.seconds} s of the model`);
  return run;
}

/** A large job of ours alone. */
export function publishManyOnModel({ manyAssets, slowdown }: ModelSizes): Promise<ModelRun> {
  return withStubs(slowdown, (stubs) => withLambda(stubs, (lambda) => runOurs(stubs, lambda, manyAssets, 1)));
}

/** Jobs of all sizes, simulated with the CPU and the planning time that the stubs measured. */
export function simulateOnModel(
  comparison: ModelComparison,
  few: ModelRun,
  many: ModelRun | undefined,
): ModelSimulation[] {
  const config = readConfig({});
  const measured = {
    cpuMillisecondsPerAsset: (many ?? few).cpuMillisecondsPerAsset ?? comparison.cpuMillisecondsPerAsset,
    planSecondsPerAsset: ((many ?? few).planSeconds ?? 0) / (many ?? few).assets,
  };
  const usual = {
    ...measured,
    lambdaConcurrency: behaviour.lambda.concurrency,
    megabytes: config.partMemory,
    partitionsOfTable: behaviour.dynamodb.partitions,
    secondsUntilSplit: behaviour.s3.secondsUntilSplit,
    seed: 1,
  };
  const { partConcurrency, partEntries, copiesAtATime } = config;
  const defaults = { ...usual, partConcurrency, partEntries, copiesAtATime };
  const { partMemory, ...parts } = tuned;
  const best = { ...usual, ...parts, megabytes: partMemory };
  const small = {
    ...best,
    assets: few.assets,
    planSecondsPerAsset: (few.planSeconds ?? 0) / few.assets,
    cpuMillisecondsPerAsset: comparison.cpuMillisecondsPerAsset,
  };
  const scenarios: [string, Simulated][] = [
    ['tuned', small],
    ['tuned', { ...best, assets: many?.assets ?? 10 * few.assets }],
    ...[1_000_000, 10_000_000].flatMap((assets): [string, Simulated][] => [
      ['default settings', { ...defaults, assets }],
      ['tuned', { ...best, assets }],
    ]),
    ['default settings, partMemory 1024', { ...defaults, assets: 1_000_000, megabytes: 1_024 }],
    ['default settings, copiesAtATime 50', { ...defaults, assets: 1_000_000, copiesAtATime: 50 }],
    ['tuned, new table of 4 partitions', { ...best, assets: 1_000_000, partitionsOfTable: 4 }],
    [
      'default settings, new account of 10 executions',
      { ...defaults, assets: 100_000, lambdaConcurrency: 10 },
    ],
  ];
  return scenarios.map(([scenario, given]) => {
    const { seconds, assetsPerSecond, ...rest } = simulateJob(given);
    console.log(`${scenario}: ${given.assets} assets in ${seconds.toFixed(0)} s`);
    return {
      scenario,
      given,
      result: { ...rest, seconds: round(seconds, 1), assetsPerSecond: round(assetsPerSecond, 0) },
      lambdaPerMillion: lambdaPerMillion(
        rest.gigabyteSeconds,
        given.assets / given.partEntries,
        given.assets,
      ),
    };
  });
}

function lambdaPerMillion(gigabyteSeconds: number, calls: number, assets: number): number {
  const dollars = gigabyteSeconds * prices.lambdaGigabyteSecond + calls * prices.lambdaRequest;
  return round((dollars / assets) * 1e6, 3);
}

async function withStubs<Result>(slowdown: number, work: (stubs: Stubs) => Promise<Result>): Promise<Result> {
  const folder = `${import.meta.dirname}/../model`;
  const env = { SLOWDOWN: String(slowdown) };
  const s3 = startChild(`${folder}/s3-stub.ts`, env);
  const dynamodb = startChild(`${folder}/dynamodb-stub.ts`, env);
  try {
    const addresses = {
      s3: await s3.call<string>('listen'),
      dynamodb: await dynamodb.call<string>('listen'),
    };
    return await work({ s3, dynamodb, addresses, slowdown });
  } finally {
    await Promise.all([s3.stop(), dynamodb.stop()]);
  }
}

async function withLambda<Result>(
  { addresses, slowdown }: Stubs,
  work: (lambda: LambdaStub) => Promise<Result>,
): Promise<Result> {
  const lambda = startLambdaStub({
    slowdown,
    concurrency: behaviour.lambda.concurrency,
    functions: {
      'plan-job': { timeoutMs: 900_000, megabytes: deployed.functionOf('plan-job').megabytes },
      'publish-part': { timeoutMs: 135_000, megabytes: tuned.partMemory },
    },
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'model',
      AWS_SECRET_ACCESS_KEY: 'model',
      AWS_ENDPOINT_URL_S3: addresses.s3,
      AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamodb,
      AWS_ENDPOINT_URL_EVENTBRIDGE: addresses.dynamodb,
      ASSET_TABLE: 'assets',
      JOB_TABLE: 'jobs',
      MASTERS_BUCKET: modelBuckets.masters,
      JOBS_BUCKET: modelBuckets.jobs,
      IMAGE_SERVING_BUCKET: modelBuckets.origin,
      IMAGE_RENDERING_BUCKET: 'image-rendering',
      VIDEO_BUCKET: 'video',
      SERVER_DIRECTORY_BUCKET: 'server-directory',
      EVENT_BUS: 'events',
      INVALIDATION_QUEUE: 'http://127.0.0.1:9/none',
      PART_ENTRIES: String(tuned.partEntries),
      COPIES_AT_A_TIME: String(tuned.copiesAtATime),
      RESERVE_SECONDS: '15',
      BATCHED_UPDATES: 'on',
    },
  });
  try {
    await lambda.warm('plan-job', 1);
    await lambda.warm('publish-part', tuned.partConcurrency);
    return await work(lambda);
  } finally {
    await lambda.stop();
  }
}

/** One job on fresh stubs. @throws Error if anything was not published */
async function runOurs(stubs: Stubs, lambda: LambdaStub, assets: number, seed: number): Promise<ModelRun> {
  const { s3, dynamodb, slowdown } = stubs;
  await reset(stubs, assets, seed);
  lambda.reset();
  const { partConcurrency } = tuned;
  const run = await runJob(lambda, s3, { slowdown, partConcurrency, random: seededRandom(seed) });
  const { live, pending } = await dynamodb.call<{ live: number; pending: number }>('state');
  const copied = await s3.call<number>('objects', modelBuckets.origin);
  if (run.done !== assets || live !== assets || pending !== 0 || copied !== assets)
    throw new Error(`Published ${run.done}, live ${live}, pending ${pending}, copied ${copied} of ${assets}`);
  const cpu = Object.values(lambda.used.cpuMilliseconds).reduce((sum, one) => sum + one, 0);
  return {
    ...(await runOf(stubs, ours, assets, run.planSeconds + run.partSeconds)),
    planSeconds: round(run.planSeconds, 2),
    partSeconds: round(run.partSeconds, 2),
    cpuMillisecondsPerAsset: round(cpu / assets, 3),
    lambdaPerMillion: lambdaPerMillion(lambda.used.gigabyteSeconds, lambda.used.calls, assets),
  };
}

async function runPeer(stubs: Stubs, peer: Peer, assets: number, seed: number): Promise<ModelRun> {
  await reset(stubs, assets, seed);
  const begun = performance.now();
  await peer.copy({
    endpoint: stubs.addresses.s3,
    accessKeyId: 'model',
    secretAccessKey: 'model',
    from: `${modelBuckets.masters}/${copyPrefixes.from}`,
    to: `${modelBuckets.origin}/${copyPrefixes.to}`,
  });
  const seconds = (performance.now() - begun) / 1_000 / stubs.slowdown;
  const copied = await stubs.s3.call<number>('objects', modelBuckets.origin);
  if (copied !== assets) throw new Error(`${peer.name} copied ${copied} of ${assets}`);
  return runOf(stubs, peer.name, assets, seconds);
}

async function reset({ s3, dynamodb }: Stubs, assets: number, seed: number): Promise<void> {
  const keys = Array.from({ length: assets }, (_, number) => masterKeyOf(number));
  await s3.call('reset', { bucket: modelBuckets.masters, keys, bytes: imageBytes, seed });
  await dynamodb.call('reset', { assets, seed: seed + 1 });
  await wait(200);
}

async function runOf(
  { s3, dynamodb, slowdown }: Stubs,
  program: string,
  assets: number,
  seconds: number,
): Promise<ModelRun> {
  const { refused } = await s3.call<S3Counts>('counts');
  const { refused: throttled } = await dynamodb.call<DynamodbCounts>('counts');
  return {
    program,
    assets,
    seconds: round(seconds, 2),
    assetsPerSecond: round(assets / seconds, 1),
    slowdown,
    refused: { s3: refused, dynamodb: throttled },
  };
}
