import { Failure } from '../../../domain/failure.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { mostListed } from '../../../packages/api/assets/publication-routes.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from './asset-answer.ts';
import { chooseAssets } from './choose-assets.ts';
import { previewAnswer } from './preview-answer.ts';
import { type PublishAssetsDependencies, report, resultAnswer } from './publish-assets.ts';

export type PublishAssetDependencies = PublishAssetsDependencies & { readonly deliveryDomain: string };

/** Publishes an asset at once, on every server that takes it, after all that belongs to it. */
export async function publishAsset(
  { company, user, params, body }: Pick<RequestOf<'publishAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: PublishAssetDependencies,
): ReplyOf<'publishAsset'> {
  const { id } = params;
  const until = dependencies.clock() + mostCallMs;
  const [{ found }, settings] = await Promise.all([
    chooseAssets(company, [id], false, dependencies, () => 'id'),
    dependencies.getSettings(company),
  ]);
  if (body.dryRun) {
    return previewAnswer(await dependencies.previewPublish(company, found, { settings, until, mostListed }));
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
    ...assetAnswer(asset, dependencies.deliveryDomain),
    results: [...results.values()].map(resultAnswer),
  };
}

function codeOf(outcome: string | undefined, error: unknown) {
  if (outcome === 'refused') return 'asset.not-publishable';
  if (outcome === 'not-reached') return 'publication.not-finished';
  return error === undefined ? 'asset.changed-meanwhile' : 'storage.busy';
}
