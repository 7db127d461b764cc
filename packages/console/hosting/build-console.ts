import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, '.local', 'console');
const files = join(folder, 'files');
const stamp = join(folder, 'built-from');

/** What the built files are made of. Packages are known by the lock file. */
const sources = [
  'packages/console/{src,hosting}/**/*',
  'packages/console/{index.html,package.json,tsconfig.json,vite.config.ts}',
  'packages/client/src/**/*',
  'package-lock.json',
];

/**
 * Builds the console, unless what was built before is of the same sources.
 * @returns the folder of the built files
 * @throws Error with what Vite reports
 */
export async function buildConsole(): Promise<string> {
  const wanted = digestOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return files;
  await runVite();
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, wanted);
  return files;
}

/** In a process of its own: within a test, React would be built for tests. */
function runVite(): Promise<void> {
  const program = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const parameters = ['build', '--logLevel', 'error', join(import.meta.dirname, '..')];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...parameters], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The console could not be built:\n${output.trim()}`)),
    );
  });
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  const found = globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of found) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}
