import * as z from 'zod';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import { assetId } from '../values.ts';

/** Of a route that works on many: it ends before API Gateway does. */
export const remaining = z.boolean().meta({
  description: 'Whether the time was up before everything was done. Repeat the same call until this is false',
});

export const assetSelection = {
  assetIds: z
    .array(assetId)
    .min(1, 'must name at least one asset')
    .max(maxSelectedAssets, `must name at most ${maxSelectedAssets} assets`)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name an asset twice')
    .meta({ description: 'Ids of assets' }),
  partial: z.boolean().default(false).meta({
    description: 'Process the assets that exist. Without it, one unknown id refuses the whole request',
  }),
};

export const unknownIds = z.array(z.string()).meta({ description: 'With `partial`: ids that do not exist' });
