/**
 * `npm test`: every check of the project, each printed when it ends. The last line is "N passed, N failed".
 * Types, lint, format and dead code count as one check each; vitest's tests are counted one by one. Two runs go side by side:
 * what needs a local cloud or a browser, and all the rest.
 * `npm test -- unit`, or another project of vitest.config.ts, or a path, runs the tests of that part alone.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const results = join(root, '.local', 'test-results.json');

interface VitestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
}

/** Where the files of a project lie, the first that matches. */
const projects: readonly (readonly [name: string, folder: RegExp])[] = [
  ['local-aws', /^packages\/local-aws\//],
  ['infra', /^test\/infra\//],
  ['e2e', /^test\/e2e\//],
  ['console', /^test\/console\//],
  ['browser', /^test\/browser\//],
  ['model', /^test\/(model|statemachines)\//],
  ['api', /^test\/functions\/(serve-api\/|serve-image\/handler)/],
  ['media', /^test\/adapters\/(media|sharp)\//],
  ['unit', /./],
];

const checks: readonly (readonly [name: string, program: string, ...parameters: string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['types of the console', 'tsc', '--noEmit', '-p', 'packages/console'],
  ['types of the viewers', 'tsc', '--noEmit', '-p', 'packages/viewers'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['dead code and unused packages', 'knip', '--no-progress'],
  ['code that only tests use', 'knip', '--no-progress', '--production'],
];

/** Projects with a local cloud or a browser, one file after the other. All the rest runs beside them, so that no processor waits. */
const cloudProjects = ['e2e', 'console', 'browser'];
const otherProjects = projects.map(([name]) => name).filter((name) => !cloudProjects.includes(name));

const parts = process.argv
  .slice(2)
  .flatMap((part) => (projects.some(([name]) => name === part) ? ['--project', part] : [part]));

let passed = 0;
let failed = 0;
const counted: VitestResults[] = [];

mkdirSync(join(root, '.local'), { recursive: true });
rmSync(results, { force: true });
if (parts.length > 0) await runVitest(parts, 'shown');
else
  await Promise.all([
    runVitest(selecting(cloudProjects), 'shown'),
    runChecks().then(() => runVitest(selecting(otherProjects), 'at the end')),
  ]);

const testResults = counted.flatMap((one) => one.testResults);
writeFileSync(results, JSON.stringify({ passed, failed, testResults }));
for (const line of minutesOfProjects(testResults)) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function selecting(names: readonly string[]): string[] {
  return names.flatMap((name) => ['--project', name]);
}

async function runChecks(): Promise<void> {
  for (const [name, program, ...parameters] of checks) {
    const { code, output } = await run(program, parameters, 'quiet');
    if (code === 0) passed += 1;
    else failed += 1;
    console.log(`${code === 0 ? '✓' : '✗'} ${name}`);
    if (code !== 0) console.log(output);
  }
}

/** Runs tests and counts them. Output at the end does not mix with that of another run. */
async function runVitest(selection: readonly string[], show: 'shown' | 'at the end'): Promise<void> {
  const file = join(root, '.local', `test-results-${selection.length}.json`);
  rmSync(file, { force: true });
  const { code, output } = await run(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...selection],
    show === 'shown' ? 'shown' : 'quiet',
  );
  if (show === 'at the end') console.log(output);
  const found = readResults(file);
  rmSync(file, { force: true });
  counted.push(found);
  passed += found.numPassedTests;
  failed += found.numFailedTests;
  // A file that could not be loaded has no failed test of its own, and a skipped test is one that nobody ran.
  if (found.numPendingTests > 0) {
    console.log(`✗ ${found.numPendingTests} tests were skipped`);
    failed += found.numPendingTests;
  }
  if (code !== 0 && found.numFailedTests === 0) failed += Math.max(1, found.numFailedTestSuites);
}

/** Projects run side by side, so their minutes add up to more than the run took. */
function minutesOfProjects(files: readonly TestFile[]): string[] {
  const projectOf = ({ name }: TestFile) =>
    projects.find(([, folder]) => folder.test(relative(root, name)))?.[0] ?? '';
  return projects.flatMap(([project]) => {
    const own = files.filter((file) => projectOf(file) === project);
    if (own.length === 0) return [];
    const work = own.reduce((sum, { startTime, endTime }) => sum + endTime - startTime, 0);
    const span =
      Math.max(...own.map(({ endTime }) => endTime)) - Math.min(...own.map(({ startTime }) => startTime));
    return [
      `${project}: ${inMinutes(work)} min of tests in ${own.length} files, within ${inMinutes(span)} min`,
    ];
  });
}

function inMinutes(milliseconds: number): string {
  return (milliseconds / 60_000).toFixed(1);
}

function readResults(file: string): VitestResults {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestResults;
  } catch {
    return {
      numPassedTests: 0,
      numFailedTests: 0,
      numFailedTestSuites: 1,
      numPendingTests: 0,
      testResults: [],
    };
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
