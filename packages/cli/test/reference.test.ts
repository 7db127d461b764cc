import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandTable } from '../src/command-table.ts';
import {
  type BenchResults,
  commonOptionTable,
  exitCodeTable,
  referenceText,
  speedText,
} from './reference.ts';

/** docs/cli.md is written by hand except for the parts below these marks, which are made from the command table. */

const results = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'bench', 'results', 'cli.json'), 'utf8'),
) as BenchResults;
const page = join(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md');

/** The page with the part between a mark and the next heading replaced. */
function withPart(text: string, mark: string, part: string): string {
  const start = text.indexOf(`<!-- ${mark} -->`);
  expect(start, `docs/cli.md has no mark "${mark}"`).toBeGreaterThan(0);
  const after = start + `<!-- ${mark} -->`.length;
  const next = mark === 'reference' ? text.length : text.indexOf('\n## ', after);
  return `${text.slice(0, after)}\n\n${part}\n${text.slice(next)}`;
}

it('docs/cli.md has the reference of every command, all exit codes and all common options (write it with -u)', async () => {
  let text = readFileSync(page, 'utf8');
  text = withPart(text, 'options', commonOptionTable());
  text = withPart(text, 'exit codes', exitCodeTable());
  text = withPart(text, 'speed', speedText(results));
  text = withPart(text, 'reference', referenceText(commandTable)).trimEnd();
  await expect(`${text}\n`).toMatchFileSnapshot(page);
});

it('uploads are at least 0.8 times as fast as those of the AWS CLI, and five times the files need less than twice the memory', () => {
  const { figures, memory } = results;
  expect(figures.uploadRatio).toBeGreaterThanOrEqual(0.8);
  expect(figures.syncRatio).toBeGreaterThanOrEqual(0.8);
  const [few, many] = memory;
  expect(many?.files).toBeGreaterThanOrEqual(10_000);
  expect(many?.megabytes).toBeLessThan((few?.megabytes ?? 0) * 2);
});
