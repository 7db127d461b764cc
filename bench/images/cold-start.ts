/**
 * CPU time from the start of a function's bundle to ready, beside the bundle of an earlier commit; for the API also with the
 * first request, because a part that is loaded later has to be loaded then.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment as serveApi } from '../../functions/serve-api/env.ts';
import { environment as serveImage } from '../../functions/serve-image/env.ts';
import { company } from '../support/bench-cloud.ts';
import { startChild } from '../support/child-process.ts';
import { median, round } from '../support/statistics.ts';
import type { ApiBackend } from './api-backend.ts';
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
  /** Milliseconds of CPU to import the bundle and to serve a request. */
  readonly withRequest?: number;
}

type Pair = Readonly<Record<'old' | 'now', number>>;

interface Comparison {
  readonly cpu: Pair;
  readonly ratio: number;
  readonly runs: readonly Readonly<Record<'old' | 'now', Start>>[];
}

export interface ColdStart {
  readonly commit: string;
  readonly functions: readonly (Comparison & {
    readonly name: keyof typeof environments;
    /** Of all modules, and of those that are imported first. */
    readonly bytes: Pair;
  })[];
  /** Import of serve-api and its first request. */
  readonly firstRequests: readonly (Comparison & { readonly request: string })[];
}

/** First requests of an environment: what the console asks for, and what a script asks for. */
const firstRequests: readonly ApiRequest[] = [
  { name: 'read an asset', path: '/assets/image-1' },
  { name: 'list 50 assets', path: '/assets', query: 'limit=50' },
  { name: 'list jobs', path: '/jobs' },
  { name: 'read the settings', path: '/settings' },
];

interface ApiRequest {
  readonly name: string;
  /** Below the company. */
  readonly path: string;
  readonly query?: string;
}

/** @returns undefined where the repository lacks the old commit, as a copy without history does */
export async function measureColdStart(folder: string): Promise<ColdStart | undefined> {
  const old = join(folder, 'old');
  if (!checkOut(old)) return undefined;
  for (const [tree, out] of [
    [old, join(folder, 'old-bundles')],
    [root, join(folder, 'now-bundles')],
  ] as const) {
    execFileSync(
      process.execPath,
      [...nodeFlags, join(import.meta.dirname, 'make-bundles.ts'), tree, out, ...functions],
      {
        stdio: 'inherit',
      },
    );
  }
  const backend = startChild(join(import.meta.dirname, 'api-backend.ts'));
  try {
    const api = await backend.call<ApiBackend>('start', {
      issuer: sampleOf('TOKEN_ISSUER'),
      client: sampleOf('USER_POOL_CLIENT'),
    });
    return {
      commit: oldBundles,
      functions: functions.map((name) => ({
        name,
        bytes: {
          old: bytesOf(join(folder, 'old-bundles', name)),
          now: bytesOf(join(folder, 'now-bundles', name)),
        },
        ...compare(folder, name),
      })),
      firstRequests: firstRequests.map((request) => ({
        request: request.name,
        ...compare(folder, 'serve-api', { request, api }),
      })),
    };
  } finally {
    await backend.stop();
  }
}

interface FirstRequest {
  readonly request: ApiRequest;
  readonly api: ApiBackend;
}

/** Of Node, as the functions have them. */
const options = { old: ['--enable-source-maps'], now: [] } as const;

/** Old and new take turns, and the ratio is the median of the pairs: other work of the machine then hits both. */
function compare(folder: string, name: keyof typeof environments, first?: FirstRequest): Comparison {
  const start = (which: 'old' | 'now') =>
    startOf(
      join(folder, `${which}-bundles`, name, 'index.mjs'),
      options[which],
      environments[name].names,
      first,
    );
  const runs = Array.from({ length: starts }, (_, pair) => {
    if (pair % 2 === 0) return { old: start('old'), now: start('now') };
    const now = start('now');
    return { old: start('old'), now };
  });
  const cpuOf = ({ cpu, withRequest }: Start) => withRequest ?? cpu;
  const medianOf = (which: 'old' | 'now') => round(median(runs.map((run) => cpuOf(run[which]))), 1);
  const cpu = { old: medianOf('old'), now: medianOf('now') };
  return { cpu, ratio: round(median(runs.map((run) => cpuOf(run.now) / cpuOf(run.old))), 3), runs };
}

/** Modules, without their maps and packages. */
function bytesOf(bundle: string): number {
  const modules = globSync('*.mjs', { cwd: bundle });
  return modules.reduce((sum, file) => sum + readFileSync(join(bundle, file)).length, 0);
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
  const cpuUsed = () => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
  const begun = performance.now();
  const { handler } = await import(process.env.BUNDLE);
  const start = { wall: performance.now() - begun, cpu: cpuUsed() };
  if (typeof handler !== 'function') throw new Error('The bundle exports no handler');
  if (process.env.EVENT) {
    const { statusCode, body } = await handler(JSON.parse(process.env.EVENT));
    start.withRequest = cpuUsed();
    if (statusCode !== 200) throw new Error(process.env.EVENT + ': ' + statusCode + ' ' + body);
  }
  console.log(JSON.stringify(start));
  process.exit(0);`;

/** Imports a bundle as Lambda does at a cold start, with the options of the functions, and sends it a request. */
function startOf(
  bundle: string,
  flags: readonly string[],
  variables: readonly string[],
  first?: FirstRequest,
): Start {
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      BUNDLE: pathToFileURL(bundle).href,
      ...Object.fromEntries(variables.map((name) => [name, sampleOf(name)])),
      ...(first && {
        AWS_ENDPOINT_URL: first.api.endpoint,
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: first.api.endpoint,
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_SESSION_TOKEN: 'bench',
        EVENT: JSON.stringify(eventOf(first)),
      }),
    },
  });
  return JSON.parse(output) as Start;
}

function eventOf({ request: { path, query = '' }, api: { token } }: FirstRequest): object {
  const rawPath = `/v1/companies/${company}${path}`;
  return {
    version: '2.0',
    rawPath,
    rawQueryString: query,
    headers: { authorization: `Bearer ${token}` },
    isBase64Encoded: false,
    requestContext: { requestId: 'bench', http: { method: 'GET', path: rawPath } },
  };
}

/** Names of the tables in api-backend.ts. */
const tables: Readonly<Record<string, string>> = {
  ASSET_TABLE: 'assets',
  JOB_TABLE: 'jobs',
  SECRET_TABLE: 'secrets',
};

function sampleOf(variable: string): string {
  if (/URL|ENDPOINT|ISSUER/.test(variable)) return 'https://example.com';
  if (/MAX|SECONDS|ENTRIES|COPIES/.test(variable)) return '10';
  return tables[variable] ?? 'bench';
}
