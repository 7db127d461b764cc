/**
 * `npm run release -- <version>` prepares a release: it sets the version of the project and of its packages, cuts the section
 * of the changelog, and renews the templates that the next upgrade is compared with. It commits nothing.
 * `npm run release -- --notes` prints the changes of the present version.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseNotes, setVersion, versionPlaces } from './release/set-version.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

try {
  const [version, ...others] = process.argv.slice(2);
  if (version === undefined || others.length > 0)
    throw new Error('Say: npm run release -- <version>, as in 1.2.3, or npm run release -- --notes');
  if (version === '--notes') {
    console.log(
      releaseNotes(read('CHANGELOG.md'), (JSON.parse(read('package.json')) as { version: string }).version),
    );
  } else {
    prepare(version);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function prepare(version: string): void {
  const changes = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
  if (changes !== '') throw new Error(`Commit or stash these changes first:\n${changes}`);
  const files = [
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    ...globSync('packages/*/package.json', { cwd: root }),
    ...versionPlaces.map(({ file }) => file),
  ];
  const today = new Date().toISOString().slice(0, 10);
  for (const [file, text] of setVersion(new Map(files.map((file) => [file, read(file)])), version, today))
    writeFileSync(join(root, file), text);
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'scripts/write-baseline.ts'], {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(
    `Version ${version} is set. Run npm test, commit, merge into main, and start the workflow "Release" there.`,
  );
}
