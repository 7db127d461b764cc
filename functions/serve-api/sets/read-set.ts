import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { SetFiles } from '../../../adapters/s3/set-files.ts';
import { holesOf } from '../../../application/sets/save-set.ts';
import { isPublished, isSetType } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { holderOf } from '../../../domain/sets/built-asset.ts';
import { assetsOfSet } from '../../../domain/sets/set-record.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { setAnswer } from './set-answer.ts';

export type ReadSetDependencies = Pick<AssetRecords, 'getAsset' | 'getAssets'> &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<SettingsRecords, 'getSettings'> & { readonly deliveryDomain: string };

/** A set with its members, also in the trash; of a live one, what visitors do not find of it. */
export async function readSet(
  { company, params }: Pick<RequestOf<'readSet'>, 'company' | 'params'>,
  { getAsset, getAssets, readSetRecord, getSettings, deliveryDomain }: ReadSetDependencies,
): ReplyOf<'readSet'> {
  const [asset, settings] = await Promise.all([getAsset(company, params.id), getSettings(company)]);
  if (!asset) throw new Failure('asset.not-found', `There is no set ${params.id}`);
  if (asset.trashed?.renamedTo !== undefined) throw new Failure('asset.not-found', holderOf(asset));
  if (!isSetType(asset.type)) throw new Failure('asset.not-found', `${holderOf(asset)}, and no set`);
  const record = await readSetRecord(asset);
  const members = await getAssets(company, assetsOfSet(record), { consistent: true });
  const warnings = isPublished(asset) ? holesOf(record, members, settings) : [];
  return setAnswer({ asset, record, members, warnings }, deliveryDomain);
}
