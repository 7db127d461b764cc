import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from './asset-answer.ts';

export type ReadAssetDependencies = Pick<AssetRecords, 'getAsset'> & { readonly deliveryDomain: string };

export async function readAsset(
  { company, params }: Pick<RequestOf<'readAsset'>, 'company' | 'params'>,
  { getAsset, deliveryDomain }: ReadAssetDependencies,
): ReplyOf<'readAsset'> {
  const asset = await getAsset(company, params.id);
  if (!asset) throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  const { renamedTo } = asset.trashed ?? {};
  if (renamedTo !== undefined) throw new Failure('asset.not-found', `${params.id} is ${renamedTo} now`);
  return assetAnswer(asset, deliveryDomain);
}
