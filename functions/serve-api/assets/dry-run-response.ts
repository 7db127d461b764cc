import type { dryRunResponse } from '@pressroom/api/assets/dry-run';
import type * as z from 'zod';
import type { Preview } from '../../../application/assets/preview.ts';
import { costOf } from '../../../domain/assets/estimate.ts';
import { pick } from '../pick.ts';

/**
 * A dry run as the API shows it.
 * @param passedOver what exists and is left as it is, with the reason
 */
export function toDryRunResponse(
  { items, leftOut, assets, totals, complete }: Preview,
  unknown: readonly string[] = [],
  warnings: readonly string[] = [],
  passedOver: readonly { readonly id: string; readonly message: string }[] = [],
): z.input<typeof dryRunResponse> {
  const { copies, deletes, writeUnits, readUnits, bytes, invalidations } = totals;
  return {
    dryRun: true,
    complete,
    assets: [
      ...items.map((item) => ({
        ...pick(item, ['id', 'type', 'action', 'bytes', 'message']),
        servers: [...item.servers],
      })),
      ...passedOver.map(nothingDone),
      ...unknown.map((id) => nothingDone({ id, message: `There is no asset ${id}` })),
    ],
    leftOut,
    totals: {
      assets,
      copies,
      deletes,
      writeUnits,
      readUnits,
      bytes,
      invalidations,
      estimatedCostUsd: costOf(totals),
    },
    warnings: [...warnings],
  };
}

function nothingDone({ id, message }: { readonly id: string; readonly message: string }) {
  return { id, action: 'none' as const, servers: [], bytes: 0, message };
}
