import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxListed } from '../../../packages/api/assets/publication-routes.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toAssetResponse } from './asset-response.ts';
import { toDryRunResponse } from './dry-run-response.ts';
import { type PublishAssetsDependencies, report, toResultResponse } from './publish-assets.ts';
import { selectAssets } from './select-assets.ts';

export type PublishAssetDependencies = PublishAssetsDependencies & { readonly deliveryDomain: string };

/** Publishes an asset at once, on every server that takes it, after all that belongs to it. */
export async function publishAsset(
  { company, user, params, body }: Pick<RequestOf<'publishAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: PublishAssetDependencies,
): PromisedResponse<'publishAsset'> {
  const { id } = params;
  const until = dependencies.clock() + maxCallMs;
  const [{ found }, settings] = await Promise.all([
    selectAssets(company, [id], false, dependencies, () => 'id'),
    dependencies.getSettings(company),
  ]);
  if (body.dryRun) {
    return toDryRunResponse(
      await dependencies.previewPublish(company, found, { settings, until, maxListed }),
    );
  }
  const results = await dependencies.publishClosures(company, found, { by: user.subject, settings, until });
  report(results.values(), dependencies);
  const own = results.get(id);
  const asset = own?.asset;
  const live = own?.outcome === 'published' || own?.outcome === 'already-live';
  if (!own || !asset || !live) {
    const details = [...results.values()]
      .filter(({ outcome }) => outcome !== 'published' && outcome !== 'already-live')
      .map((result) => ({ field: result.id, message: result.message }));
    throw new Failure(codeOf(own?.outcome, own?.error), `${id}: ${own?.message}`, {
      details,
      cause: own?.error,
    });
  }
  return {
    ...toAssetResponse(asset, dependencies.deliveryDomain),
    results: [...results.values()].map(toResultResponse),
  };
}

function codeOf(outcome: string | undefined, error: unknown) {
  if (outcome === 'refused') return 'asset.not-publishable';
  if (outcome === 'not-reached') return 'publication.not-finished';
  return error === undefined ? 'asset.changed-meanwhile' : 'storage.busy';
}
