import { expect, it } from 'vitest';
import { emitMetrics } from '../../../adapters/runtime/emit-metrics.ts';

function linesOf(counts: Record<string, number>): unknown[] {
  const lines: unknown[] = [];
  emitMetrics('pressroom-reconcile-jobs', counts, 7, (line) => lines.push(JSON.parse(line)));
  return lines;
}

it('writes the counts as metrics of the function', () => {
  expect(linesOf({ Mended: 2, NotReconciled: 0 })).toEqual([
    {
      _aws: {
        Timestamp: 7,
        CloudWatchMetrics: [
          {
            Namespace: 'Pressroom',
            Dimensions: [['FunctionName']],
            Metrics: [{ Name: 'Mended', Unit: 'Count' }],
          },
        ],
      },
      FunctionName: 'pressroom-reconcile-jobs',
      Mended: 2,
    },
  ]);
});

it('writes nothing if all counts are 0', () => {
  expect(linesOf({ Mended: 0, NotReconciled: 0 })).toEqual([]);
});
