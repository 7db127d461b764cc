/** Results of the model, and their tables in docs/performance.md. */
import type { behaviour } from '../model/behaviour.ts';
import type { ModelComparison, ModelRun, ModelRuns, ModelSimulation } from './model.ts';

export interface ModelResults {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly slowdown: number;
  /** What the stubs and the simulation assume. */
  readonly behaviour: typeof behaviour;
  readonly ours: ModelRuns;
  readonly others: ModelRuns;
  readonly compare: ModelComparison;
  /** A larger job of ours alone. */
  readonly many?: ModelRun;
  readonly simulate: readonly ModelSimulation[];
}

/** The tables of docs/performance.md. */
export function modelTables({
  date,
  machine: where,
  versions: { node },
  slowdown,
  ours,
  others,
  compare,
  many,
  simulate,
}: ModelResults): string {
  const { ratio, ratioToFasterCore, assetsPerSecond } = compare;
  const runs = [...ours.runs, ...others.runs];
  const settings = { ...ours.settings, ...others.settings };
  const assets = runs[0]?.assets ?? 0;
  return [
    '| figure | measured | target |',
    '|---|---|---|',
    `| assets a second: Pressroom ÷ the faster of the others, ${count(assets)} assets | ${ratio} | at least 1 |`,
    `| Pressroom ÷ the AWS CLI on a core ${slowdown} times as fast as this one | ${ratioToFasterCore} | none |`,
    `| CPU of the functions for an asset, ${count(assets)} assets | ${compare.cpuMillisecondsPerAsset} ms | none |`,
    ...(many
      ? [
          `| CPU of the functions for an asset, ${count(many.assets)} assets | ${many.cpuMillisecondsPerAsset} ms | none |`,
          `| Lambda for a million assets, as in the job of ${count(many.assets)} | $${many.lambdaPerMillion?.toFixed(2)} | none |`,
        ]
      : []),
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
    ...(many
      ? [
          `| pressroom, ${count(many.assets)} assets | ${many.assetsPerSecond.toFixed(0)} | ${many.assetsPerSecond.toFixed(0)} | the same |`,
        ]
      : []),
    '',
    '| simulated job | assets | duration | assets a second | refused by S3, DynamoDB, Lambda | Lambda for a million assets |',
    '|---|---|---|---|---|---|',
    ...simulate.map(
      ({ scenario, given, result, lambdaPerMillion }) =>
        `| ${scenario} | ${count(given.assets)} | ${duration(result.seconds)} | ${count(result.assetsPerSecond)} | ${[result.refused.s3, result.refused.dynamodb, result.refused.lambda].map(count).join(', ')} | $${lambdaPerMillion.toFixed(2)} |`,
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
