/**
 * Templates of the latest release, which `npm run baseline` writes when a release is made: the test of upgrades compares
 * today's with them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingSamples } from './setting-samples.ts';
import type { Templates } from './upgrade-hazards.ts';

export const baselineFolder = join(import.meta.dirname, 'baseline');

/** Account and region of templates that tests compare: us-east-1, as only there the distribution has an alarm. */
export const testEnvironment = { account: '123456789012', region: 'us-east-1' };

/** The settings of each baseline, by the name of its file. */
export const baselineSettings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  defaults: {},
  'every-setting': Object.assign({}, ...settingSamples) as Record<string, string>,
};

export interface Baseline {
  /** Of the release. */
  readonly version: string;
  /** By the last word of the stack's name. */
  readonly templates: Templates;
}

/** @throws Error where there is none */
export function readBaseline(name: string): Baseline {
  const file = join(baselineFolder, `${name}.json`);
  if (!existsSync(file)) throw new Error(`${file} is missing. Run: npm run baseline`);
  return JSON.parse(readFileSync(file, 'utf8')) as Baseline;
}

/** The ids of versions end with a hash of the code. */
const versionHash = /(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g;

/** A template without what changes with every change of a handler, or has tests of its own. */
export function withoutCode(value: unknown, key?: string): unknown {
  if (key === 'S3Key') return '<asset>.zip';
  if (key === 'FunctionCode') return '<edge function>';
  if (key === 'DefinitionString') return '<statemachines/publish-job.asl.json>';
  if (typeof value === 'string') return value.replace(versionHash, '$1');
  if (Array.isArray(value)) return value.map((item) => withoutCode(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) => name !== 'Metadata' && name !== 'CheckBootstrapVersion' && name !== 'BootstrapVersion',
      )
      .map(([name, item]) => [name.replace(versionHash, '$1'), withoutCode(item, name)]),
  );
}
