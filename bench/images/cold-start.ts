/** CPU time from the start of a function's bundle to ready, beside the bundle of an earlier commit. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment as serveApi } from '../../functions/serve-api/env.ts';
import { environment as serveImage } from '../../functions/serve-image/env.ts';
import { median, round } from '../support/statistics.ts';
import { oldBundles } from './comparison.ts';

const root = join(import.meta.dirname, '..', '..');
const environments = { 'serve-image': serveImage, 'serve-api': serveApi } as const;
const functions = Object.keys(environments) as (keyof typeof environments)[];

/** Starts of each bundle. */
const starts = 11;

export interface Start {
  /** Milliseconds of CPU to import the bundle. */
  readonly cpu: number;
  /** Milliseconds by the clock. */
  readonly wall: number;
}

export interface ColdStart {
  readonly commit: string;
  readonly functions: readonly {
    readonly name: keyof typeof environments;
    readonly bytes: { readonly old: number; readonly now: number };
    readonly cpu: { readonly old: number; readonly now: number };
    readonly ratio: number;
    readonly runs: readonly { readonly old: Start; readonly now: Start }[];
  }[];
}

/** @returns undefined where the repository lacks the old commit, as a copy without history does */
export function measureColdStart(folder: string): ColdStart | undefined {
  const old = join(folder, 'old');
  if (!checkOut(old)) return undefined;
  for (const [tree, out] of [
    [old, join(folder, 'old-bundles')],
    [root, join(folder, 'new-bundles')],
  ] as const) {
    execFileSync(
      process.execPath,
      [...nodeFlags, join(import.meta.dirname, 'make-bundles.ts'), tree, out, ...functions],
      {
        stdio: 'inherit',
      },
    );
  }
  return {
    commit: oldBundles,
    functions: functions.map((name) => {
      const fileOf = (which: string) => join(folder, `${which}-bundles`, name, 'index.mjs');
      const runs = Array.from({ length: starts }, () => ({
        old: startOf(fileOf('old'), environments[name].names),
        now: startOf(fileOf('new'), environments[name].names),
      }));
      const cpu = {
        old: round(median(runs.map((run) => run.old.cpu)), 1),
        now: round(median(runs.map((run) => run.now.cpu)), 1),
      };
      const bytesOf = (which: string) => readFileSync(fileOf(which)).length;
      return {
        name,
        bytes: { old: bytesOf('old'), now: bytesOf('new') },
        cpu,
        ratio: round(cpu.now / cpu.old, 3),
        runs,
      };
    }),
  };
}

const nodeFlags = ['--disable-warning=ExperimentalWarning'];

function checkOut(to: string): boolean {
  if (existsSync(to)) return true;
  try {
    const archive = execFileSync('git', ['archive', '--format=tar', oldBundles], {
      cwd: root,
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    mkdirSync(to, { recursive: true });
    execFileSync('tar', ['-xf', '-'], { cwd: to, input: archive });
  } catch {
    rmSync(to, { recursive: true, force: true });
    return false;
  }
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
  return true;
}

/** Plain JavaScript: Node would compile TypeScript at the same time. */
const script = `
  globalThis.awslambda = { streamifyResponse: (handler) => handler };
  const before = process.cpuUsage();
  const begun = performance.now();
  const { handler } = await import(process.env.BUNDLE);
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  if (typeof handler !== 'function') throw new Error('The bundle exports no handler');
  console.log(JSON.stringify({ cpu: (user + system) / 1000, wall }));
  process.exit(0);`;

/** Imports a bundle as Lambda does at a cold start, with the options of the functions. */
function startOf(bundle: string, variables: readonly string[]): Start {
  const output = execFileSync(
    process.execPath,
    ['--enable-source-maps', '--input-type=module', '--eval', script],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        AWS_REGION: 'us-east-1',
        BUNDLE: pathToFileURL(bundle).href,
        ...Object.fromEntries(variables.map((name) => [name, sampleOf(name)])),
      },
    },
  );
  return JSON.parse(output) as Start;
}

function sampleOf(variable: string): string {
  if (/URL|ENDPOINT|ISSUER/.test(variable)) return 'https://example.com';
  return /MAX|SECONDS|ENTRIES|COPIES/.test(variable) ? '10' : 'bench';
}
