import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { isInTrash } from '../../../domain/library/trash.ts';

/** Assets that are worked on side by side. */
const atATime = 25;

/** The assets that a call names, and the ids that do not exist. Without `partial`, an unknown id refuses the call. */
export interface LoadedAssets {
  readonly assets: readonly Asset[];
  readonly unknown: readonly string[];
}

/**
 * Reads the assets that a call names, consistently.
 * @param isEligible what counts as existing for it
 * @throws Failure `asset.not-found` that lists every unknown id, unless `partial`
 */
export async function loadSelectedAssets(
  company: string,
  { assetIds, partial }: { readonly assetIds: readonly string[]; readonly partial: boolean },
  isEligible: (asset: Asset) => boolean,
  { getAssets }: Pick<AssetStore, 'getAssets'>,
): Promise<LoadedAssets> {
  const found = await getAssets(company, assetIds, { consistent: true });
  const assets = assetIds.flatMap((id) => {
    const asset = found.get(id);
    return asset && isEligible(asset) ? [asset] : [];
  });
  const known = new Set(assets.map(({ id }) => id));
  const unknown = assetIds.filter((id) => !known.has(id));
  if (unknown.length === 0 || partial) return { assets, unknown };
  const details = assetIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ field: `assetIds[${index}]`, message: whyNotEligible(id, found.get(id)) }],
  );
  const more = details.length === 1 ? '' : `, and ${details.length - 1} more`;
  throw new Failure('asset.not-found', `${details[0]?.message}${more}; nothing was done`, { details });
}

function whyNotEligible(id: string, asset: Asset | undefined): string {
  if (!asset) return `There is no asset ${id}`;
  const { trashed } = asset;
  if (trashed?.renamedTo !== undefined) return `${id} is ${trashed.renamedTo} now`;
  if (isInTrash(asset)) return `${id} is in the trash; restore it first`;
  return trashed ? `${id} is being deleted` : `${id} is not in the trash`;
}

/**
 * Works on items side by side until the time is up; what is under way then is ended.
 * @returns the results so far, and whether items are left
 */
export async function processUntil<Item, Result>(
  items: readonly Item[],
  { until, clock }: { readonly until: number; readonly clock: () => number },
  work: (item: Item) => Promise<Result>,
): Promise<{ results: Result[]; remaining: boolean }> {
  let remaining = false;
  const results = await inParallel(items, atATime, async (item): Promise<Result[]> => {
    if (clock() >= until) {
      remaining = true;
      return [];
    }
    return [await work(item)];
  });
  return { results: results.flat(), remaining };
}
