/**
 * Builds `@pressroom/viewers` as it is published: modules, declarations and a package.json. Run
 * `npm run build -w packages/viewers`, then `npm publish packages/viewers/dist`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildViewers, viewers } from '@pressroom/viewers/build-viewers';

const root = join(import.meta.dirname, '..');
const source = join(root, 'packages', 'viewers');

/** @param folder is emptied first */
export async function buildViewersPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { files } = await buildViewers([...viewers, 'convert-embed-code']);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  writeDeclarations(folder);
  const { name, version, description, license, type } = JSON.parse(
    readFileSync(join(source, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, unknown>>;
  const exports: Record<string, { types: string; default?: string }> = Object.fromEntries(
    [...viewers, 'convert-embed-code'].map((viewer) => [
      `./${viewer}`,
      { types: `./${viewer}.d.ts`, default: `./${viewer}.js` },
    ]),
  );
  exports['./media'] = { types: './media.d.ts' };
  // To load a module is to define its element: bundlers must not leave it out.
  const manifest = { name, version, description, license, type, sideEffects: true, exports };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  cpSync(join(source, 'README.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

function writeDeclarations(folder: string): void {
  const { status, stdout } = spawnSync(
    join(root, 'node_modules', '.bin', 'tsc'),
    [
      '-p',
      source,
      '--noEmit',
      'false',
      '--declaration',
      '--emitDeclarationOnly',
      '--rootDir',
      join(source, 'src'),
      '--outDir',
      folder,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`tsc failed:\n${stdout}`);
  for (const name of globSync('*.d.ts', { cwd: folder })) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(["']\.\/[\w-]+)\.ts(["'])/g, '$1.js$2'));
  }
}

if (process.argv[1] === import.meta.filename) await buildViewersPackage(join(source, 'dist'));
