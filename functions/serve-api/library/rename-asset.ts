import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { FinishOptions, RenamedAsset } from '../../../application/library/rename-asset.ts';
import { checkAssetId } from '../../../domain/assets/asset-id.ts';
import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import type { Renaming } from '../../../domain/library/rename.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface RenameAssetDependencies extends Pick<SettingsStore, 'getSettings'> {
  readonly rename: (company: string, id: string, renaming: Renaming & FinishOptions) => Promise<RenamedAsset>;
  readonly deliveryDomain: string;
  readonly now: () => string;
  readonly clock: () => number;
}

/** Gives an asset another id, live where it was. */
export async function renameAsset(
  { company, user, params, body }: Pick<RequestOf<'renameAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: RenameAssetDependencies,
): PromisedResponse<'renameAsset'> {
  const { to, redirect } = body;
  checkAssetId(to, 'to');
  if (to === params.id) {
    const message = 'is the id that it has';
    throw new Failure('request.invalid', `to: ${message}`, { details: [{ field: 'to', message }] });
  }
  const { asset, warnings } = await dependencies.rename(company, params.id, {
    to,
    redirect,
    at: dependencies.now(),
    by: user.subject,
    settings: await dependencies.getSettings(company),
    until: dependencies.clock() + maxCallMs,
  });
  return { asset: toAssetResponse(asset, dependencies.deliveryDomain), warnings: [...warnings] };
}
