import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maxSearchMs, type SearchResults } from '../../bench/search.ts';
import { readDocument, tableRows } from '../support/documents.ts';

const { sizes } = JSON.parse(readFileSync('bench/results/search.json', 'utf8')) as SearchResults;

describe('the measured search index', () => {
  it('of 100,000 assets responds within the target', () => {
    const measured = sizes.find(({ assets }) => assets === 100_000);
    expect(measured?.p95).toBeLessThanOrEqual(maxSearchMs);
    expect(measured?.kinds.length).toBeGreaterThan(10);
  });

  it('is quoted in docs/performance.md as it was measured', () => {
    const rows = tableRows(readDocument('docs/performance.md')).map((cells) => cells.join(' | '));
    for (const { assets, megabytes, buildSeconds, openMs, applyMs, p50, p95, kinds } of sizes) {
      const figures = [assets.toLocaleString('en-US'), megabytes, buildSeconds, openMs, applyMs, p50, p95];
      expect(rows).toContain(figures.join(' | '));
      for (const kind of kinds)
        expect(rows).toContain(
          [kind.kind, kind.matches.toLocaleString('en-US'), kind.p50, kind.p95].join(' | '),
        );
    }
  });
});
