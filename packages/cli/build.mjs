// The `prepare` script: bundles the command line into one file for Node 20 and later, so that it starts quickly and needs
// no other package where it is installed.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const folder = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

await build({
  absWorkingDir: folder,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/pressroom.mjs',
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
