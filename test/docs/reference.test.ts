/** Reference pages that are made from code: a new route, error, event or metric without its entry fails here. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricNames } from '../../adapters/runtime/emit-metrics.ts';
import { publicRoutes, routes, signedInRoutes } from '../../packages/api/routes.ts';
import { referencePages } from '../../scripts/write-reference.ts';
import { readDocument, tableRows } from '../support/documents.ts';

const pages = await referencePages();

describe('the reference', () => {
  it.each([...pages.keys()])('%s is what the code says; if not: npm run reference', (file) => {
    expect(readFileSync(file, 'utf8')).toBe(pages.get(file));
  });

  it('has no page that is not written any more', () => {
    expect(globSync('docs/api/*.md').filter((file) => !pages.has(file))).toEqual([]);
  });

  it('has every operation of the API on one page', () => {
    const text = [...pages.values()].join('\n');
    for (const id of Object.keys({ ...routes, ...publicRoutes, ...signedInRoutes })) {
      // The description of the API is no operation of a feature: each page names it.
      const times = text.split(`\n## ${id}\n`).length - 1;
      expect([id, times]).toEqual([id, id === 'readOpenapi' ? 0 : 1]);
    }
    expect(text).toContain('GET /v1/openapi.json');
  });
});

/** Names that the code gives to what it emits, by a pattern with one group. */
function namesIn(folders: string, pattern: RegExp): string[] {
  const found = globSync(`${folders}/**/*.ts`).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name = '']) => name),
  );
  return [...new Set(found)].sort();
}

const firstCells = (text: string, column = 0) =>
  tableRows(text)
    .map((row) => (row[column] ?? '').replaceAll('`', ''))
    .sort();

it('docs/events.md has a row for each event of the domain, and describes each', () => {
  const page = readDocument('docs/events.md');
  const emitted = namesIn('domain', /readonly type: '([A-Z]\w+)'/g);
  expect(emitted.length).toBeGreaterThan(1);
  expect(firstCells(page.split('\n## ')[0] ?? '', 1)).toEqual(emitted);
  for (const name of emitted) expect(page).toContain(`## \`${name}\``);
});

it('docs/metrics.md has a row for each metric that functions emit', () => {
  const section = readDocument('docs/metrics.md').split('\n## ')[1] ?? '';
  expect(firstCells(section)).toEqual([...metricNames].sort());
});
