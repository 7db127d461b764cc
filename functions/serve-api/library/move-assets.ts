import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { FolderRecords } from '../../../adapters/dynamodb/library/folder-records.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { isThere } from '../../../domain/library/trash.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from '../assets/asset-answer.ts';
import { readChosen, workUntil } from '../assets/chosen-assets.ts';
import type { MoveFolderDependencies } from './move-folder.ts';

export interface MoveAssetsDependencies
  extends Pick<AssetRecords, 'getAssets'>,
    Pick<FolderRecords, 'keepFolder'>,
    Pick<SettingsRecords, 'getSettings'>,
    Pick<MoveFolderDependencies, 'move' | 'clock' | 'now'> {
  readonly deliveryDomain: string;
}

/** Moves assets to a folder, which is made where there is none. */
export async function moveAssets(
  { company, user, body }: Pick<RequestOf<'moveAssets'>, 'company' | 'user' | 'body'>,
  dependencies: MoveAssetsDependencies,
): ReplyOf<'moveAssets'> {
  const { clock, deliveryDomain } = dependencies;
  const until = clock() + mostCallMs;
  const { assets, unknown } = await readChosen(company, body, isThere, dependencies);
  const settings = await dependencies.getSettings(company);
  const moment = { to: body.folder, at: dependencies.now(), by: user.subject, settings };
  await dependencies.keepFolder(company, body.folder);
  const { results, remaining } = await workUntil(assets, { until, clock }, (asset) =>
    dependencies.move(asset, { ...moment }),
  );
  return {
    items: results.flatMap((asset) => (asset ? [assetAnswer(asset, deliveryDomain)] : [])),
    unknown: [...unknown],
    remaining,
  };
}
