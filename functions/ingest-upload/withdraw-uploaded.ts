import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { possibleObjects, stateAfter } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';

/**
 * Takes off all servers an asset that an upload took back (DOMAIN.md: a re-upload is as a new upload where the company
 * retains no publish state), and has the CDN forget it. Unlike one unpublished by hand it is not held: the next job may take it.
 * @returns false, with the record as it was, if somebody changed the asset meanwhile
 */
export async function withdrawUploaded(
  asset: Asset,
  { by, at, settings }: { readonly by: string; readonly at: string; readonly settings: CompanySettings },
  dependencies: Pick<PublishDependencies, 'recordWithdrawal' | 'deleteFromOrigin' | 'invalidateAssets'>,
): Promise<boolean> {
  await Promise.all(possibleObjects(asset, settings).map(dependencies.deleteFromOrigin));
  // Before the record, by which a second call would see nothing to withdraw.
  if (isPublished(asset)) await dependencies.invalidateAssets(asset.company, [asset.id]);
  return dependencies.recordWithdrawal(
    asset,
    { ...asset, publications: {}, stateAt: stateAfter(asset, at) },
    settings,
    { by, at },
  );
}
