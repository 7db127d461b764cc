/**
 * Builds `@pressroom/cli` as it is published: the bundled program with the licences of what is in it. Run
 * `npm run build -w packages/cli`, then `npm publish packages/cli/dist/package`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const source = join(root, 'packages', 'cli');

/** @param folder is emptied first */
export function buildCli(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  execFileSync(process.execPath, [join(source, 'build.mjs')], {
    stdio: 'inherit',
    env: { ...process.env, PRESSROOM_BUILD_FOLDER: join(folder, 'dist') },
  });
  for (const file of globSync(join(folder, 'dist', 'github-action.*'))) rmSync(file);
  for (const file of ['bin', 'README.md'])
    cpSync(join(source, file), join(folder, file), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const { name, version, description, license, type, bin, engines } = JSON.parse(
    readFileSync(join(source, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, unknown>>;
  const manifest = { name, version, description, license, type, bin, engines };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) buildCli(join(source, 'dist', 'package'));
