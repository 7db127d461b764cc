import type { AssetRecords } from '../../adapters/dynamodb/asset-records.ts';
import type { SettingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import type { Asset } from '../../domain/asset/asset.ts';
import type { CompanySettings } from '../../domain/company/settings.ts';
import { cacheTag } from '../../domain/delivery/cache-tag.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { assetAnswer } from './asset-answer.ts';

export interface UnpublishAssetDependencies
  extends Pick<AssetRecords, 'getAsset'>,
    Pick<SettingsRecords, 'getSettings'> {
  readonly withdraw: (
    asset: Asset,
    withdrawal: { by: string; at: string; settings: CompanySettings },
  ) => Promise<{ asset: Asset; withdrawn: Server[] }>;
  /** Has the CDN forget what was withdrawn. */
  readonly flush: (withdrawn: { company: string; ids: string[]; tags: string[] }) => Promise<void>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Withdraws an asset from all servers, and flushes it from the CDN unasked: what is withdrawn shall be gone. */
export async function unpublishAsset(
  { company, user, params }: Pick<RequestOf<'unpublishAsset'>, 'company' | 'user' | 'params'>,
  dependencies: UnpublishAssetDependencies,
): ReplyOf<'unpublishAsset'> {
  const { id } = params;
  const [asset, settings] = await Promise.all([
    dependencies.getAsset(company, id),
    dependencies.getSettings(company),
  ]);
  if (!asset) throw new Failure('asset.not-found', `There is no asset ${id}`);
  const result = await dependencies.withdraw(asset, { by: user.subject, at: dependencies.now(), settings });
  // A held one may have been withdrawn by a call that died before its flush.
  if (result.withdrawn.length > 0 || asset.intent === 'held') {
    await dependencies.flush({ company, ids: [id], tags: [cacheTag(company, id)] });
  }
  return assetAnswer(result.asset, dependencies.deliveryDomain);
}
