import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import { flushInBatches } from '../../../application/library/flush-in-batches.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { isThere } from '../../../domain/library/trash.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from '../assets/asset-answer.ts';
import { readChosen, workUntil } from '../assets/chosen-assets.ts';
import type { DeleteFolderDependencies } from './delete-folder.ts';

export interface TrashAssetsDependencies
  extends Pick<AssetRecords, 'getAsset' | 'getAssets'>,
    Pick<SettingsRecords, 'getSettings'>,
    Pick<DeleteFolderDependencies, 'trash' | 'holesLeftBy' | 'flush' | 'now' | 'clock'> {
  readonly deliveryDomain: string;
}

/** Puts one asset into the trash. What is derived from it goes with it. */
export async function trashAsset(
  { company, user, params }: Pick<RequestOf<'trashAsset'>, 'company' | 'user' | 'params'>,
  dependencies: TrashAssetsDependencies,
): ReplyOf<'trashAsset'> {
  const asset = await dependencies.getAsset(company, params.id);
  if (!asset || asset.trashed?.renamedTo !== undefined) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const settings = await dependencies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const { trashed, withdrawn } = await dependencies.trash(asset, trashing);
  await flushInBatches(company, [...withdrawn, ...flushedPerhaps([asset])], dependencies.flush);
  const after = trashed.find(({ id }) => id === asset.id) ?? (await dependencies.getAsset(company, asset.id));
  if (!after) throw new Failure('asset.not-found', `There is no asset ${params.id} any more`);
  return {
    asset: assetAnswer(after, dependencies.deliveryDomain),
    derived: trashed.filter(({ id }) => id !== asset.id).map(({ id }) => id),
    warnings: await dependencies.holesLeftBy(trashed),
  };
}

/** Puts assets into the trash. */
export async function trashAssets(
  { company, user, body }: Pick<RequestOf<'trashAssets'>, 'company' | 'user' | 'body'>,
  dependencies: TrashAssetsDependencies,
): ReplyOf<'trashAssets'> {
  const { clock } = dependencies;
  const until = clock() + mostCallMs;
  const isNoFormerId = ({ trashed }: { trashed?: { renamedTo?: string } }) =>
    trashed?.renamedTo === undefined;
  const { assets, unknown } = await readChosen(company, body, isNoFormerId, dependencies);
  const settings = await dependencies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const withdrawn: string[] = [];
  try {
    const { results, remaining } = await workUntil(
      assets.filter(isThere),
      { until, clock },
      async (asset) => {
        const result = await dependencies.trash(asset, trashing);
        withdrawn.push(...result.withdrawn);
        return result.trashed;
      },
    );
    const trashed = results.flat();
    return {
      trashed: trashed.map(({ id }) => id),
      warnings: await dependencies.holesLeftBy(trashed),
      unknown: [...unknown],
      remaining,
    };
  } finally {
    // Also of what was done before something failed.
    await flushInBatches(company, [...withdrawn, ...flushedPerhaps(assets)], dependencies.flush);
  }
}

/** What was in the trash before may have been put there by a call that died before its flush. */
function flushedPerhaps(assets: readonly Asset[]): string[] {
  return assets.flatMap(({ id, trashed, wasPublished, redirectsFrom = [] }) =>
    trashed && wasPublished !== undefined ? [id, ...redirectsFrom] : [],
  );
}
