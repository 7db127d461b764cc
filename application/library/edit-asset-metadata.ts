import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { MetadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { Failure } from '../../domain/failure.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';

/**
 * Edits the metadata of one asset of many, as it is now. Called by serve-api and run-action.
 *
 * Costs: those of `recordMetadata`, nothing if the edit changes nothing.
 * @param first the record as it was read with the others
 * @param edit returns the same object if it changes nothing
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.changed-meanwhile`, `request.invalid`
 */
export async function editAssetMetadata(
  { company, id }: Pick<Asset, 'company' | 'id'>,
  first: Asset | undefined,
  edit: (asset: Asset) => Asset,
  { getAsset, recordMetadata }: Pick<AssetStore, 'getAsset'> & MetadataStore,
): Promise<{ readonly outcome: 'changed' | 'unchanged'; readonly asset: Asset }> {
  return untilUnchanged(
    async (attempt) => {
      const before = attempt === 1 ? first : await getAsset(company, id);
      if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
      if (before.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
      const after = edit(before);
      if (after === before) return { outcome: 'unchanged', asset: before };
      return (await recordMetadata(before, after)) ? { outcome: 'changed', asset: after } : changedMeanwhile;
    },
    () => keepsChanging(id),
  );
}
