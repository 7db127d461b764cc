/** The command line as it is published: it runs without the repository, and the licences of what is inside go with it. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildCli } from '../../../scripts/build-cli.ts';
import { isPermissive, listFile, listOf, packagesInText } from '../../../test/support/licences.ts';
import { temporaryFolder } from './run-cli.ts';

let folder: string;
beforeAll(() => {
  folder = join(temporaryFolder(), 'package');
  buildCli(folder);
}, 60_000);

const read = (file: string) => readFileSync(join(folder, file), 'utf8');

it('has the program, its licences and nothing that only the repository needs', () => {
  const files = globSync('**/*', { cwd: folder, exclude: (name) => name === 'node_modules' });
  expect(files.filter((file) => file.includes('.')).sort()).toEqual([
    'README.md',
    'bin/pressroom.mjs',
    'dist/pressroom.licences.txt',
    'dist/pressroom.mjs',
    'package.json',
  ]);
  expect(files).toContain('LICENSE');
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
  expect(Object.keys(manifest)).toEqual([
    'name',
    'version',
    'description',
    'license',
    'type',
    'bin',
    'engines',
  ]);
});

it('runs, and names its version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const output = execFileSync(process.execPath, [join(folder, 'bin', 'pressroom.mjs'), '--version'], {
    encoding: 'utf8',
  });
  expect(output.trim()).toBe(version);
});

it('contains only packages with permissive licences that are in the list, with their texts', async () => {
  const text = read('dist/pressroom.licences.txt');
  const packages = packagesInText(text);
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['commander', 'listr2']));
  expect(packages.filter(({ licence }) => !isPermissive(licence))).toEqual([]);
  const texts =
    /Permission is hereby granted|Permission to use, copy|Redistribution and use|spdx\.org\/licenses\/[\w.-]+\.html/g;
  expect(text.match(texts)?.length).toBeGreaterThanOrEqual(packages.length);
  await expect(listOf(packages)).toMatchFileSnapshot(listFile('command-line'));
});
