/**
 * Imports point one way: infra, functions, cli, console and local → adapters → domain. The table says what each layer
 * may import, and everything else is refused, packages included where a layer is to stay pure.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Layer {
  /** Files of the repository, by the start of their path or by a pattern. */
  readonly files: readonly (string | RegExp)[];
  /** Packages and modules of Node; without it all. */
  readonly packages?: readonly RegExp[];
}

/** What several layers share on purpose, and which therefore imports neither the CDK nor an SDK. */
const contracts = [
  /^functions\/[\w-]+\/env\.ts$/,
  /\.contract\.ts$/,
  'adapters/dynamodb/keys.ts',
  'adapters/runtime/environment.ts',
];

const layers: Readonly<Record<string, Layer>> = {
  // Rules only: no AWS, no environment, no clock, no input or output, so no package at all.
  domain: { files: ['domain/'], packages: [] },
  application: { files: ['application/', 'adapters/', 'domain/'] },
  adapters: { files: ['adapters/', 'domain/', 'packages/api/', 'application/'] },
  packages: { files: ['packages/', 'domain/'] },
  functions: {
    files: ['functions/', 'application/', 'adapters/', 'domain/', 'packages/api/', /\.contract\.ts$/],
  },
  statemachines: { files: ['adapters/dynamodb/keys.ts', 'domain/'], packages: [/^zod$/] },
  infra: {
    files: ['infra/', 'domain/', ...contracts],
    packages: [/^aws-cdk-lib/, /^constructs$/, /^esbuild$/, /^zod$/, /^node:(fs|path|url)$/],
  },
  local: { files: ['local/', 'adapters/', 'domain/', 'samples/'] },
  samples: { files: ['samples/'] },
  console: { files: ['console/', 'domain/', /\.contract\.ts$/] },
  cli: { files: ['cli/', 'adapters/', 'domain/', /\.contract\.ts$/] },
};

interface Import {
  readonly from: string;
  readonly what: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^'"]*?\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'|^import\s+'([^']+)'/gm,
    ),
  ].map(([, named, dynamic, bare]) => {
    const what = named ?? dynamic ?? bare ?? '';
    return { from: file, what: what.startsWith('.') ? join(dirname(file), what) : what };
  });
}

const isFile = (what: string) => /\.(ts|tsx|mjs|json)$/.test(what) && !what.startsWith('node:');

function isAllowed({ what }: Import, { files, packages }: Layer): boolean {
  if (!isFile(what)) return packages === undefined || packages.some((pattern) => pattern.test(what));
  return files.some((allowed) =>
    typeof allowed === 'string' ? what.startsWith(allowed) : allowed.test(what),
  );
}

const sources = (folder: string) =>
  globSync(`${folder}/**/*.{ts,tsx,mjs}`, { exclude: ['**/node_modules/**'] });

describe('imports', () => {
  const present = Object.entries(layers).filter(([folder]) => existsSync(folder));

  it.each(present)('of %s go only where they may', (folder, layer) => {
    const imports = sources(folder).flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(0);
    expect(
      imports.filter((found) => !isAllowed(found, layer)).map(({ from, what }) => `${from} → ${what}`),
    ).toEqual([]);
  });

  it('never cross from one function into another', () => {
    const crossing = sources('functions')
      .flatMap(importsOf)
      .filter(({ from, what }) => {
        const own = /^functions\/([\w-]+)\//.exec(from)?.[1];
        const other = /^functions\/([\w-]+)\//.exec(what)?.[1];
        return other !== undefined && other !== own;
      });
    expect(crossing).toEqual([]);
  });

  it('of what infra shares with the functions name neither the CDK nor an SDK', () => {
    const shared = [
      ...globSync('functions/*/env.ts'),
      ...globSync('{functions,statemachines}/**/*.contract.ts'),
      'adapters/dynamodb/keys.ts',
      'adapters/runtime/environment.ts',
    ];
    const heavy = shared
      .flatMap(importsOf)
      .filter(({ what }) => /^(aws-cdk-lib|constructs|@aws-sdk|@smithy)/.test(what));
    expect(heavy).toEqual([]);
  });

  it('end in .ts, and use no barrel', () => {
    const all = Object.keys(layers).flatMap(sources);
    const without = all
      .flatMap(importsOf)
      .filter(({ from, what }) => what.startsWith(`${from.split('/')[0]}/`) && !isFile(what));
    expect(without).toEqual([]);
    expect(
      all.filter((file) => /(^|\/)(index|utils)\.tsx?$/.test(file) && !file.startsWith('console/')),
    ).toEqual([]);
  });

  it('of every top-level folder with sources are ruled here', () => {
    const ruled = new Set([...Object.keys(layers), 'test', 'bench', 'scripts']);
    const folders = new Set(
      globSync('*/**/*.{ts,tsx}', {
        exclude: ['node_modules/**', 'cdk.out/**', '.local/**', 'coverage/**'],
      }).map((file) => file.split('/')[0]),
    );
    expect([...folders].filter((folder) => folder !== undefined && !ruled.has(folder))).toEqual([]);
  });
});
