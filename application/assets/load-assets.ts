import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { whyTrashed } from '../../domain/assets/publish-step.ts';
import { Failure, type FailureDetail } from '../../domain/failure.ts';
import { isInTrash } from '../../domain/library/trash.ts';

export interface AssetSelection {
  /** An id that is repeated counts once. */
  readonly assetIds: readonly string[];
  /** Whether the request also accepts a part of the assets. Otherwise it is refused. */
  readonly partial: boolean;
}

export interface LoadedAssets {
  /** In the order of the request. */
  readonly assets: readonly Asset[];
  /** Ids that do not exist for the request. */
  readonly unknown: readonly string[];
}

/**
 * Reads the assets that a request names, consistently. Called by serve-api for requests of the library. Costs: 1 read unit
 * for each asset.
 * @param exists whether an asset exists for this request, for example only outside the trash
 * @throws Failure `asset.not-found` that lists every unknown id, unless `partial`
 */
export async function loadAssets(
  company: string,
  selection: AssetSelection,
  exists: (asset: Asset) => boolean,
  dependencies: Pick<AssetStore, 'getAssets'>,
): Promise<LoadedAssets> {
  const { loaded, missing } = await load(company, selection.assetIds, exists, dependencies);
  if (!selection.partial) refuse('asset.not-found', missing, '; nothing was done');
  return loaded;
}

/**
 * Reads the assets that a request wants to publish or to withdraw, consistently. Called by serve-api. Assets in the trash
 * exist for such a request, but it is refused because of them. Costs: 1 read unit for each asset.
 * @param fieldOf the field of the request with an id, by the id's index
 * @throws Failure `asset.not-found`, `asset.trashed`, each with all ids concerned, unless `partial`
 */
export async function loadAssetsToPublish(
  company: string,
  selection: AssetSelection,
  dependencies: Pick<AssetStore, 'getAssets'>,
  fieldOf = fieldOfIndex,
): Promise<LoadedAssets> {
  const { loaded, missing } = await load(company, selection.assetIds, () => true, dependencies, fieldOf);
  if (!selection.partial) {
    refuse('asset.not-found', missing);
    const trashed = loaded.assets.flatMap(({ id, trashed }) =>
      trashed
        ? [{ field: fieldOf(selection.assetIds.indexOf(id)), message: `${id}: ${whyTrashed(trashed)}` }]
        : [],
    );
    refuse('asset.trashed', trashed);
  }
  return loaded;
}

function fieldOfIndex(index: number): string {
  return `assetIds[${index}]`;
}

async function load(
  company: string,
  assetIds: readonly string[],
  exists: (asset: Asset) => boolean,
  { getAssets }: Pick<AssetStore, 'getAssets'>,
  fieldOf = fieldOfIndex,
): Promise<{ loaded: LoadedAssets; missing: readonly FailureDetail[] }> {
  const found = await getAssets(company, assetIds, { consistent: true });
  const assets: Asset[] = [];
  const unknown: string[] = [];
  const missing: FailureDetail[] = [];
  for (const id of new Set(assetIds)) {
    const asset = found.get(id);
    if (asset && exists(asset)) {
      assets.push(asset);
      continue;
    }
    unknown.push(id);
    missing.push({ field: fieldOf(assetIds.indexOf(id)), message: whyMissing(id, asset) });
  }
  return { loaded: { assets, unknown }, missing };
}

function whyMissing(id: string, asset: Asset | undefined): string {
  if (!asset) return `There is no asset ${id}`;
  const { trashed } = asset;
  if (trashed?.renamedTo !== undefined) return `${id} is ${trashed.renamedTo} now`;
  if (isInTrash(asset)) return `${id} is in the trash; restore it first`;
  return trashed ? `${id} is being deleted` : `${id} is not in the trash`;
}

function refuse(
  code: 'asset.not-found' | 'asset.trashed',
  details: readonly FailureDetail[],
  end = '',
): void {
  const [first] = details;
  if (!first) return;
  const more = details.length === 1 ? '' : `, and ${details.length - 1} more`;
  throw new Failure(code, `${first.message}${more}${end}`, { details });
}
