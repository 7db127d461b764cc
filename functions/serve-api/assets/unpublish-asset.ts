import { Failure } from '../../../domain/failure.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { mostListed } from '../../../packages/api/assets/publication-routes.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from './asset-answer.ts';
import { chooseAssets } from './choose-assets.ts';
import { previewAnswer } from './preview-answer.ts';
import type { UnpublishAssetsDependencies } from './unpublish-assets.ts';

export type UnpublishAssetDependencies = UnpublishAssetsDependencies & { readonly deliveryDomain: string };

/** Withdraws an asset from all servers, and flushes it from the CDN unasked: what is withdrawn shall be gone. */
export async function unpublishAsset(
  { company, user, params, body }: Pick<RequestOf<'unpublishAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: UnpublishAssetDependencies,
): ReplyOf<'unpublishAsset'> {
  const { id } = params;
  const until = dependencies.clock() + mostCallMs;
  const [{ found }, settings] = await Promise.all([
    chooseAssets(company, [id], false, dependencies, () => 'id'),
    dependencies.getSettings(company),
  ]);
  if (body.dryRun) {
    const preview = dependencies.previewWithdrawal(company, found, { settings, mostListed });
    const wasLive = preview.items.some(({ action }) => action === 'withdraw');
    return previewAnswer(preview, [], wasLive ? await dependencies.brokenSets(company, [id]) : []);
  }
  const results = await dependencies.withdrawAssets(company, found, { by: user.subject, settings, until });
  const result = results.get(id);
  if (!result?.asset) {
    if (result?.error instanceof Failure) throw result.error;
    throw new Failure('storage.busy', `${id} could not be withdrawn; try again`, { cause: result?.error });
  }
  return {
    ...assetAnswer(result.asset, dependencies.deliveryDomain),
    warnings: result.outcome === 'unpublished' ? await dependencies.brokenSets(company, [id]) : [],
  };
}
