// The `prepare` script: bundles the command line and the GitHub Action for Node 20 and later, so that they start quickly and
// need no other package where they are installed. What both need, and what one command needs, are files of their own.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const folder = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

const { metafile } = await build({
  absWorkingDir: folder,
  entryPoints: { pressroom: 'src/main.ts', 'github-action': 'src/github-action/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  metafile: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'external',
  define: { PRESSROOM_VERSION: JSON.stringify(version) },
  // Packages in CommonJS call require for modules of Node.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// Files of earlier builds: their names end with hashes.
for (const name of readdirSync(`${folder}/dist`))
  if (name.endsWith('.mjs') && !(`dist/${name}` in metafile.outputs))
    for (const file of [name, `${name}.LEGAL.txt`]) rmSync(`${folder}/dist/${file}`, { force: true });
