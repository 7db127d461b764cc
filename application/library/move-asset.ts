import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { LibraryObjects } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import { type Asset, timeAfter } from '../../domain/assets/asset.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';

export type MoveDependencies = Pick<AssetStore, 'getAsset'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<LibraryObjects, 'copyWithinOrigin'> &
  Pick<OriginCopies, 'deleteFromOrigin'>;

export interface AssetMove {
  /** Moves the asset only if it is in this folder; any folder unless given. */
  readonly from?: string;
  readonly to: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly settings: Pick<CompanySettings, 'servers'>;
}

/**
 * Moves an asset to another folder; its id, version and delivery URLs stay. On Server Directory, where the path is the
 * key, the object moves too: first the new object, then the record, then the old object is deleted. Called by serve-api.
 *
 * Costs: the write units of `replaceRecord`; on Server Directory also a COPY and a DELETE.
 * @returns the asset as it is now; undefined if it no longer exists, is in the trash, or is not in `from`
 * @throws Failure `asset.changed-meanwhile`
 */
export async function moveAsset(
  asset: Asset,
  { from, to, at, by, settings }: AssetMove,
  dependencies: MoveDependencies,
): Promise<Asset | undefined> {
  let before: Asset | undefined = asset;
  return untilUnchanged(
    async () => {
      if (!before || before.trashed || (from !== undefined && before.folder !== from)) return undefined;
      if (before.folder === to) return before;
      const plain = before.publications['server-directory'];
      const key = originKey('server-directory', { ...before, folder: to });
      const after: Asset = {
        ...before,
        folder: to,
        modified: timeAfter(before.modified, at),
        modifiedBy: by,
        publications: plain
          ? { ...before.publications, 'server-directory': { ...plain, key } }
          : before.publications,
      };
      if (plain) await dependencies.copyWithinOrigin('server-directory', plain.key, key);
      if (await dependencies.replaceRecord(before, after, settings)) {
        if (plain) await dependencies.deleteFromOrigin({ server: 'server-directory', key: plain.key });
        return after;
      }
      before = await dependencies.getAsset(asset.company, asset.id);
      if (plain && before?.publications['server-directory']?.key !== key) {
        await dependencies.deleteFromOrigin({ server: 'server-directory', key });
      }
      return changedMeanwhile;
    },
    () => keepsChanging(asset.id),
  );
}
