import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { FolderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { isOutsideTrash } from '../../../domain/library/trash.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import { loadSelectedAssets, processUntil } from '../assets/load-selected-assets.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import type { MoveFolderDependencies } from './move-folder.ts';

export interface MoveAssetsDependencies
  extends Pick<AssetStore, 'getAssets'>,
    Pick<FolderStore, 'ensureFolder'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<MoveFolderDependencies, 'move' | 'clock' | 'now'> {
  readonly deliveryDomain: string;
}

/** Moves assets to a folder, which is made where there is none. */
export async function moveAssets(
  { company, user, body }: Pick<RequestOf<'moveAssets'>, 'company' | 'user' | 'body'>,
  dependencies: MoveAssetsDependencies,
): PromisedResponse<'moveAssets'> {
  const { clock, deliveryDomain } = dependencies;
  const until = clock() + maxCallMs;
  const { assets, unknown } = await loadSelectedAssets(company, body, isOutsideTrash, dependencies);
  const settings = await dependencies.getSettings(company);
  const moment = { to: body.folder, at: dependencies.now(), by: user.subject, settings };
  await dependencies.ensureFolder(company, body.folder);
  const { results, remaining } = await processUntil(assets, { until, clock }, (asset) =>
    dependencies.move(asset, { ...moment }),
  );
  return {
    items: results.flatMap((asset) => (asset ? [toAssetResponse(asset, deliveryDomain)] : [])),
    unknown: [...unknown],
    remaining,
  };
}
