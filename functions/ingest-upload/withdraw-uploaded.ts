import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { possibleObjects, stateAfter } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';

/**
 * Withdraws an asset from all servers after a re-upload, and invalidates it: if the company retains no publish state, a
 * re-upload counts as a new upload. Unlike an asset that was unpublished by hand it is not held, so the next job may publish
 * it. Called by ingest-upload.
 *
 * Costs: free DELETEs, an SQS request, 1 write unit for the record, 1 for the pending index, 1 for each server's history.
 * @returns false, with the record unchanged, if the asset was changed meanwhile
 */
export async function withdrawUploaded(
  asset: Asset,
  { by, at, settings }: { readonly by: string; readonly at: string; readonly settings: CompanySettings },
  dependencies: Pick<PublishDependencies, 'recordWithdrawal' | 'deleteFromOrigin' | 'invalidateAssets'>,
): Promise<boolean> {
  await Promise.all(possibleObjects(asset, settings).map(dependencies.deleteFromOrigin));
  // Before the record, because with the new record a second call would see nothing to withdraw.
  if (isPublished(asset)) await dependencies.invalidateAssets(asset.company, [asset.id]);
  return dependencies.recordWithdrawal(
    asset,
    { ...asset, publications: {}, stateAt: stateAfter(asset, at) },
    settings,
    { by, at },
  );
}
