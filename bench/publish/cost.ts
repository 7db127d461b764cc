/** Measures what publishing costs on AWS: counts the calls of a job and applies the list prices. */
import { type BenchCloud, startBenchCloud } from '../support/bench-cloud.ts';
import { functionUse, logEnd, machineUse } from '../support/function-reports.ts';
import { prices, traceShare } from '../support/prices.ts';
import { submitNew, waitForEnd } from '../support/publish-job.ts';
import { seedImages } from '../support/seed-library.ts';
import { round } from '../support/statistics.ts';
import { partConcurrency } from './throughput.ts';

const functions = ['begin-job', 'plan-job', 'publish-part', 'find-refused-parts', 'finish-job'] as const;
const nameOf = (folder: string) => `pressroom-${folder}`;
const stateMachine = nameOf('publish-job');

export interface CostItem {
  readonly label: string;
  readonly kind: 'copy' | 'database' | 'orchestration';
  /** Of the measured job. */
  readonly calls: number;
  readonly unit: string;
  /** Dollars for a million assets. */
  readonly perMillion: number;
}

export interface Cost {
  readonly assets: number;
  readonly seconds: number;
  readonly lines: readonly CostItem[];
  readonly totalPerMillion: number;
  readonly costRatio: number;
  readonly orchestrationRatio: number;
}

export async function measureCost(assets: number): Promise<Cost> {
  const bench = await startBenchCloud({
    database: 'memory',
    context: { partConcurrency: String(partConcurrency) },
  });
  try {
    await seedImages(bench, assets);
    return await measureJob(bench, assets);
  } finally {
    await bench.stop();
  }
}

async function measureJob(bench: BenchCloud, assets: number): Promise<Cost> {
  const { logFolder } = bench.cloud;
  const names = [...functions.map(nameOf), stateMachine];
  const from = new Map(names.map((name) => [name, logEnd(logFolder, name)]));
  let seconds = 0;
  const tally = await bench.measure(async () => {
    const { id, submitted } = await submitNew(bench);
    const { status, counts, ended = submitted } = await waitForEnd(bench, id);
    if (counts.done !== assets) throw new Error(`The job ended ${status}: ${JSON.stringify(counts)}`);
    seconds = (Date.parse(ended) - Date.parse(submitted)) / 1_000;
  });
  const uses = functions.map((folder) => ({
    folder,
    ...functionUse(logFolder, nameOf(folder), from.get(nameOf(folder)) ?? 0),
  }));
  const machine = machineUse(logFolder, stateMachine, from.get(stateMachine) ?? 0);
  if (machine.children === 0) throw new Error('The log of the state machine has no child executions');

  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const invocations = sum(uses.map((use) => use.invocations));
  const gigabyteSeconds = sum(uses.map((use) => (use.billed / 1_000) * (use.memory / 1_024)));
  // Billed in units of 64 MB, and of 100 ms for each child.
  const expressSeconds =
    Math.ceil(machine.childMilliseconds / machine.children / 100) * 0.1 * machine.children;
  const logBytes = machine.logBytes + sum(uses.map((use) => use.logBytes));
  const traces = invocations * traceShare + seconds;

  const lines: CostItem[] = [];
  const add = (kind: CostItem['kind'], label: string, calls: number, unit: string, dollars: number) =>
    lines.push({ label, kind, calls: round(calls, 2), unit, perMillion: round((dollars / assets) * 1e6, 4) });
  add('copy', 'COPY from masters to the origin', tally.copies, 'COPY', tally.copies * prices.s3Copy);
  add(
    'database',
    'records, pending index, history, counts',
    tally.writeUnits,
    'write units',
    tally.writeUnits * prices.writeUnit,
  );
  add(
    'database',
    'records, plan, status of the job',
    tally.readUnits,
    'read units',
    tally.readUnits * prices.readUnit,
  );
  add('orchestration', 'files of plan and log: PUT', tally.puts, 'PUT', tally.puts * prices.s3Put);
  add('orchestration', 'files of plan and log: GET', tally.gets, 'GET', tally.gets * prices.s3Get);
  add(
    'orchestration',
    'state machine, one transition for each part',
    machine.transitions,
    'transitions',
    machine.transitions * prices.transition,
  );
  add(
    'orchestration',
    'Express executions, one for each part',
    machine.children,
    'executions',
    machine.children * prices.expressRequest + expressSeconds * (64 / 1_024) * prices.expressGigabyteSecond,
  );
  add(
    'orchestration',
    'functions: invocations and GB-seconds',
    gigabyteSeconds,
    'GB-seconds',
    invocations * prices.lambdaRequest + gigabyteSeconds * prices.lambdaGigabyteSecond,
  );
  add('orchestration', 'events', tally.events, 'events', tally.events * prices.event);
  add(
    'orchestration',
    'logs of functions and state machine',
    logBytes / 1e6,
    'MB',
    (logBytes / 1e9) * prices.logGigabyte,
  );
  add('orchestration', 'X-Ray at the default sampling', traces, 'traces', traces * prices.trace);

  const of = (...kinds: CostItem['kind'][]) =>
    sum(lines.filter(({ kind }) => kinds.includes(kind)).map(({ perMillion }) => perMillion));
  const floor = of('copy');
  const total = of('copy', 'database', 'orchestration');
  return {
    assets,
    seconds: round(seconds, 2),
    lines,
    totalPerMillion: round(total, 2),
    costRatio: round(total / floor, 3),
    orchestrationRatio: round(of('copy', 'orchestration') / floor, 3),
  };
}
