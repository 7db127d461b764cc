import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxListed } from '../../../packages/api/assets/publication-routes.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toAssetResponse } from './asset-response.ts';
import { toDryRunResponse } from './dry-run-response.ts';
import { selectAssets } from './select-assets.ts';
import type { UnpublishAssetsDependencies } from './unpublish-assets.ts';

export type UnpublishAssetDependencies = UnpublishAssetsDependencies & { readonly deliveryDomain: string };

/** Withdraws an asset from all servers, and flushes it from the CDN unasked: what is withdrawn shall be gone. */
export async function unpublishAsset(
  { company, user, params, body }: Pick<RequestOf<'unpublishAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: UnpublishAssetDependencies,
): PromisedResponse<'unpublishAsset'> {
  const { id } = params;
  const until = dependencies.clock() + maxCallMs;
  const [{ found }, settings] = await Promise.all([
    selectAssets(company, [id], false, dependencies, () => 'id'),
    dependencies.getSettings(company),
  ]);
  if (body.dryRun) {
    const preview = dependencies.previewWithdrawal(company, found, { settings, maxListed });
    const wasLive = preview.items.some(({ action }) => action === 'withdraw');
    return toDryRunResponse(preview, [], wasLive ? await dependencies.incompleteSets(company, [id]) : []);
  }
  const results = await dependencies.withdrawAssets(company, found, { by: user.subject, settings, until });
  const result = results.get(id);
  if (!result?.asset) {
    if (result?.error instanceof Failure) throw result.error;
    throw new Failure('storage.busy', `${id} could not be withdrawn; try again`, { cause: result?.error });
  }
  return {
    ...toAssetResponse(result.asset, dependencies.deliveryDomain),
    warnings: result.outcome === 'unpublished' ? await dependencies.incompleteSets(company, [id]) : [],
  };
}
