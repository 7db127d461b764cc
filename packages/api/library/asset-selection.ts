import * as z from 'zod';
import { maxScopeOfCall, maxSelectedAssets } from '../../../domain/library/limits.ts';
import { queryScope } from '../jobs/publish-options.ts';
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

/** The assets of a request on many: by their ids, or by a search. */
export const selectionOrScope = {
  assetIds: assetSelection.assetIds.optional(),
  partial: assetSelection.partial,
  scope: queryScope.optional().meta({
    description: `Instead of \`assetIds\`: every asset that a search finds, up to ${maxScopeOfCall}. For more, submit a job: \`POST /actions\``,
  }),
};

/** Whether a request names assets in one of the two ways. */
export function hasOneSelection({
  assetIds,
  scope,
}: {
  readonly assetIds?: unknown;
  readonly scope?: unknown;
}): boolean {
  return (assetIds === undefined) !== (scope === undefined);
}
/** What can refuse a scope. */
export const scopeFailures = ['scope.changed', 'scope.too-large', 'search.not-ready'] as const;

export const oneSelection = 'must have either assetIds or scope';

export const unknownIds = z.array(z.string()).meta({ description: 'With `partial`: ids that do not exist' });
