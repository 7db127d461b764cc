// The `prepare` script: bundles the command line and the GitHub Action into one file each for Node 20 and later, so that they
// start quickly and need no other package where they are installed.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const folder = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

await build({
  absWorkingDir: folder,
  entryPoints: { pressroom: 'src/main.ts', 'github-action': 'src/github-action/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
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
