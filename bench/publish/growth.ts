/** Measures whether planning costs more in a larger library: 100 pending assets among more and more others. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { jobItem } from '../../adapters/dynamodb/jobs/job-item.ts';
import { defaultSettings, serversOf } from '../../domain/companies/settings.ts';
import { noCounts, type PublishJob } from '../../domain/jobs/job.ts';
import { environment } from '../../functions/plan-job/env.ts';
import { readConfig } from '../../infra/config.ts';
import { type BenchCloud, company, startBenchCloud } from '../support/bench-cloud.ts';
import { pendingAsset, seedLiveRecords, writeRecords } from '../support/seed-library.ts';
import { median, round } from '../support/statistics.ts';

const run = promisify(execFile);
const sizes = [1_000, 10_000, 100_000];
const waiting = 100;
/** Plans in one process. */
const plansInOne = 20;

export interface Growth {
  readonly waiting: number;
  readonly libraries: readonly {
    readonly records: number;
    /** Median of the runs, for one plan. */
    readonly readUnits: number;
    readonly milliseconds: number;
    readonly peakMegabytes: number;
    readonly runs: readonly { readUnits: number; milliseconds: readonly number[]; peakMegabytes: number }[];
  }[];
  readonly ratios: { readonly reads: number; readonly time: number; readonly memory: number };
  /** The worst value of the larger libraries. */
  readonly ratio: number;
}

export async function measureGrowth(runs: number): Promise<Growth> {
  const clouds: BenchCloud[] = [];
  try {
    for (const records of sizes) {
      const bench = await startBenchCloud({ database: 'memory' });
      clouds.push(bench);
      await seedLiveRecords(bench, 0, records - waiting);
      await writeRecords(
        bench,
        Array.from({ length: waiting }, (_, number) => pendingAsset(`waits-${number}`)),
      );
      await bench.documents.send(new PutCommand({ TableName: bench.output('JobTable'), Item: jobItem(job) }));
      console.log(`The library has ${records.toLocaleString('en')} records`);
    }
    const measured = clouds.map((): Awaited<ReturnType<typeof plan>>[] => []);
    // In turns, so that other load on the machine affects all of them.
    for (let time = 0; time < runs; time += 1) {
      for (const [index, bench] of clouds.entries()) {
        measured[index]?.push(await plan(bench));
      }
    }
    const libraries = sizes.map((records, index) => {
      const all = measured[index] ?? [];
      return {
        records,
        readUnits: median(all.map(({ readUnits }) => readUnits)),
        milliseconds: round(median(all.flatMap(({ milliseconds }) => milliseconds)), 2),
        peakMegabytes: round(median(all.map(({ peakMegabytes }) => peakMegabytes)), 1),
        runs: all,
      };
    });
    const [smallest, ...larger] = libraries;
    const worst = (of: 'readUnits' | 'milliseconds' | 'peakMegabytes') =>
      round(Math.max(...larger.map((library) => library[of] / (smallest?.[of] ?? Number.NaN))), 3);
    const ratios = {
      reads: worst('readUnits'),
      time: worst('milliseconds'),
      memory: worst('peakMegabytes'),
    };
    return { waiting, libraries, ratios, ratio: Math.max(...Object.values(ratios)) };
  } finally {
    for (const bench of clouds) await bench.stop();
  }
}

const job: PublishJob = {
  kind: 'publish',
  company,
  id: '01J00000000000000000000000',
  givenName: 'Growth',
  name: 'Growth',
  status: 'running',
  publish: 'new',
  servers: serversOf(defaultSettings),
  counts: noCounts,
  submitted: '2026-11-24T10:00:00.000Z',
  submittedBy: 'bench',
  executionNumber: 1,
};

async function plan(bench: BenchCloud) {
  let lastLine = '';
  const tally = await bench.measure(async () => {
    const event = JSON.stringify({ company, jobId: job.id });
    const { stdout } = await run(
      process.execPath,
      [join(import.meta.dirname, 'plan-probe.ts'), event, String(plansInOne)],
      { env: functionEnvironment(bench) },
    );
    lastLine = stdout.trim().split('\n').at(-1) ?? '';
  });
  const { took, peak } = JSON.parse(lastLine) as { took: number[]; peak: number };
  return {
    readUnits: tally.readUnits / (plansInOne + 1),
    milliseconds: took.map((one) => round(one, 2)),
    peakMegabytes: round(peak / 2 ** 20, 1),
  };
}

/** The environment of the function, with the root key and without the endpoint that checks permissions. */
function functionEnvironment({ cloud, backends, output }: BenchCloud): Record<string, string> {
  const { accessKeyId, secretAccessKey } = cloud.rootCredentials;
  return {
    PATH: process.env.PATH ?? '',
    POWERTOOLS_SERVICE_NAME: 'plan-job',
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_S3: backends.s3,
    AWS_ENDPOINT_URL_DYNAMODB: backends.dynamodb,
    ...Object.fromEntries(environment.names.map((name) => [name, variableOf(name)])),
  };

  function variableOf(name: EnvironmentName): string {
    return name === 'PART_ENTRIES' ? String(readConfig({}).partEntries) : output(outputName(name));
  }
}

type EnvironmentName = (typeof environment.names)[number];

/** The name of the output for a variable: AssetTable for ASSET_TABLE. */
function outputName(name: string): string {
  return name
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
