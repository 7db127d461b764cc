import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { LibraryObjects } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import { type Asset, timeAfter } from '../../domain/assets/asset.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { Failure } from '../../domain/failure.ts';

/** Times that a change is worked out anew because somebody else changed the asset. */
const maxAttempts = 5;

export type MoveDependencies = Pick<AssetStore, 'getAsset'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<LibraryObjects, 'copyWithinOrigin'> &
  Pick<OriginCopies, 'deleteFromOrigin'>;

export interface AssetMove {
  /** The folder it is to be in now, else it is left alone; any unless given. */
  readonly from?: string;
  readonly to: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly settings: Pick<CompanySettings, 'servers'>;
}

/**
 * Moves an asset to another folder: its id, version and delivery URLs stay. On Server Directory, where the path is the
 * key, its object moves: first to the new place, then the record, then the old one goes.
 * @returns the asset as it is now; undefined if it is gone, or somewhere else
 */
export async function moveAsset(
  asset: Asset,
  { from, to, at, by, settings }: AssetMove,
  dependencies: MoveDependencies,
): Promise<Asset | undefined> {
  let before: Asset | undefined = asset;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
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
    const now: Asset | undefined = await dependencies.getAsset(asset.company, asset.id);
    if (plain && now?.publications['server-directory']?.key !== key) {
      await dependencies.deleteFromOrigin({ server: 'server-directory', key });
    }
    before = now;
  }
  throw new Failure('asset.changed-meanwhile', `${asset.id} keeps being changed; try again`);
}
