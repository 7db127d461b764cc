/**
 * `npm run mutations`: makes each error of test/mutations/mutations.ts in turn, runs the tests that must find it, and takes
 * it back. Fails unless every error makes a test fail. Work in a clean tree: the files are edited in place.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutations } from '../test/mutations/mutations.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, '.local', 'mutation-results.json');

let restore: (() => void) | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    restore?.();
    process.exit(1);
  });
}

mkdirSync(join(root, '.local'), { recursive: true });
let missed = 0;
for (const { breaks, file, before, after, test } of mutations) {
  const path = join(root, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(before).length !== 2) throw new Error(`${file} must have this text once:\n${before}`);
  restore = () => writeFileSync(path, source);
  const started = Date.now();
  let failed: number;
  try {
    writeFileSync(
      path,
      source.replace(before, () => after),
    );
    failed = await failedTests(test);
  } finally {
    restore();
    restore = undefined;
  }
  if (failed === 0) missed += 1;
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${failed === 0 ? '✗' : '✓'} ${breaks}: ${failed} tests of ${test} fail (${seconds} s)`);
}
console.log(`${mutations.length - missed} of ${mutations.length} mutations are found`);
process.exitCode = missed === 0 ? 0 : 1;

/** Of a test file that could not be loaded, no test fails: such a mutation is not found. */
async function failedTests(test: string): Promise<number> {
  rmSync(results, { force: true });
  await new Promise<void>((resolve, reject) => {
    const parameters = ['run', '--reporter=json', `--outputFile.json=${results}`, test];
    const child = spawn('vitest', parameters, { cwd: root, stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  return (JSON.parse(readFileSync(results, 'utf8')) as { numFailedTests: number }).numFailedTests;
}
