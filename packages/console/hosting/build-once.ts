import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Build {
  /** Completes "could not be built", as in `The console`. */
  readonly what: string;
  /** Folder of the repository, where the patterns begin and the program runs. */
  readonly root: string;
  /** Folder below which the build writes `files`. */
  readonly folder: string;
  /** Patterns of all files that the result is made of. Packages are known by the lock file. */
  readonly sources: readonly string[];
  /** Program of Node with its parameters. */
  readonly program: readonly string[];
  /** Stops the program, and the build fails. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds static files, unless those that were built before are of the same sources.
 * @returns the folder of the built files
 * @throws Error with what the program reports
 */
export async function buildOnce(build: Build): Promise<string> {
  const stamp = join(build.folder, 'built-from');
  const files = join(build.folder, 'files');
  const wanted = digestOf(build);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return files;
  await run(build);
  mkdirSync(build.folder, { recursive: true });
  writeFileSync(stamp, wanted);
  return files;
}

/** In a process of its own: within a test, React would be built for tests. */
function run({ what, root, program, signal }: Build): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program, {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${what} could not be built:\n${output.trim()}`)),
    );
  });
}

function digestOf({ root, sources }: Build): string {
  const hash = createHash('sha256');
  const found = globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of found) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}
