import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { whyTrashed } from '../../../domain/assets/publish-step.ts';
import { Failure, type FailureDetail } from '../../../domain/failure.ts';

export interface SelectedAssets {
  /** In the order in which they were named. */
  readonly found: readonly Asset[];
  readonly unknown: readonly string[];
}

/**
 * The assets that a call names, each once.
 * @param partial whether those that can be had will do
 * @param fieldOf where an id stands in the request
 * @throws Failure `asset.not-found`, `asset.trashed`; each names all
 */
export async function selectAssets(
  company: string,
  ids: readonly string[],
  partial: boolean,
  { getAssets }: Pick<AssetStore, 'getAssets'>,
  fieldOf = (index: number) => `assetIds[${index}]`,
): Promise<SelectedAssets> {
  const assets = await getAssets(company, ids, { consistent: true });
  const found: Asset[] = [];
  const missing: FailureDetail[] = [];
  const trashed: FailureDetail[] = [];
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const field = fieldOf(index);
    const asset = assets.get(id);
    if (!asset) missing.push({ field, message: `There is no asset ${id}` });
    else found.push(asset);
    if (asset?.trashed) trashed.push({ field, message: `${id}: ${whyTrashed(asset.trashed)}` });
  }
  if (!partial) {
    refuse('asset.not-found', missing);
    refuse('asset.trashed', trashed);
  }
  return { found, unknown: [...seen].filter((id) => !assets.has(id)) };
}

function refuse(code: 'asset.not-found' | 'asset.trashed', details: readonly FailureDetail[]): void {
  const [first] = details;
  if (!first) return;
  const more = details.length === 1 ? '' : `, and ${details.length - 1} more`;
  throw new Failure(code, `${first.message}${more}`, { details });
}
