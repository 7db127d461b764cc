import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { SetFiles } from '../../../adapters/s3/set-files.ts';
import { missingMembers } from '../../../application/sets/save-set.ts';
import { isPublished, isSetType } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { holderOf } from '../../../domain/sets/built-asset.ts';
import { assetsOfSet } from '../../../domain/sets/set-record.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toSetResponse } from './set-response.ts';

export type ReadSetDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<SettingsStore, 'getSettings'> & { readonly deliveryDomain: string };

/** A set with its members, also in the trash; of a live one, what visitors do not find of it. */
export async function readSet(
  { company, params }: Pick<RequestOf<'readSet'>, 'company' | 'params'>,
  { getAsset, getAssets, readSetRecord, getSettings, deliveryDomain }: ReadSetDependencies,
): PromisedResponse<'readSet'> {
  const [asset, settings] = await Promise.all([getAsset(company, params.id), getSettings(company)]);
  if (!asset) throw new Failure('asset.not-found', `There is no set ${params.id}`);
  if (asset.trashed?.renamedTo !== undefined) throw new Failure('asset.not-found', holderOf(asset));
  if (!isSetType(asset.type)) throw new Failure('asset.not-found', `${holderOf(asset)}, and no set`);
  const record = await readSetRecord(asset);
  const members = await getAssets(company, assetsOfSet(record), { consistent: true });
  const warnings = isPublished(asset) ? missingMembers(record, members, settings) : [];
  return toSetResponse({ asset, record, members, warnings }, deliveryDomain);
}
