/**
 * Builds `@pressroom/client` as it is published: JavaScript modules, declarations without other packages, and a
 * package.json. Run `npm run build -w packages/client`, then `npm publish packages/client/dist`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';
import { operationDeclarations } from './operation-declarations.ts';

const root = join(import.meta.dirname, '..');
const client = join(root, 'packages', 'client');

/** Declarations of other folders that those of the client use. */
const borrowed = ['image-commands', 'image-formats', 'req-kinds'].map((name) => `domain/delivery/${name}`);

/** @param folder is emptied first */
export async function buildClient(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await writeModules(folder);
  writeDeclarations(folder);
  const { name, version, description, license, type, sideEffects, engines, exports } = JSON.parse(
    readFileSync(join(client, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, unknown>> & { readonly exports: Readonly<Record<string, string>> };
  const published = Object.entries(exports).map(([path, source]) => {
    const module = basename(source, '.ts');
    return [path, { types: `./${module}.d.ts`, default: `./${module}.js` }] as const;
  });
  const manifest = { name, version, description, license, type, sideEffects, engines };
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ ...manifest, exports: Object.fromEntries(published) }, null, 2)}\n`,
  );
  cpSync(join(client, 'README.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** One module for each source file: bundlers then keep only what is used, and find the worker. */
async function writeModules(folder: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: globSync(join(client, 'src', '*.ts')),
    outdir: folder,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  for (const { path, text } of outputFiles) writeFileSync(path, withExtension(text));
}

function writeDeclarations(folder: string): void {
  const emitted = mkdtempSync(join(root, '.local', 'client-types-'));
  try {
    const sources = globSync(join(client, 'src', '*.ts')).map((file) => relative(root, file));
    const { status, stdout } = spawnSync(
      join(root, 'node_modules', '.bin', 'tsc'),
      [...options, '--outDir', emitted, '--rootDir', root, ...sources],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`tsc failed:\n${stdout}`);
    const own = sources.map((file) => file.replace(/\.ts$/, ''));
    for (const file of [...own, ...borrowed]) {
      const text = readFileSync(join(emitted, `${file}.d.ts`), 'utf8');
      const local = text
        .replaceAll('@pressroom/api/operation-types', './operation-types.ts')
        .replaceAll('../../../domain/delivery/', './');
      writeFileSync(join(folder, `${basename(file)}.d.ts`), withExtension(local));
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
  writeFileSync(join(folder, 'operation-types.d.ts'), operationDeclarations());
}

/** The options of tsconfig.json that matter for declarations: tsc reads no configuration if files are named. */
const options = [
  ...['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--allowImportingTsExtensions', '--strict'],
  ...['--exactOptionalPropertyTypes', '--skipLibCheck', '--resolveJsonModule'],
  ...['--target', 'es2024', '--lib', 'es2024,esnext.disposable', '--types', 'node'],
  ...['--module', 'nodenext', '--moduleResolution', 'nodenext'],
];

/** Modules name each other with their extension, also in the URL of the worker. */
function withExtension(text: string): string {
  return text.replace(/(["']\.\/[\w-]+)\.ts(["'])/g, '$1.js$2');
}

if (process.argv[1] === import.meta.filename) await buildClient(join(client, 'dist'));
