/**
 * Copies of the cloud assembly with faults. The product has no code for them: the bundle of a function is wrapped, or a
 * statement is removed from a role.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FaultyAssembly {
  readonly folder: string;
  /** Holds publish-part before its next copy after this many copies. Returns a function that releases it. */
  holdCopies(after: number): Promise<() => Promise<void>>;
  /** Ends the environment of publish-part once, after this many copies. */
  crashOnce(after: number): Promise<void>;
  remove(): Promise<void>;
}

/** Wraps publish-part so that tests can hold it or let it crash in the middle of a part. */
export async function faultyPublishPart(assembly: string): Promise<FaultyAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-faulty-'));
  await cp(assembly, folder, { recursive: true });
  const control = controlOf(folder);
  const bundle = await bundleOf(folder, 'publish-part');
  await rename(join(bundle, 'index.mjs'), join(bundle, 'original.mjs'));
  await writeFile(join(bundle, 'index.mjs'), wrapper(control));
  return {
    folder,
    holdCopies: (after) => holdCopies(folder, after),
    async crashOnce(after) {
      await writeFile(control, JSON.stringify({ mode: 'crash', after, id: randomUUID() }));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Holds publish-part as `FaultyAssembly.holdCopies` does, from another process than the one that has made the assembly.
 * @param folder of the faulty assembly
 */
export async function holdCopies(folder: string, after: number): Promise<() => Promise<void>> {
  const control = controlOf(folder);
  await writeFile(control, JSON.stringify({ mode: 'hold', after, id: randomUUID() }));
  return () => rm(control, { force: true });
}

const controlOf = (folder: string) => join(folder, 'fault.json');

/** The probability of each fault, from 0 to 1. */
export interface Odds {
  readonly seed: number;
  /** For each call of AWS: the environment ends before or after it. */
  readonly crash: number;
  /** For each call of AWS: the response is 503. */
  readonly busy: number;
  /** For each call of a function: it is called twice at once. */
  readonly twice: number;
  /** For each event of a failed execution: it is lost. */
  readonly lost: number;
}

export interface ShakenAssembly {
  readonly folder: string;
  /** Undefined: no faults. */
  shake(odds: Odds | undefined): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Wraps the functions of the publish job with random faults, and cuts its plans into small parts. The clock of
 * reconcile-jobs is two minutes fast, so that no test waits until a job looks dead.
 * @param busyPort port of a server whose responses are 503
 */
export async function shakenFunctions(assembly: string, busyPort: number): Promise<ShakenAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-shaken-'));
  await cp(assembly, folder, { recursive: true });
  const control = join(folder, 'odds.json');
  for (const name of ['begin-job', 'plan-job', 'publish-part', 'finish-job', 'reconcile-jobs']) {
    const bundle = await bundleOf(folder, name);
    await rename(join(bundle, 'index.mjs'), join(bundle, 'original.mjs'));
    await writeFile(join(bundle, 'index.mjs'), name === 'reconcile-jobs' ? ahead : shaken(control, busyPort));
  }
  await cutParts(folder, 6);
  return {
    folder,
    async shake(odds) {
      // Replaced at once, because the functions read it at any moment.
      await writeFile(`${control}.new`, JSON.stringify(odds ?? {}));
      await rename(`${control}.new`, control);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

interface Statement {
  readonly Action: string | readonly string[];
}

interface Template {
  readonly Resources: Record<
    string,
    { Type: string; Properties: { PolicyDocument?: { Statement: Statement[] }; Enabled?: boolean } }
  >;
}

/**
 * A copy of the assembly without one action in the policies of one function.
 * @throws Error where no policy of that function has the action, because such a test would prove nothing
 */
export async function withoutPermission(
  assembly: string,
  construct: string,
  action: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-forbidden-'));
  await cp(assembly, folder, { recursive: true });
  let taken = 0;
  for (const file of await templatesOf(folder)) {
    const template = JSON.parse(await readFile(file, 'utf8')) as Template;
    for (const [logicalId, resource] of Object.entries(template.Resources)) {
      if (resource.Type !== 'AWS::IAM::Policy' || !logicalId.includes(construct)) continue;
      const document = resource.Properties.PolicyDocument;
      if (!document) continue;
      document.Statement = document.Statement.flatMap((statement) => {
        const actions = [statement.Action].flat();
        const kept = actions.filter((candidate) => candidate !== action);
        taken += actions.length - kept.length;
        return kept.length === 0 ? [] : [{ ...statement, Action: kept }];
      });
    }
    await writeFile(file, JSON.stringify(template));
  }
  if (taken === 0) throw new Error(`No policy of ${construct} allows ${action}`);
  return folder;
}

/**
 * A copy of the assembly in which Lambda does not read the queue of one function.
 * @throws Error where the function has no event source mapping, because such a test would prove nothing
 */
export async function withStoppedQueue(assembly: string, construct: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-stopped-'));
  await cp(assembly, folder, { recursive: true });
  let stopped = 0;
  for (const file of await templatesOf(folder)) {
    const template = JSON.parse(await readFile(file, 'utf8')) as Template;
    for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::Lambda::EventSourceMapping' || !logicalId.startsWith(construct)) continue;
      Properties.Enabled = false;
      stopped += 1;
    }
    await writeFile(file, JSON.stringify(template));
  }
  if (stopped === 0) throw new Error(`No queue feeds ${construct}`);
  return folder;
}

/** A copy of the assembly whose publish jobs have parts of so few assets. */
export async function withSmallParts(assembly: string, assets: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-parts-'));
  await cp(assembly, folder, { recursive: true });
  await cutParts(folder, assets);
  return folder;
}

async function cutParts(folder: string, assets: number): Promise<void> {
  for (const file of await templatesOf(folder)) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"PART_ENTRIES": "\d+"/, `"PART_ENTRIES": "${assets}"`));
  }
}

async function templatesOf(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(folder, name));
}

/** A bundle names its function in its source map. */
async function bundleOf(folder: string, functionFolder: string): Promise<string> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('asset.')) continue;
    const map = await readFile(join(folder, name, 'index.mjs.map'), 'utf8').catch(() => '');
    if (map.includes(`functions/${functionFolder}/handler.ts`)) return join(folder, name);
  }
  throw new Error(`The assembly holds no bundle of ${functionFolder}`);
}

/** Counts the copies that the bundle requests from S3 since the control file was written, and stops at the given one. */
function wrapper(control: string): string {
  return `
import { existsSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

const control = ${JSON.stringify(control)};
const request = http.request;
let counted = '';
let copies = 0;
http.request = function (options, ...rest) {
  const isCopy = options?.method === 'PUT' && options.headers?.['x-amz-copy-source'];
  if (isCopy && existsSync(control)) {
    const { mode, after, id } = JSON.parse(readFileSync(control, 'utf8'));
    if (id !== counted) copies = 0;
    counted = id;
    if (copies >= after) {
      if (mode === 'crash') {
        rmSync(control);
        process.exit(1);
      }
      return held(request.call(this, options, ...rest));
    }
  }
  if (isCopy) copies += 1;
  return request.call(this, options, ...rest);
};
// The function itself goes on: it counts, and looks at the status of its job.
function held(made) {
  const end = made.end;
  made.end = (...args) => {
    const goOn = () => (existsSync(control) ? setTimeout(goOn, 20) : end.apply(made, args));
    goOn();
    return made;
  };
  return made;
}
syncBuiltinESMExports();
const original = await import('./original.mjs');
export const handler = original.handler;
`;
}

const ahead = `
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...args) {
    super(...(args.length === 0 ? [Real.now() + 120_000] : args));
  }
  static now() {
    return Real.now() + 120_000;
  }
};
const original = await import('./original.mjs');
export const handler = original.handler;
`;

function shaken(control: string, busyPort: number): string {
  return `
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { threadId } from 'node:worker_threads';

const control = ${JSON.stringify(control)};
const request = http.request;
let state = threadId;
let seeded;
function odds() {
  const found = existsSync(control) ? JSON.parse(readFileSync(control, 'utf8')) : {};
  if (found.seed !== seeded && found.seed !== undefined) state = (found.seed + threadId * 7919) >>> 0;
  seeded = found.seed;
  return { crash: 0, busy: 0, twice: 0, lost: 0, ...found };
}
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
http.request = function (options, ...rest) {
  const { crash, busy } = odds();
  const number = random();
  if (number < crash / 2) process.exit(1);
  if (number < crash) return request.call(this, options, ...rest).on('response', () => process.exit(1));
  if (number < crash + busy) {
    return request.call(this, { ...options, host: '127.0.0.1', hostname: '127.0.0.1', port: ${busyPort} }, ...rest);
  }
  return request.call(this, options, ...rest);
};
syncBuiltinESMExports();
const original = await import('./original.mjs');
export async function handler(event, context) {
  const { twice, lost } = odds();
  if (event?.detail && random() < lost) return {};
  if (random() < twice) original.handler(structuredClone(event), context).catch(() => {});
  return original.handler(event, context);
}
`;
}
