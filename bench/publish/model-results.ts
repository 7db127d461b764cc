/** Writes bench/results/publish-model.json, and its tables in docs/performance.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { behaviour } from '../model/behaviour.ts';
import { machine, today, versions } from '../support/machine.ts';
import { writeBetweenMarkers } from '../support/marked-text.ts';
import {
  compareRuns,
  type ModelSizes,
  publishManyOnModel,
  runOthersOnModel,
  runOursOnModel,
  simulateOnModel,
} from './model.ts';
import { type ModelResults, modelTables } from './model-tables.ts';

const resultFile = join(import.meta.dirname, '..', 'results', 'publish-model.json');
const page = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');

export const modelSteps = ['ours', 'others', 'many', 'simulate'] as const;
export type ModelStep = (typeof modelSteps)[number];

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
  if (steps.includes('ours')) keep({ ours: await runOursOnModel(sizes) });
  if (steps.includes('others')) keep({ others: await runOthersOnModel(sizes) });
  if (steps.includes('many')) keep({ many: await publishManyOnModel(sizes) });
  const { ours, others, many } = results;
  const few = ours?.runs.at(-1);
  if (!ours || !others || !few) throw new Error('Run the steps ours and others first');
  const compare = compareRuns([...ours.runs, ...others.runs]);
  keep({ compare });
  if (steps.includes('simulate')) keep({ simulate: simulateOnModel(compare, few, many) });
  const complete = results as ModelResults;
  writeBetweenMarkers(page, 'model-figures', modelTables(complete));
  return complete;
}
