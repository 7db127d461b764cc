import type { DryRunResponse } from '@pressroom/api/operation-types';
import { formatBytes } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';

/** What a request would do, for people. */
export function dryRunLines(
  { assets, leftOut, totals, warnings, complete }: DryRunResponse<'publishAssets'>,
  paint: Paint,
): string[] {
  const styles = {
    publish: 'green',
    mark: 'green',
    withdraw: 'yellow',
    hold: 'yellow',
    none: 'dim',
    refuse: 'red',
  } as const;
  return [
    ...assets.map(({ id, action, servers, message }) =>
      [paint(styles[action], action.padEnd(8)), id, servers.join(', '), message].filter(Boolean).join('  '),
    ),
    ...(leftOut > 0 ? [`… and ${leftOut} more`] : []),
    ...warnings.map((warning) => `${paint('yellow', 'warning')}  ${warning}`),
    `${totals.assets} assets, ${totals.copies} copies, ${totals.deletes} deletions, ${formatBytes(totals.bytes)}, about $${totals.estimatedCostUsd.toFixed(4)}. Nothing was changed.`,
    ...(complete ? [] : [paint('yellow', 'The time was up before every asset was read.')]),
  ];
}
