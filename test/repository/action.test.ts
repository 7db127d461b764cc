import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inputDeclarations } from '../../packages/cli/src/github-action/action-inputs.ts';
import { outputNames } from '../../packages/cli/src/github-action/runner-files.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

const action = parse(read('action.yml')) as {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
};
const page = read('docs', 'github-action.md');

describe('action.yml', () => {
  it('has the inputs and outputs of the code, with the same defaults', () => {
    const { 'github-token': token, ...declared } = Object.fromEntries(
      Object.entries(action.inputs).map(([name, { description, ...rest }]) => [name, rest]),
    );
    expect({ ...declared, 'github-token': {} }).toEqual(inputDeclarations);
    expect(token).toEqual({ default: ['$', '{{ github.token }}'].join('') });
    expect(Object.keys(action.outputs)).toEqual(outputNames);
  });

  it('runs the bundle that the build script makes', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'packages/cli/dist/github-action.mjs' });
    expect(read('packages', 'cli', 'build.mjs')).toContain("'github-action': 'src/github-action/main.ts'");
  });
});

describe('The page of the action', () => {
  it('has every input with its default, and every output', () => {
    const rows = new Map(
      page
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .map((line) => [/`([^`]*)`/.exec(line)?.[1], line]),
    );
    for (const [name, { required, default: value = '' }] of Object.entries(action.inputs)) {
      const shown = required ? 'required' : value.startsWith('$') ? 'that of the job' : value;
      expect(rows.get(name), name).toContain(shown);
    }
    expect(outputNames.filter((name) => !rows.has(name))).toEqual([]);
  });
});
