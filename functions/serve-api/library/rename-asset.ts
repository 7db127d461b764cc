import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { FinishOptions, RenamedAsset } from '../../../application/library/rename-asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { checkNewId, type Renaming } from '../../../domain/library/rename.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from '../assets/asset-answer.ts';

export interface RenameAssetDependencies extends Pick<SettingsRecords, 'getSettings'> {
  readonly rename: (company: string, id: string, renaming: Renaming & FinishOptions) => Promise<RenamedAsset>;
  readonly deliveryDomain: string;
  readonly now: () => string;
  readonly clock: () => number;
}

/** Gives an asset another id, live where it was. */
export async function renameAsset(
  { company, user, params, body }: Pick<RequestOf<'renameAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: RenameAssetDependencies,
): ReplyOf<'renameAsset'> {
  const { to, redirect } = body;
  checkNewId(to, 'to');
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
    until: dependencies.clock() + mostCallMs,
  });
  return { asset: assetAnswer(asset, dependencies.deliveryDomain), warnings: [...warnings] };
}
