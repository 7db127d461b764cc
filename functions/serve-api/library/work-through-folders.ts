import type { AssetListing } from '../../../adapters/dynamodb/assets/asset-listing.ts';
import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { FolderRecord, FolderRecords } from '../../../adapters/dynamodb/library/folder-records.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { isThere } from '../../../domain/library/trash.ts';
import { workUntil } from '../assets/chosen-assets.ts';

export type WorkThroughDependencies = Pick<FolderRecords, 'foldersWithin'> &
  Pick<AssetListing, 'idsInFolder'> &
  Pick<AssetRecords, 'getAssets'> & {
    readonly clock: () => number;
  };

export interface FolderWork {
  /** Milliseconds since 1970 after which nothing is begun. */
  readonly until: number;
  readonly workOn: (asset: Asset) => Promise<void>;
  /** Called after some hundred assets, also where one of them failed. */
  readonly endPage?: () => Promise<void>;
  /** Called when every asset of a folder was worked on. */
  readonly endFolder: (folder: FolderRecord) => Promise<void>;
}

/**
 * Works on every asset in a folder and below it, folder by folder, until the time is up. The index that leads to the
 * assets follows the records after a moment: what has left a folder is passed over, and what has just come in stays.
 * @returns whether something is left
 */
export async function workThroughFolders(
  company: string,
  path: string,
  { until, workOn, endPage, endFolder }: FolderWork,
  dependencies: WorkThroughDependencies,
): Promise<boolean> {
  const time = { until, clock: dependencies.clock };
  for await (const record of dependencies.foldersWithin(company, path)) {
    for await (const ids of dependencies.idsInFolder(company, record.folder)) {
      if (time.clock() >= until) return true;
      const assets = await dependencies.getAssets(company, ids, { consistent: true });
      const here = [...assets.values()].filter((asset) => isThere(asset) && asset.folder === record.folder);
      try {
        const { remaining } = await workUntil(here, time, workOn);
        if (remaining) return true;
      } finally {
        await endPage?.();
      }
    }
    if (record.gone === undefined) await endFolder(record);
  }
  return false;
}
