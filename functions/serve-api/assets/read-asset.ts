import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { Failure } from '../../../domain/failure.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toAssetResponse } from './asset-response.ts';

export type ReadAssetDependencies = Pick<AssetStore, 'getAsset'> & { readonly deliveryDomain: string };

export async function readAsset(
  { company, params }: Pick<RequestOf<'readAsset'>, 'company' | 'params'>,
  { getAsset, deliveryDomain }: ReadAssetDependencies,
): PromisedResponse<'readAsset'> {
  const asset = await getAsset(company, params.id);
  if (!asset) throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  const { renamedTo } = asset.trashed ?? {};
  if (renamedTo !== undefined) throw new Failure('asset.not-found', `${params.id} is ${renamedTo} now`);
  return toAssetResponse(asset, deliveryDomain);
}
