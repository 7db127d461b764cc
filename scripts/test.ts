/**
 * `npm test`: every check of the project, each printed as it ends. The last line is "N passed, N failed".
 * Types, lint, format and dead code count as one check each; vitest's tests are counted one by one.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const results = join(root, '.local', 'test-results.json');

interface VitestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
}

const checks: readonly (readonly [name: string, program: string, ...parameters: string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['dead code and unused packages', 'knip', '--no-progress'],
];

let passed = 0;
let failed = 0;

for (const [name, program, ...parameters] of checks) {
  const { code, output } = await run(program, parameters, 'quiet');
  if (code === 0) passed += 1;
  else failed += 1;
  console.log(`${code === 0 ? '✓' : '✗'} ${name}`);
  if (code !== 0) console.log(output);
}

mkdirSync(join(root, '.local'), { recursive: true });
rmSync(results, { force: true });
const { code } = await run(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...process.argv.slice(2)],
  'shown',
);
const counted = readResults();
passed += counted.numPassedTests;
failed += counted.numFailedTests;
// A file that could not be loaded has no failed test of its own, and a skipped test is one that nobody ran.
if (counted.numPendingTests > 0) {
  console.log(`✗ ${counted.numPendingTests} tests were skipped`);
  failed += counted.numPendingTests;
}
if (code !== 0 && counted.numFailedTests === 0) failed += Math.max(1, counted.numFailedTestSuites);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function readResults(): VitestResults {
  try {
    return JSON.parse(readFileSync(results, 'utf8')) as VitestResults;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 1, numPendingTests: 0 };
  }
}

function run(
  program: string,
  parameters: readonly string[],
  show: 'quiet' | 'shown',
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules', '.bin', program), parameters, {
      cwd: root,
      stdio: show === 'shown' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout?.on('data', (text: Buffer) => (output += text));
    child.stderr?.on('data', (text: Buffer) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}
