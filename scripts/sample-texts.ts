/**
 * Draws sources, pages and error texts at random, to be read by a person: `node scripts/sample-texts.ts`.
 *   --seed=11         the same seed draws the same sample
 *   --commit=HEAD     the commit to draw from
 *   --sources=30 --pages=10 --errors=30
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { seededRandom } from '../bench/support/statistics.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '11' },
    commit: { type: 'string', default: 'HEAD' },
    sources: { type: 'string', default: '30' },
    pages: { type: 'string', default: '10' },
    errors: { type: 'string', default: '30' },
  },
});
const commit = values.commit;
const random = seededRandom(Number(values.seed));

const git = (...parameters: string[]) =>
  execFileSync('git', parameters, { encoding: 'utf8', maxBuffer: 256 * 1024 ** 2 });

const files = git('ls-tree', '-r', '--name-only', commit).trim().split('\n').sort();
const sources = files.filter(
  (file) => /\.(ts|mjs)$/.test(file) && !/^test\/|\/(test|fixtures)\//.test(file) && !file.endsWith('.d.ts'),
);
const pages = files.filter((file) => /^(README|CONTRIBUTING|CHANGELOG)\.md$|^docs\/.*\.md$/.test(file));

/** Texts of failures as `file: code: text`. Texts in constants are not included. */
const errors = sources.flatMap((file) =>
  [
    ...git('show', `${commit}:${file}`).matchAll(/new Failure\(\s*'([\w.-]+)',\s*(?:`([^`]*)`|'([^']*)')/g),
  ].map(([, code, template, plain]) => `${file}: ${code}: ${template ?? plain}`),
);

/** Draws items without replacement, in the order of the list. */
function draw<Item>(list: readonly Item[], count: number): Item[] {
  return list
    .map((item, index) => ({ item, index, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}

const samples = {
  sources: draw(sources, Number(values.sources)),
  pages: draw(pages, Number(values.pages)),
  errors: draw(errors, Number(values.errors)),
};
console.log(`Seed ${values.seed}, commit ${git('rev-parse', commit).trim()}`);
for (const [name, sample] of Object.entries(samples)) {
  console.log(`\n${sample.length} ${name}`);
  for (const item of sample) console.log(`  ${item}`);
}
