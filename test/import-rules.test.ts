/**
 * The arrows of docs/architecture.md. The table says what each layer may import; everything else is refused, packages
 * included where a layer stays pure.
 */
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cyclesIn,
  type Import,
  importsOf,
  isFile,
  sourceFiles,
  sourceFolders,
} from './support/import-graph.ts';
import { type Layer, layers } from './support/layers.ts';

const root = join(import.meta.dirname, '..');

/** These import everything: they prove and measure it. Tests inside a package are ruled like the package. */
const free = ['test', 'bench', 'scripts'];

function layerOf(file: string): Layer | undefined {
  const [first = '', second = '', third = ''] = file.split('/');
  return layers[`${first}/${second}/${third}`] ?? layers[`${first}/${second}`] ?? layers[first];
}

const matches = (file: string, patterns: readonly (string | RegExp)[]) =>
  patterns.some((pattern) => (typeof pattern === 'string' ? file.startsWith(pattern) : pattern.test(file)));

function isAllowed(found: Import, { files, types = [], packages }: Layer): boolean {
  if (!isFile(found)) return packages === undefined || packages.some((pattern) => pattern.test(found.to));
  return matches(found.to, files) || (found.isType && matches(found.to, types));
}

const isTest = (file: string) => /\/test\//.test(file);
const folderNames = [...new Set(Object.keys(layers).map((layer) => layer.split('/')[0] ?? ''))];
const files = sourceFiles(root, [...folderNames, ...free]);
const imports = files.flatMap((file) => importsOf(root, file));

function breaches(all: readonly Import[]): string[] {
  return all
    .filter(({ from }) => !free.includes(from.split('/')[0] ?? '') && !isTest(from))
    .filter((found) => {
      const layer = layerOf(found.from);
      return layer === undefined || !isAllowed(found, layer);
    })
    .map(({ from, to, isType }) => `${from} → ${to}${isType ? ' (types)' : ''}`);
}

describe('imports', () => {
  it('are read from every source file of the repository', () => {
    expect(files.length).toBeGreaterThan(700);
    expect(imports.filter(isFile).length).toBeGreaterThan(3_000);
    expect(
      sourceFolders(root).filter((folder) => !folderNames.includes(folder) && !free.includes(folder)),
    ).toEqual([]);
  });

  it.each(Object.keys(layers))('of %s exist', (layer) => {
    expect(imports.some(({ from }) => from.startsWith(`${layer}/`))).toBe(true);
  });

  it('go only where the layers allow it', () => {
    expect(breaches(imports)).toEqual([]);
  });

  it('never cross from one function into another', () => {
    const crossing = imports.filter(({ from, to }) => {
      const own = /^functions\/([\w-]+)\//.exec(from)?.[1];
      const other = /^functions\/([\w-]+)\//.exec(to)?.[1];
      return own !== undefined && other !== undefined && other !== own;
    });
    expect(crossing).toEqual([]);
  });

  it('do not run in a circle, not even of types', () => {
    expect(cyclesIn(imports.filter(isFile))).toEqual([]);
  });

  it('of what infra shares with the functions name neither the CDK nor an SDK', () => {
    const shared = [
      ...globSync('functions/*/env.ts', { cwd: root }),
      ...globSync('{functions,statemachines}/**/*.contract.ts', { cwd: root }),
      ...sourceFiles(root, ['packages/api']),
      'adapters/dynamodb/keys.ts',
      'adapters/runtime/environment.ts',
    ];
    const heavy = imports.filter(
      ({ from, to }) => shared.includes(from) && /^(aws-cdk-lib|constructs|@aws-sdk|@smithy)/.test(to),
    );
    expect(heavy).toEqual([]);
  });

  it('name files with their extension, and no file is a barrel or a bag of utilities', () => {
    const bare = imports.filter(
      (found) =>
        /^[a-z]+\//.test(found.to) && layerOf(found.to) && !isFile(found) && !found.to.endsWith('.css'),
    );
    expect(bare).toEqual([]);
    expect(files.filter((file) => /(^|\/)(index|utils)\.tsx?$/.test(file))).toEqual([]);
  });
});

describe('a planted breach', () => {
  it.each([
    [
      'a value of an adapter in a use case',
      'application/jobs/a.ts',
      "import { b } from '../../adapters/b.ts';",
      ['application/jobs/a.ts → adapters/b.ts'],
    ],
    [
      'a type of an adapter in a use case',
      'application/jobs/a.ts',
      "import type { b } from '../../adapters/b.ts';",
      [],
    ],
    ['a package in the domain', 'domain/jobs/a.ts', "import * as z from 'zod';", ['domain/jobs/a.ts → zod']],
    [
      'a module of Node in the domain, imported late',
      'domain/a.ts',
      "await import('node:fs');",
      ['domain/a.ts → node:fs'],
    ],
    [
      'the domain in the emulator',
      'packages/local-aws/src/a.ts',
      "export { b } from '../../../domain/b.ts';",
      ['packages/local-aws/src/a.ts → domain/b.ts'],
    ],
    [
      'a value of the contract in the client',
      'packages/client/a.ts',
      "import { b } from '../api/b.ts';",
      ['packages/client/a.ts → packages/api/b.ts'],
    ],
    [
      'a value of the contract in the command line',
      'packages/cli/src/a.ts',
      "import { b } from '../../api/b.ts'; import type { c } from '../../api/c.ts';",
      ['packages/cli/src/a.ts → packages/api/b.ts'],
    ],
    [
      'a folder without rules',
      'somewhere/a.ts',
      "import { b } from '../domain/b.ts';",
      ['somewhere/a.ts → domain/b.ts'],
    ],
  ])('is seen: %s', (_, file, text, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'imports-'));
    try {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
      expect(breaches(importsOf(folder, file))).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is seen: a circle', () => {
    const edge = (from: string, to: string): Import => ({ from, to, isType: true });
    expect(cyclesIn([edge('a', 'b'), edge('b', 'c'), edge('c', 'b'), edge('c', 'd')])).toEqual([['b', 'c']]);
  });
});
