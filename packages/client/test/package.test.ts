/** The package as it is published: built, compared with the contract, and used as its README shows it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildClient } from '../../../scripts/build-client.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const examples = blocksOf(readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8'));

let project: string;
let folder: string;

beforeAll(async () => {
  mkdirSync(join(root, '.local'), { recursive: true });
  // Inside the repository, so that the comparison with the contract finds zod.
  project = mkdtempSync(join(root, '.local', 'client-package-'));
  folder = join(project, 'node_modules', '@pressroom', 'client');
  await buildClient(folder);
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
}, 120_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

function blocksOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

/** Type-checks a module of the project. @returns what tsc says */
function check(text: string, name: string): string {
  writeFileSync(join(project, name), text);
  const { stdout } = spawnSync(
    join(root, 'node_modules', '.bin', 'tsc'),
    [
      ...['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'],
      ...['--allowImportingTsExtensions', '--target', 'es2024', '--lib', 'es2024', '--types', 'node'],
      ...['--module', 'nodenext', '--moduleResolution', 'nodenext', name],
    ],
    { cwd: project, encoding: 'utf8' },
  );
  return stdout;
}

it('names no other package, and no module that it lacks', () => {
  const files = readdirSync(folder);
  const named = files
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [...text.matchAll(/(?:from|import\(|URL\()\s*["']([^"']+)["']/g)].map(
        ([, module = '']) => module,
      );
    });
  expect(new Set(named).size).toBeGreaterThan(8);
  // Declarations of a module that has no JavaScript of its own are named with the extension of JavaScript too.
  const missing = named.filter((module) => {
    const file = module.replace('./', '');
    return !files.includes(file) && !files.includes(file.replace('.js', '.d.ts'));
  });
  expect(missing).toEqual([]);
});

it('declares every operation as the contract does', () => {
  const kinds = [
    ...['OperationParams', 'OperationQuery', 'OperationBody', 'OperationResponse'].map((kind) => [
      kind,
      'OperationName',
    ]),
    ['DryRunResponse', 'DryRunOperation'],
    ['OperationItem', 'PagedOperation'],
  ];
  const published = './node_modules/@pressroom/client/operation-types.js';
  const text = `import type * as Contract from '@pressroom/api/operation-types';
import type * as Published from '${published}';
// Published lists are readonly, so that requests accept both kinds.
type Writable<Value> = Value extends readonly (infer Item)[]
  ? Writable<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Writable<Value[Key]> }
    : Value;
type Equal<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
type Same<One, Other> = Equal<Writable<One>, Writable<Other>>;
const same: true[] = [
  ${[
    'OperationName',
    'DryRunOperation',
    'PagedOperation',
    'ConditionalOperation',
    'IdempotentOperation',
    'Problem',
  ]
    .map((name) => `null! as Same<Contract.${name}, Published.${name}>`)
    .join(',\n  ')},
];
${kinds
  .map(
    ([
      kind,
      names,
    ]) => `type ${kind} = { [Name in Contract.${names}]: Same<Contract.${kind}<Name>, Published.${kind}<Name>> extends true ? never : Name }[Contract.${names}];
const different${kind}: never = null! as ${kind};`,
  )
  .join('\n')}
export { same, ${kinds.map(([kind]) => `different${kind}`).join(', ')} };
`;
  expect(check(text, 'contract.ts')).toBe('');
});

/** What the examples take for granted. */
const given = `
declare const session: { token: string };
declare const input: { files: File[] };
declare const signal: AbortSignal;
declare const stored: string;
declare const secret: string;
declare const rawBody: string;
declare const request: { headers: Headers };
declare function show(file: string, ratio: number): void;
declare function store(state: string): void;
declare function respond(status: number): void;
`;

/** The examples as one module, each in a function of its own. The first one makes the client. */
function asModule(blocks: readonly string[]): string {
  const imports = new Set(blocks.flatMap((block) => block.match(/^import .*$/gm) ?? []));
  const [first = '', ...others] = blocks.map((block) =>
    block.replace(/^import .*$\n/gm, '').replace(/^export (default )?/gm, ''),
  );
  const functions = others.map(
    (block, index) => `export async function example${index + 1}() {\n${block}}\n`,
  );
  return `${[...imports].join('\n')}\n${first}\n${functions.join('\n')}`;
}

it('accepts the examples of its README', () => {
  expect(examples.length).toBeGreaterThan(7);
  expect(check(given + asModule(examples), 'examples.ts')).toBe('');
});

it('runs the examples of its README in Node.js', async () => {
  const { transformSync } = await import('esbuild');
  const world = `
import { createHmac } from 'node:crypto';
const sent = [];
globalThis.fetch = async (url, { method = 'GET', body } = {}) => {
  const { pathname, host } = new URL(url);
  sent.push(\`\${method} \${pathname}\`);
  if (host === 'storage.test') {
    if ((await new Response(body).arrayBuffer()).byteLength === 0) throw new Error('empty');
    return new Response('', { headers: { etag: '"e"' } });
  }
  const file = { file: 1, name: 'a.txt', assetId: 'a', method: 'PUT', url: 'https://storage.test/a', headers: {} };
  return Response.json(pathname.includes('/uploads') ? { job: { id: 'j' }, files: [file] } : { id: 'red-shoe' });
};
const file = new File(['text'], 'a.txt');
const states = [];
const outcomes = [];
Object.assign(globalThis, {
  session: { token: 't' },
  input: { files: [file] },
  signal: AbortSignal.timeout(30_000),
  secret: 'whsec_' + Buffer.from('secret').toString('base64'),
  rawBody: '{}',
  show: (name, ratio) => outcomes.push(\`\${name} \${ratio}\`),
  store: (state) => states.push(JSON.parse(state)),
  respond: (status) => outcomes.push(status),
  stored: JSON.stringify({
    version: 1,
    jobId: 'j',
    files: [{ name: 'a.txt', bytes: 4, type: 'text/plain', status: 'waiting', file: 1, assetId: 'a' }],
  }),
});
const time = String(Math.floor(Date.now() / 1000));
const signature = createHmac('sha256', 'secret').update(\`m.\${time}.{}\`).digest('base64');
globalThis.request = {
  headers: new Headers({ 'webhook-id': 'm', 'webhook-timestamp': time, 'webhook-signature': \`v1,\${signature}\` }),
};
const examples = await import('./examples.js');
for (const run of Object.values(examples)) await run();
console.log(JSON.stringify({ sent, outcomes, last: states.at(-1).files[0].status }));
`;
  writeFileSync(
    join(project, 'examples.js'),
    transformSync(asModule(examples), { loader: 'ts', format: 'esm' }).code,
  );
  writeFileSync(join(project, 'run.js'), world);
  const { stdout, stderr } = spawnSync(process.execPath, ['run.js'], { cwd: project, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    sent: [
      'GET /v1/companies/luma/assets/red-shoe',
      'POST /v1/companies/luma/uploads',
      'PUT /a',
      'GET /v1/companies/luma/uploads/j',
      'PUT /a',
    ],
    // No 401: the webhook is genuine.
    outcomes: ['a.txt 0', 'a.txt 1', 'a.txt 1'],
    last: 'sent',
  });
});
