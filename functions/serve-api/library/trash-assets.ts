import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { isOutsideTrash } from '../../../domain/library/trash.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import { loadSelectedAssets, processUntil } from '../assets/load-selected-assets.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import type { DeleteFolderDependencies } from './delete-folder.ts';

export interface TrashAssetsDependencies
  extends Pick<AssetStore, 'getAsset' | 'getAssets'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<DeleteFolderDependencies, 'trash' | 'setsLeftIncomplete' | 'invalidateAssets' | 'now' | 'clock'> {
  readonly deliveryDomain: string;
}

/** Puts one asset into the trash. What is derived from it goes with it. */
export async function trashAsset(
  { company, user, params }: Pick<RequestOf<'trashAsset'>, 'company' | 'user' | 'params'>,
  dependencies: TrashAssetsDependencies,
): PromisedResponse<'trashAsset'> {
  const asset = await dependencies.getAsset(company, params.id);
  if (!asset || asset.trashed?.renamedTo !== undefined) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const settings = await dependencies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const { trashed, wasLive } = await dependencies.trash(asset, trashing);
  await dependencies.invalidateAssets(company, [...wasLive, ...idsToInvalidateAgain([asset])]);
  const after = trashed.find(({ id }) => id === asset.id) ?? (await dependencies.getAsset(company, asset.id));
  if (!after) throw new Failure('asset.not-found', `There is no asset ${params.id} any more`);
  return {
    asset: toAssetResponse(after, dependencies.deliveryDomain),
    derived: trashed.filter(({ id }) => id !== asset.id).map(({ id }) => id),
    warnings: await dependencies.setsLeftIncomplete(trashed),
  };
}

/** Puts assets into the trash. */
export async function trashAssets(
  { company, user, body }: Pick<RequestOf<'trashAssets'>, 'company' | 'user' | 'body'>,
  dependencies: TrashAssetsDependencies,
): PromisedResponse<'trashAssets'> {
  const { clock } = dependencies;
  const until = clock() + maxCallMs;
  const isNoFormerId = ({ trashed }: { trashed?: { renamedTo?: string } }) =>
    trashed?.renamedTo === undefined;
  const { assets, unknown } = await loadSelectedAssets(company, body, isNoFormerId, dependencies);
  const settings = await dependencies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const withdrawn: string[] = [];
  try {
    const { results, remaining } = await processUntil(
      assets.filter(isOutsideTrash),
      { until, clock },
      async (asset) => {
        const result = await dependencies.trash(asset, trashing);
        withdrawn.push(...result.wasLive);
        return result.trashed;
      },
    );
    const trashed = results.flat();
    return {
      trashed: trashed.map(({ id }) => id),
      warnings: await dependencies.setsLeftIncomplete(trashed),
      unknown: [...unknown],
      remaining,
    };
  } finally {
    // Also of what was done before something failed.
    await dependencies.invalidateAssets(company, [...withdrawn, ...idsToInvalidateAgain(assets)]);
  }
}

/** What was in the trash before may have been put there by a call that died before its flush. */
function idsToInvalidateAgain(assets: readonly Asset[]): string[] {
  return assets.flatMap(({ id, trashed, lastPublishedAt, redirectsFrom = [] }) =>
    trashed && lastPublishedAt !== undefined ? [id, ...redirectsFrom] : [],
  );
}
