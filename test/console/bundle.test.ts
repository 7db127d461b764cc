/** What a browser loads before the first page is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildConsole } from '@pressroom/console/build-console';
import { expect, it } from 'vitest';
import { isPermissive, listFile, listOf, type Package } from '../support/licences.ts';

/** Kilobytes with Brotli, of the first load of the start page. */
const budget = { js: 300, css: 70 };

it('the first load stays within its budget', async () => {
  const folder = await buildConsole();
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = new Set([...html.matchAll(/_\/[\w.-]+\.(?:js|css)/g)].map(([path]) => path));
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    // The page that is opened: its name and those of what it shares with other pages are in the entry.
    const code = readFileSync(join(folder, file), 'utf8');
    for (const [path] of code.matchAll(/_\/start-page-[\w-]+\.(?:js|css)/g)) files.add(path);
  }
  const size = (type: string) =>
    [...files]
      .filter((file) => file.endsWith(`.${type}`))
      .reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(folder, file))).length, 0) / 1000;
  expect(size('js')).toBeLessThanOrEqual(budget.js);
  expect(size('css')).toBeLessThanOrEqual(budget.css);
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).not.toMatch(/<script>|<style|style=/);
});

it('every package inside has a permissive licence, is in the list, and its text goes with the console', async () => {
  const text = readFileSync(join(await buildConsole(), '_', 'licences.txt'), 'utf8');
  // Vite's heading of a package: `## name - version (licence)`
  const packages = [...text.matchAll(/^## (\S+) - \S+ \((.*)\)$/gm)].map(
    ([, name = '', licence = '']): Package => ({ name, licence }),
  );
  expect(packages.length).toBeGreaterThan(20);
  expect(packages.filter(({ licence }) => !isPermissive(licence))).toEqual([]);
  await expect(listOf(packages)).toMatchFileSnapshot(listFile('console'));
});
