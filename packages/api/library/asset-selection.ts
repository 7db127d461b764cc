import * as z from 'zod';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import { assetId } from '../values.ts';

/** Of a route that works on many: it ends before API Gateway does. */
export const remaining = z.boolean().meta({
  description: 'The time was up before all was done: make the same call again until this is false',
});

export const assetSelection = {
  assetIds: z
    .array(assetId)
    .min(1, 'must name at least one asset')
    .max(maxSelectedAssets, `must name at most ${maxSelectedAssets} assets`)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name an asset twice')
    .meta({ description: 'Ids of assets' }),
  partial: z.boolean().default(false).meta({
    description: 'Do what can be done where some of the assets do not exist; else nothing is done then',
  }),
};

export const unknownIds = z.array(z.string()).meta({ description: 'With `partial`: ids that do not exist' });
