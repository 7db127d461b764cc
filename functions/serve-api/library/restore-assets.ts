import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { Republishing, Restoring } from '../../../application/library/restore-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { isInTrash, isOutsideTrash } from '../../../domain/library/trash.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import { loadSelectedAssets, processUntil } from '../assets/load-selected-assets.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface RestoreAssetsDependencies
  extends Pick<AssetStore, 'getAssets'>,
    Pick<SettingsStore, 'getSettings'> {
  readonly restore: (asset: Asset, restoring: Restoring) => Promise<Asset[]>;
  readonly republish: (
    assets: readonly Asset[],
    republishing: Republishing,
  ) => Promise<{ assets: Map<string, Asset>; problems: string[]; remaining: boolean }>;
  readonly deliveryDomain: string;
  readonly now: () => string;
  readonly clock: () => number;
}

/** Brings assets back from the trash; then what is wanted live goes live, sets after what they show. */
export async function restoreAssets(
  { company, user, body }: Pick<RequestOf<'restoreAssets'>, 'company' | 'user' | 'body'>,
  dependencies: RestoreAssetsDependencies,
): PromisedResponse<'restoreAssets'> {
  const { clock, deliveryDomain } = dependencies;
  const until = clock() + maxCallMs;
  const { assets, unknown } = await loadSelectedAssets(
    company,
    body,
    (asset) => isOutsideTrash(asset) || isInTrash(asset),
    dependencies,
  );
  const restoring = {
    by: user.subject,
    at: dependencies.now(),
    settings: await dependencies.getSettings(company),
  };
  // What is derived comes back with its parent, or by itself once that is back.
  const [derived, others] = [true, false].map((isDerived) =>
    assets.filter(({ parent }) => (parent !== undefined) === isDerived),
  ) as [Asset[], Asset[]];
  const first = await processUntil(others, { until, clock }, (asset) =>
    dependencies.restore(asset, restoring),
  );
  const second = await processUntil(derived, { until, clock }, (asset) =>
    dependencies.restore(asset, restoring),
  );
  const restored = new Map([...first.results, ...second.results].flat().map((asset) => [asset.id, asset]));
  const {
    assets: live,
    problems,
    remaining,
  } = await dependencies.republish([...restored.values()], {
    ...restoring,
    until,
  });
  return {
    items: [...live.values()].map((asset) => toAssetResponse(asset, deliveryDomain)),
    warnings: problems,
    unknown: [...unknown],
    remaining: first.remaining || second.remaining || remaining,
  };
}
