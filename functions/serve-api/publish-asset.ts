import type { AssetRecords } from '../../adapters/dynamodb/asset-records.ts';
import type { SettingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import type { Publishing, PublishResult } from '../../adapters/publication/publish-asset.ts';
import type { Asset } from '../../domain/asset/asset.ts';
import { serversFor } from '../../domain/asset/publish-state.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { assetAnswer } from './asset-answer.ts';

export interface PublishAssetDependencies
  extends Pick<AssetRecords, 'getAsset'>,
    Pick<SettingsRecords, 'getSettings'> {
  readonly publish: (
    asset: Asset,
    servers: readonly Server[],
    publishing: Publishing,
  ) => Promise<PublishResult>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Publishes an asset at once, on every server that takes it. */
export async function publishAsset(
  { company, user, params }: Pick<RequestOf<'publishAsset'>, 'company' | 'user' | 'params'>,
  dependencies: PublishAssetDependencies,
): ReplyOf<'publishAsset'> {
  const { id } = params;
  const [asset, settings] = await Promise.all([
    dependencies.getAsset(company, id),
    dependencies.getSettings(company),
  ]);
  if (!asset) throw new Failure('asset.not-found', `There is no asset ${id}`);
  const result = await dependencies.publish(asset, serversFor(asset.type, settings), {
    by: user.subject,
    at: dependencies.now(),
    settings,
  });
  if (!result.asset) throw new Failure('asset.not-found', `There is no asset ${id} any more`);
  if (result.changed)
    throw new Failure('asset.changed-meanwhile', `${id} was changed meanwhile; publish it again`);
  if (result.failed.length > 0) {
    const where = result.failed.map(({ server }) => server).join(', ');
    throw new Failure('storage.busy', `${id} could not be copied to ${where}; try again`, {
      cause: result.failed[0]?.error,
    });
  }
  return assetAnswer(result.asset, dependencies.deliveryDomain);
}
