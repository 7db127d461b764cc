import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { TrashStore } from '../../../adapters/dynamodb/library/trash-store.ts';
import type { Purging } from '../../../application/library/purge-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { loadSelectedAssets, processUntil } from '../assets/load-selected-assets.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface EmptyTrashDependencies
  extends Pick<AssetStore, 'getAssets'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<TrashStore, 'listTrash'> {
  readonly purge: (asset: Asset, purging: Purging) => Promise<string[]>;
  readonly now: () => string;
  readonly clock: () => number;
}

/** Assets of the trash that are looked at together. */
const pageSize = 100;

/** Removes assets of the trash for good: those named, or all. */
export async function emptyTrash(
  { company, body }: Pick<RequestOf<'emptyTrash'>, 'company' | 'body'>,
  dependencies: EmptyTrashDependencies,
): PromisedResponse<'emptyTrash'> {
  const { clock } = dependencies;
  const until = clock() + maxCallMs;
  const purging = {
    at: dependencies.now(),
    until,
    settings: await dependencies.getSettings(company),
  };
  const { assetIds, partial } = body;
  if (assetIds) {
    const { assets, unknown } = await loadSelectedAssets(
      company,
      { assetIds, partial },
      isDisposable,
      dependencies,
    );
    return { ...(await purgeAll(assets)), unknown: [...unknown] };
  }
  let purged = 0;
  let after: string | undefined;
  do {
    const page: { ids: string[]; next?: string } = await dependencies.listTrash(company, {
      limit: pageSize,
      after,
    });
    const assets = await dependencies.getAssets(company, page.ids, { consistent: true });
    const result = await purgeAll([...assets.values()].filter(isDisposable));
    purged += result.purged;
    if (result.remaining) return { purged, unknown: [], remaining: true };
    after = page.next;
  } while (after !== undefined);
  return { purged, unknown: [], remaining: false };

  async function purgeAll(assets: readonly Asset[]): Promise<{ purged: number; remaining: boolean }> {
    // What is derived goes with its parent: side by side the two would get in each other's way.
    const ids = new Set(assets.map(({ id }) => id));
    const roots = assets.filter(({ parent }) => parent === undefined || !ids.has(parent));
    const { results, remaining } = await processUntil(roots, { until, clock }, (asset) =>
      dependencies.purge(asset, purging),
    );
    return { purged: results.flat().length, remaining };
  }
}

/** In the trash, or on its way out of it. */
function isDisposable({ trashed }: Asset): boolean {
  return trashed !== undefined && trashed.renamedTo === undefined;
}
