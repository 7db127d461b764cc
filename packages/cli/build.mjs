// The `prepare` script: bundles the command line and the GitHub Action into one file each for Node 20 and later, so that they
// start quickly and need no other package where they are installed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
/** Another folder is for tests and packages: a command may run from dist/ at the same time. */
const outdir = process.env.PRESSROOM_BUILD_FOLDER ?? join(folder, 'dist');
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

const { metafile } = await build({
  absWorkingDir: folder,
  entryPoints: { pressroom: 'src/main.ts', 'github-action': 'src/github-action/main.ts' },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  define: { PRESSROOM_VERSION: JSON.stringify(version) },
  // Packages in CommonJS call require for modules of Node.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// The licences of the packages inside each bundle ask that their texts go with it.
for (const [file, { inputs }] of Object.entries(metafile.outputs))
  writeFileSync(join(folder, file.replace(/\.mjs$/, '.licences.txt')), licencesOf(Object.keys(inputs)));

/** @param inputs source files, relative to this folder */
function licencesOf(inputs) {
  const folders = new Set(
    inputs
      .filter((input) => input.includes('node_modules/'))
      .map((input) => packageFolder(join(folder, input))),
  );
  const texts = [...folders].sort().map((place) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    const file = readdirSync(place)
      .sort()
      .find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    // A few packages are published without the text.
    const text =
      file === undefined
        ? `By ${author?.name ?? author ?? 'its authors'}. Text: https://spdx.org/licenses/${license}.html`
        : readFileSync(join(place, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The nearest folder with a package.json that names a package. */
function packageFolder(file) {
  for (let place = dirname(file); place !== dirname(place); place = dirname(place)) {
    const manifest = join(place, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name) return place;
  }
  throw new Error(`${file} belongs to no package`);
}
