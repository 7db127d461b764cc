/** Writes bench/results/publish-model.json, and its tables in docs/performance.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { behaviour } from '../model/behaviour.ts';
import { machine, today, versions } from '../support/machine.ts';
import { writeBetweenMarkers } from '../support/marked-text.ts';
import {
  compareOnModel,
  type ModelComparison,
  type ModelRun,
  type ModelSimulation,
  type ModelSizes,
  publishManyOnModel,
  simulateOnModel,
} from './model.ts';

const resultFile = join(import.meta.dirname, '..', 'results', 'publish-model.json');
const page = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');

export const modelSteps = ['compare', 'many', 'simulate'] as const;
export type ModelStep = (typeof modelSteps)[number];

export interface ModelResults {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly slowdown: number;
  /** What the stubs and the simulation assume. */
  readonly behaviour: typeof behaviour;
  readonly compare: ModelComparison;
  readonly many: ModelRun;
  readonly simulate: readonly ModelSimulation[];
}

/** Makes the steps that are wanted; the others keep their results. */
export async function measureModel(sizes: ModelSizes, steps: readonly ModelStep[]): Promise<ModelResults> {
  let results: Partial<ModelResults> = existsSync(resultFile)
    ? (JSON.parse(readFileSync(resultFile, 'utf8')) as ModelResults)
    : {};
  const keep = (more: Partial<ModelResults>) => {
    const { pressroom = '', node = '' } = versions();
    const made = { date: today(), machine: machine(), versions: { pressroom, node }, behaviour };
    results = { ...made, slowdown: sizes.slowdown, ...results, ...more };
    writeFileSync(resultFile, `${JSON.stringify(results, null, 2)}\n`);
  };
  if (steps.includes('compare')) keep({ compare: await compareOnModel(sizes) });
  if (steps.includes('many')) keep({ many: await publishManyOnModel(sizes) });
  const { compare, many } = results;
  if (!compare || !many) throw new Error('Run the steps compare and many first');
  if (steps.includes('simulate')) keep({ simulate: simulateOnModel(compare, many) });
  const complete = results as ModelResults;
  writeBetweenMarkers(page, 'model-figures', modelTables(complete));
  return complete;
}

/** The tables of docs/performance.md. */
export function modelTables({
  date,
  machine: where,
  versions: { node },
  slowdown,
  compare,
  many,
  simulate,
}: ModelResults): string {
  const { ratio, ratioToFasterCore, assetsPerSecond, runs, settings } = compare;
  const assets = runs[0]?.assets ?? 0;
  return [
    '| figure | measured | target |',
    '|---|---|---|',
    `| assets a second: Pressroom ÷ the faster of the others, ${count(assets)} assets | ${ratio} | at least 1 |`,
    `| Pressroom ÷ the AWS CLI on a core ${slowdown} times as fast as this one | ${ratioToFasterCore} | none |`,
    `| CPU of the functions for an asset, ${count(assets)} assets | ${compare.cpuMillisecondsPerAsset} ms | none |`,
    `| CPU of the functions for an asset, ${count(many.assets)} assets | ${many.cpuMillisecondsPerAsset} ms | none |`,
    '',
    `| program, ${count(assets)} assets | assets a second, median of the best | each run | settings |`,
    '|---|---|---|---|',
    ...Object.entries(assetsPerSecond).map(([program, rate]) => {
      const each = runs
        .filter((run) => run.program === program)
        .map((run) => run.assetsPerSecond.toFixed(0))
        .join(', ');
      return `| ${program} | ${rate.toFixed(0)} | ${each} | ${settings[program] ?? ''} |`;
    }),
    `| pressroom, ${count(many.assets)} assets | ${many.assetsPerSecond.toFixed(0)} | ${many.assetsPerSecond.toFixed(0)} | the same |`,
    '',
    '| simulated job | assets | duration | assets a second | refused by S3, DynamoDB, Lambda |',
    '|---|---|---|---|---|',
    ...simulate.map(
      ({ scenario, given, result }) =>
        `| ${scenario} | ${count(given.assets)} | ${duration(result.seconds)} | ${count(result.assetsPerSecond)} | ${[result.refused.s3, result.refused.dynamodb, result.refused.lambda].map(count).join(', ')} |`,
    ),
    '',
    `Measured ${date} on ${where}; node ${node}. The clock of the model ran ${slowdown} times slower.`,
  ].join('\n');
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
