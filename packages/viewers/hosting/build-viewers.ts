import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** The viewers. Each is a module that defines its element when it is loaded. */
export const viewers = [
  'zoom',
  'flyout',
  'spin',
  'image-set',
  'mixed-media',
  'carousel',
  'ecatalog',
  'video',
] as const;

export interface BuiltViewers {
  readonly version: string;
  /** Modules by file name. What several viewers use is in modules of its own, which they import. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What a page loads with a viewer at once: its module, and those that it imports. */
  readonly loadedWith: (viewer: string) => readonly string[];
}

/** The version of the package, which is in the addresses of its published modules. */
export function viewersVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/**
 * Builds the modules as the delivery domain serves them. Takes a tenth of a second.
 * @param modules names of files in src/
 */
export async function buildViewers(modules: readonly string[] = viewers): Promise<BuiltViewers> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: modules.map((name) => `src/${name}.ts`),
    outdir: 'dist',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    chunkNames: 'shared-[hash]',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      nameOf(path),
      output.imports.filter(({ kind }) => kind === 'import-statement').map(({ path: to }) => nameOf(to)),
    ]),
  );
  const loaded = (file: string, before: ReadonlySet<string> = new Set()): Set<string> =>
    (imports.get(file) ?? []).reduce(
      (all, to) => (all.has(to) ? all : loaded(to, all)),
      new Set([...before, file]),
    );
  return {
    version: viewersVersion(),
    files: new Map(outputFiles.map(({ path, contents }) => [nameOf(path), contents])),
    loadedWith: (viewer) => [...loaded(`${viewer}.js`)],
  };
}
