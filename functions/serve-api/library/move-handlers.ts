import type { moveRoutes } from '@pressroom/api/library/move-routes';
import { loadAssets } from '../../../application/assets/load-assets.ts';
import { checkAssetId } from '../../../domain/assets/asset-id.ts';
import { invalidField } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { isOutsideTrash } from '../../../domain/library/trash.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { processUntil } from './process-until.ts';
import { selectedAssets } from './selected-assets.ts';

/** Moves assets to a folder, which is made where there is none. */
async function moveAssets(
  { company, user, body }: Pick<RequestOf<'moveAssets'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'moveAssets'> {
  const { clock, deliveryDomain } = dependencies;
  const until = clock() + maxCallMs;
  const { assets, unknown } = await selectedAssets(
    company,
    body,
    (named) => loadAssets(company, named, isOutsideTrash, dependencies.assets),
    dependencies,
  );
  const settings = await dependencies.companies.getSettings(company);
  const moment = { to: body.folder, at: dependencies.now(), by: user.subject, settings };
  await dependencies.folders.ensureFolder(company, body.folder);
  const { results, remaining } = await processUntil(assets, { until, clock }, (asset) =>
    dependencies.library.move(asset, { ...moment }),
  );
  return {
    items: results.flatMap((asset) => (asset ? [toAssetResponse(asset, deliveryDomain)] : [])),
    unknown: [...unknown],
    remaining,
  };
}

/** Gives an asset another id, live where it was. */
async function renameAsset(
  { company, user, params, body }: Pick<RequestOf<'renameAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'renameAsset'> {
  const { to, redirect } = body;
  checkAssetId(to, 'to');
  if (to === params.id) {
    throw invalidField('to', 'is the id that it has');
  }
  const { asset, warnings } = await dependencies.library.rename(company, params.id, {
    to,
    redirect,
    at: dependencies.now(),
    by: user.subject,
    settings: await dependencies.companies.getSettings(company),
    until: dependencies.clock() + maxCallMs,
  });
  return { asset: toAssetResponse(asset, dependencies.deliveryDomain), warnings: [...warnings] };
}

export const moveHandlers = {
  moveAssets,
  renameAsset,
} satisfies HandlersOf<typeof moveRoutes>;
