import type { ImportRun } from '../../metadata-tables/import-run.ts';
import type { RowResult } from '../../metadata-tables/import-table.ts';

export const outcomes = ['failed', 'changed', 'trashed', 'unchanged'] as const;

/** The rows of each result. */
export function countsOf({ results }: ImportRun): Record<RowResult['outcome'], number> {
  const counts = { failed: 0, changed: 0, trashed: 0, unchanged: 0 };
  for (const { outcome } of results.values()) counts[outcome] += 1;
  return counts;
}
