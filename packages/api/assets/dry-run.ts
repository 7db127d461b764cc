import * as z from 'zod';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { count } from '../values.ts';

export const dryRun = z
  .boolean()
  .default(false)
  .meta({ description: 'Change nothing. The response says what would be done and what it would cost' });

/** Assets that the answer to a dry run lists. At 120 bytes each a megabyte: a function may answer 6. */
export const maxListed = 10_000;

export const dryRunResponse = z
  .strictObject({
    dryRun: z.literal(true),
    complete: z.boolean().meta({ description: 'False if the time was up before every asset was read' }),
    assets: z
      .array(
        z.strictObject({
          id: z.string(),
          type: z.enum(assetTypes).optional(),
          action: z.enum(['publish', 'withdraw', 'mark', 'hold', 'none', 'refuse']),
          servers: z.array(z.enum(servers)),
          bytes: count,
          message: z.string().optional().meta({ description: 'Why nothing would be done' }),
        }),
      )
      .meta({ description: `In the order of the work, at most ${maxListed}` }),
    leftOut: count.meta({ description: 'Assets that are counted but not listed' }),
    totals: z.strictObject({
      assets: count.meta({ description: 'Assets that would change' }),
      copies: count,
      deletes: count,
      writeUnits: count,
      readUnits: count,
      bytes: count,
      invalidations: count,
      estimatedCostUsd: z.number().min(0).meta({ description: 'From list prices in us-east-1' }),
    }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'DryRun' });
