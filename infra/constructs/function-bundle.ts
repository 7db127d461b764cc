/**
 * Makes the code of a Lambda function: one ES module with everything in it, by esbuild, and further ones for what the
 * function loads later. The same sources give the same bytes wherever the repository lies, so an unchanged function is not
 * deployed again.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = join(root, 'node_modules');

/** sharp's compiled halves, for the one platform that the functions using it run on. */
const sharpBinaries = ['@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64'];

/** Types, headers and texts are of no use at run time. Licences stay: libvips is LGPL, its text goes where it goes. */
const unneeded = /(\.d\.[cm]?ts|\.md|\.h|\.bnf|\.map|-subset\.wasm)$|\/(include|src|install|bin)$/;

interface Built {
  readonly files: { readonly name: string; readonly contents: Uint8Array }[];
  readonly sources: string[];
  usesSharp: boolean;
  usesFilms: boolean;
}

let built: ReadonlyMap<string, Built> | undefined;

export interface BundleOptions {
  /** The function decodes or encodes images: sharp goes along, as packages, since it is native code. */
  readonly sharp: boolean;
  /** The function decodes HEIC: libheif goes along, as a package, since it is LGPL and has to be replaceable. */
  readonly heic?: boolean;
}

/**
 * Bundles `functions/<folder>/handler.ts` into `<outdir>/<folder>`.
 * @returns the folder with the bundle
 * @throws Error where the handler uses sharp without saying so, or sharp's binaries for Lambda are not installed
 */
export function bundleFunction(
  folder: string,
  outdir: string,
  { sharp, heic = false }: BundleOptions,
): string {
  built ??= buildAll();
  const code = built.get(folder);
  if (!code) throw new Error(`functions/${folder} needs a handler.ts and an env.ts.`);
  if (code.usesSharp !== sharp)
    throw new Error(
      `functions/${folder} ${sharp ? 'does not use sharp: leave' : 'uses sharp: set'} "sharp: true" ${sharp ? 'out ' : ''}where its construct is made.`,
    );

  const bundle = join(outdir, folder);
  rmSync(bundle, { recursive: true, force: true });
  mkdirSync(bundle, { recursive: true });
  for (const { name, contents } of code.files) writeFileSync(join(bundle, name), contents);
  if (sharp) for (const name of sharpPackages()) copyPackage(name, join(bundle, 'node_modules', name));
  if (code.usesFilms) copyFilmReader(join(bundle, 'node_modules', filmPackage));
  if (heic) copyHeifDecoder(join(bundle, 'node_modules', heifPackage));
  if (folder === drawingFunction) copyPageReader(join(bundle, 'node_modules', pagePackage));
  if (folder === shapingFunction) copyPackage(shapingPackage, join(bundle, 'node_modules', shapingPackage));
  return bundle;
}

/** Draws text. ingest-upload shares its code, but makes thumbnails only, which have none. */
const shapingFunction = 'serve-image';
const shapingPackage = 'harfbuzzjs';

/** Draws the page of an Illustrator file, in a worker that loads the package by itself. */
const drawingFunction = 'ingest-upload';
const pagePackage = '@hyzyla/pdfium';

/** The build for `require` alone: the package also has it for browsers, and with the WebAssembly as text. */
function copyPageReader(to: string): void {
  mkdirSync(join(to, 'dist'), { recursive: true });
  for (const file of ['package.json', 'dist/index.cjs', 'dist/pdfium.wasm'])
    cpSync(join(packages, pagePackage, file), join(to, file));
  cpSync(join(packages, pagePackage, 'LICENSE.md'), join(to, 'LICENSE'));
}

const filmPackage = 'mediabunny';

/** The minified module alone, since it is loaded for videos and sounds only: it is larger than the rest of the bundle. */
function copyFilmReader(to: string): void {
  const module = 'mediabunny.min.mjs';
  const from = join(packages, filmPackage);
  mkdirSync(to, { recursive: true });
  cpSync(join(from, 'dist', 'bundles', module), join(to, module));
  cpSync(join(from, 'LICENSE'), join(to, 'LICENSE'));
  const { name, version, license } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  writeFileSync(join(to, 'package.json'), JSON.stringify({ name, version, license, exports: `./${module}` }));
}

const heifPackage = 'libheif-js';

/** The decoder alone: the package also has it as JavaScript, and bundled. */
function copyHeifDecoder(to: string): void {
  for (const file of [
    'package.json',
    'LICENSE',
    'libheif-wasm/LICENSE',
    'libheif-wasm/libheif.js',
    'libheif-wasm/libheif.wasm',
  ]) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(packages, heifPackage, file), join(to, file));
  }
}

/**
 * Files whose code lies in the bundle of `functions/<folder>/handler.ts`, relative to the repository. Source maps do not
 * show them all: for a package that brings its own map, they name that package's sources.
 */
export function bundledSources(folder: string): readonly string[] {
  built ??= buildAll();
  return built.get(folder)?.sources ?? [];
}

/** Functions that only read objects of S3. Visitors wait for their cold starts: a small module takes the place of the SDK. */
const readers: readonly string[] = ['serve-image'];

/** The function that loads its parts when they are needed: its modules lie beside its index.mjs. */
const splitFunction = 'serve-api';

/** One run of esbuild for many functions: what they share is read once, which takes half the time of a run for each. */
function buildAll(): Map<string, Built> {
  const folders = globSync('functions/*/env.ts', { cwd: root }).map((file) => basename(dirname(file)));
  return new Map([
    ...build(folders.filter((folder) => folder !== splitFunction && !readers.includes(folder))),
    ...build([splitFunction], { splitting: true, chunkNames: `${splitFunction}/[name]-[hash]` }),
    ...build(readers, { alias: { '@aws-sdk/client-s3': join(root, 'adapters/s3/read-only-s3.ts') } }),
  ]);
}

function build(
  folders: readonly string[],
  { alias, ...options }: Pick<BuildOptions, 'alias' | 'splitting' | 'chunkNames'> = {},
): Map<string, Built> {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      folders.toSorted().map((folder) => [`${folder}/index`, `functions/${folder}/handler.ts`]),
    ),
    // Nothing is written there: paths in the source maps are relative to it, and must not depend on the real folder.
    outdir: join(root, 'bundle'),
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    inject: [join(root, 'adapters/runtime/source-maps.ts')],
    // HarfBuzz reads its WebAssembly from the file beside its code.
    external: ['sharp', filmPackage, shapingPackage],
    alias: {
      ...alias,
      'node:http': join(root, 'adapters/runtime/node-http.ts'),
      '@aws-sdk/credential-provider-node': join(root, 'adapters/runtime/lambda-credentials.ts'),
    },
    // Some of the SDK is CommonJS and asks for Node's own modules by `require`, which an ES module lacks.
    banner: {
      js: 'const require=process.getBuiltinModule;',
    },
    logLevel: 'silent',
    ...options,
  });
  const result = new Map<string, Built>(
    folders.map((folder) => [folder, { files: [], sources: [], usesSharp: false, usesFilms: false }]),
  );
  for (const { path, contents } of outputFiles)
    result.get(basename(dirname(path)))?.files.push({ name: basename(path), contents });
  for (const [path, { imports, inputs }] of Object.entries(metafile.outputs)) {
    const code = result.get(basename(dirname(path)));
    if (code && path.endsWith('.mjs'))
      code.sources.push(...Object.keys(inputs).filter((source) => (inputs[source]?.bytesInOutput ?? 0) > 0));
    if (code && imports.some(({ external, path: name }) => external && name === 'sharp'))
      code.usesSharp = true;
    if (code && imports.some(({ external, path: name }) => external && name === filmPackage))
      code.usesFilms = true;
  }
  return result;
}

function sharpPackages(): string[] {
  const missing = sharpBinaries.filter((name) => !existsSync(join(packages, name, 'package.json')));
  if (missing.length > 0)
    throw new Error(
      `${missing.join(' and ')} must be in node_modules: Lambda runs on Linux, whatever this machine is. ` +
        'Run: npm install --no-save --os=linux --cpu=x64 --libc=glibc sharp',
    );
  return ['sharp', ...dependenciesOf('sharp'), ...sharpBinaries];
}

function dependenciesOf(name: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies).flatMap((dependency) => [dependency, ...dependenciesOf(dependency)]);
}

function copyPackage(name: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(packages, name), to, { recursive: true, filter: (from) => !unneeded.test(from) });
}
