/**
 * `npm run bench -- publish`: measures the publish engine on the local cloud. Writes bench/results/publish.json, the
 * tables in docs/costs.md and docs/performance.md, and the picture docs/publish-bench.svg.
 *
 * `npm run bench -- publish throughput cancel` measures only these two. The other results are kept with their dates.
 * `npm run bench -- publish docs` writes tables and picture again from the results.
 * `npm run bench -- publish model` compares the engine with other programs on stubs that behave as AWS does, and simulates
 * larger jobs: bench/results/publish-model.json. `--steps=ours,others,many,simulate` makes some of its steps.
 * `--assets=`, `--repetitions=`, `--cancels=` and `--plans=` change the sizes for a short run; the results record them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCosts } from '../scripts/write-costs.ts';
import { type Cancel, measureCancel } from './publish/cancel.ts';
import { type Cost, measureCost } from './publish/cost.ts';
import { type Growth, measureGrowth } from './publish/growth.ts';
import { type ModelStep, measureModel, modelSteps } from './publish/model-results.ts';
import { publishPlot } from './publish/plot.ts';
import { measureThroughput, type Throughput } from './publish/throughput.ts';
import { machine, today, versions } from './support/machine.ts';
import { writeBetweenMarkers } from './support/marked-text.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const resultFile = join(import.meta.dirname, 'results', 'publish.json');

/** The goals, and whether higher or lower is better. */
const goals = {
  throughputRatio: { min: 1 },
  costRatio: { max: 1.75 },
  orchestrationRatio: { max: 1.1 },
  growthRatio: { max: 1.2 },
  cancelP95Seconds: { max: 15 },
} as const;

/** The results that the texts of docs/performance.md quote. */
const fullSize = 10_000;
const fullCancels = 100;

type Figure = keyof typeof goals;

interface Made {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
}

interface Results {
  readonly figures: Readonly<Partial<Record<Figure, number>>>;
  readonly throughput?: Throughput & Made;
  readonly cost?: Cost & Made;
  readonly growth?: Growth & Made;
  readonly cancel?: Cancel & Made;
}

export async function run(parameters: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      assets: { type: 'string', default: String(fullSize) },
      repetitions: { type: 'string', default: '5' },
      cancels: { type: 'string', default: String(fullCancels) },
      plans: { type: 'string', default: '7' },
      many: { type: 'string', default: String(10 * fullSize) },
      slowdown: { type: 'string', default: '16' },
      steps: { type: 'string', default: modelSteps.join(',') },
    },
  });
  const assets = Number(values.assets);
  const measurements = {
    throughput: () => measureThroughput(assets, Number(values.repetitions)),
    cost: () => measureCost(assets),
    growth: () => measureGrowth(Number(values.plans)),
    cancel: () => measureCancel(assets, Number(values.cancels)),
  };
  const names = Object.keys(measurements) as (keyof typeof measurements)[];
  const known: readonly string[] = [...names, 'model', 'docs'];
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: unknown. Use one of ${known.join(', ')}.`);

  if (positionals.includes('model')) {
    const sizes = {
      assets,
      manyAssets: Number(values.many),
      repetitions: Math.min(3, Number(values.repetitions)),
      slowdown: Number(values.slowdown),
    };
    const steps = values.steps.split(',') as ModelStep[];
    const { compare } = await measureModel(sizes, steps);
    console.log(`ratio on the model: ${compare.ratio} (at least ${goals.throughputRatio.min})`);
    if (compare.ratio < goals.throughputRatio.min) process.exitCode = 1;
    if (positionals.length === 1) return;
  }
  for (const name of names) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`Measuring ${name}`);
    const measured = await measurements[name]();
    const made = { date: today(), machine: machine(), versions: versions() };
    // Written after each measurement, so that a later failure loses none.
    write({ ...readResults(), [name]: { ...made, ...measured } });
  }
  write(readResults());
  report(readResults().figures);
}

function readResults(): Results {
  if (!existsSync(resultFile)) return { figures: {} };
  return JSON.parse(readFileSync(resultFile, 'utf8')) as Results;
}

function write({ figures: _, ...measured }: Results): void {
  const { throughput, cost, growth, cancel } = measured;
  const figures = {
    ...(throughput && { throughputRatio: throughput.ratio }),
    ...(cost && { costRatio: cost.costRatio, orchestrationRatio: cost.orchestrationRatio }),
    ...(growth && { growthRatio: growth.ratio }),
    ...(cancel && { cancelP95Seconds: cancel.p95Seconds }),
  };
  writeFileSync(resultFile, `${JSON.stringify({ figures, ...measured }, null, 2)}\n`);
  writeFileSync(join(docs, 'publish-bench.svg'), publishPlot({ throughput, cancel, growth }));
  if (cost) writeCosts();
  writeBetweenMarkers(
    join(docs, 'performance.md'),
    'publish-figures',
    [...figureTable(figures), ...tables(measured)].join('\n'),
  );
}

function figureTable(figures: Results['figures']): string[] {
  const rows: [Figure, string][] = [
    ['throughputRatio', 'assets a second: Pressroom ÷ the faster of the others'],
    ['costRatio', 'cost of publishing ÷ cost of its copies'],
    ['orchestrationRatio', 'the same ratio without DynamoDB'],
    [
      'growthRatio',
      'planning in a library of 100,000 ÷ planning in one of 1,000: the worst of reads, time and memory',
    ],
    ['cancelP95Seconds', 'seconds from the response to a cancel until the job is stopped, 95th percentile'],
  ];
  return [
    '| figure | measured | target |',
    '|---|---|---|',
    ...rows.map(([name, what]) => `| ${what} | ${figures[name] ?? 'not measured'} | ${goalText(name)} |`),
    '',
  ];
}

function tables({ throughput, growth, cancel }: Omit<Results, 'figures'>): string[] {
  const lines: string[] = [];
  const small = [throughput, cancel].flatMap((one) => (one && one.assets < fullSize ? [one.assets] : []));
  if (small.length > 0 || (cancel && cancel.cancels < fullCancels))
    lines.push('*This was a small run: the same command without options measures the full size.*', '');
  if (throughput) {
    lines.push(
      '| program | assets a second, median | each run | settings |',
      '|---|---|---|---|',
      ...Object.entries(throughput.assetsPerSecond).map(([who, value]) => {
        const each = throughput.runs
          .filter((one) => one.program === who)
          .map((one) => one.assetsPerSecond.toFixed(0));
        return `| ${throughput.peerVersions[who] ?? who} | ${value.toFixed(0)} | ${each.join(', ')} | ${throughput.settings[who] ?? ''} |`;
      }),
      '',
    );
  }
  if (growth) {
    lines.push(
      '| records in the library | read units for a plan | milliseconds | peak memory of the process, MB |',
      '|---|---|---|---|',
      ...growth.libraries.map(
        (library) =>
          `| ${library.records.toLocaleString('en')} | ${library.readUnits} | ${library.milliseconds} | ${library.peakMegabytes} |`,
      ),
      '',
    );
  }
  if (cancel) {
    lines.push(
      `${cancel.cancels} jobs of ${cancel.assets.toLocaleString('en')} assets were cancelled: half were stopped within ${cancel.p50Seconds} s, 95 % within ${cancel.p95Seconds} s, all within ${cancel.maxSeconds} s.`,
      '',
    );
  }
  const made = [throughput, growth, cancel].find((one) => one !== undefined);
  if (made)
    lines.push(
      `Measured ${made.date} on ${made.machine}; ${Object.entries(made.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}.`,
    );
  return lines;
}

function goalText(name: Figure): string {
  const goal = goals[name];
  return 'min' in goal ? `at least ${goal.min}` : `at most ${goal.max}`;
}

function report(figures: Results['figures']): void {
  for (const name of Object.keys(goals) as Figure[]) {
    const value = figures[name];
    if (value === undefined) continue;
    const goal = goals[name];
    const reached = 'min' in goal ? value >= goal.min : value <= goal.max;
    console.log(`${name}: ${value} (${goalText(name)})${reached ? '' : ': missed'}`);
    if (!reached) process.exitCode = 1;
  }
}
