/** Makes the bundles of functions of a tree: `make-bundles.ts <tree> <folder> <function>…`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [tree = '', folder = '', ...functions] = process.argv.slice(2);
const { bundleFunction } = (await import(
  pathToFileURL(join(tree, 'infra', 'constructs', 'function-bundle.ts')).href
)) as {
  bundleFunction(name: string, outdir: string, options: { readonly sharp: boolean }): string;
};
for (const name of functions) bundleFunction(name, folder, { sharp: name === 'serve-image' });
