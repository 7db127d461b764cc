import type { FolderRecord } from '../../../adapters/dynamodb/library/folder-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { isOutsideTrash } from '../../../domain/library/trash.ts';
import type { Dependencies } from '../dependencies.ts';
import { processUntil } from './process-until.ts';

export interface FolderWork {
  /** Milliseconds since 1970 after which nothing is begun. */
  readonly until: number;
  readonly processAsset: (asset: Asset) => Promise<void>;
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
export async function processFolders(
  company: string,
  path: string,
  { until, processAsset, endPage, endFolder }: FolderWork,
  dependencies: Pick<Dependencies, 'assets' | 'clock'> & {
    readonly folders: Pick<Dependencies['folders'], 'foldersWithin'>;
  },
): Promise<boolean> {
  const time = { until, clock: dependencies.clock };
  for await (const record of dependencies.folders.foldersWithin(company, path)) {
    for await (const ids of dependencies.assets.idsInFolder(company, record.folder)) {
      if (time.clock() >= until) return true;
      const assets = await dependencies.assets.getAssets(company, ids, { consistent: true });
      const here = [...assets.values()].filter(
        (asset) => isOutsideTrash(asset) && asset.folder === record.folder,
      );
      try {
        const { remaining } = await processUntil(here, time, processAsset);
        if (remaining) return true;
      } finally {
        await endPage?.();
      }
    }
    if (record.deleted === undefined) await endFolder(record);
  }
  return false;
}
