import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { LibraryObjects } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import { type Asset, isSetType, timeAfter } from '../../domain/assets/asset.ts';
import { possibleObjects } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { reductionObjects } from '../../domain/delivery/reduction.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';
import { finishRename, type RenameDependencies } from './rename-asset.ts';

/** Versions of masters that are deleted in parallel. */
const atATime = 16;

export type PurgeDependencies = RenameDependencies &
  Pick<AssetStore, 'getAsset'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf' | 'unlinkDerived' | 'deleteMemberships'> &
  Pick<TrashStore, 'masterVersions' | 'deleteOwnItems' | 'deleteAsset'> &
  Pick<OriginCopies, 'deleteFromOrigin'> &
  Pick<LibraryObjects, 'deleteMaster'> &
  Pick<SetFiles, 'readSetRecord'>;

export interface Purging {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Milliseconds since 1970 after which an interrupted rename changes no further set. */
  readonly until: number;
  readonly settings: CompanySettings;
}

/**
 * Deletes an asset in the trash for good: first its derived images, then its objects at the origins, all versions of its
 * master, its history, its relations and its record. After the first step it cannot be restored. A repeated call
 * continues. Sets that name the asset keep naming it, and the links from the asset to them stay. Called by serve-api and
 * clean-up-library.
 *
 * A former id of a renamed asset is deleted with its objects. If its rename was interrupted, the rename is finished.
 *
 * Costs: 1 write unit to mark it, and a write unit for each of its items; DELETEs are free.
 * @returns ids that no longer exist; the caller invalidates those that delivered something
 * @throws Failure `asset.changed-meanwhile`; errors of finishRename
 */
export async function purgeAsset(
  asset: Asset,
  { at, until, settings }: Purging,
  dependencies: PurgeDependencies,
): Promise<string[]> {
  const { company, id, trashed } = asset;
  if (!trashed) return [];
  if (trashed.renamedTo !== undefined) {
    if (!trashed.redirect) await finishRename(asset, { settings, until }, dependencies);
    else await endRedirect(asset, { at, settings }, dependencies);
    return [id];
  }
  if (!trashed.purging) {
    const purged = { ...asset, trashed: { ...trashed, at, purging: true as const } };
    // The asset was restored meanwhile.
    if (!(await dependencies.replaceRecord(asset, purged, settings))) return [];
  }

  const removed: string[] = [];
  if (asset.type === 'image' && asset.derivedCount) {
    for (const derivedId of await dependencies.derivedOf(company, id)) {
      const derived = await dependencies.getAsset(company, derivedId);
      if (derived?.parent === id)
        removed.push(...(await purgeAsset(derived, { at, until, settings }, dependencies)));
    }
  }
  await Promise.all(possibleObjects(asset, settings).map(dependencies.deleteFromOrigin));
  if (isSetType(asset.type)) {
    const members = await membersOf(asset, dependencies);
    await dependencies.deleteMemberships(company, id, members);
  }
  // A derived image shares its parent's master.
  if (asset.type !== 'derived-image') {
    const { masterKey, masterVersionId, originalVersionId } = asset;
    const versions = await dependencies.masterVersions(company, id);
    const own = [masterVersionId, originalVersionId].filter((version) => version !== undefined);
    const current = [
      ...own.map((version) => ({ masterKey, masterVersionId: version })),
      ...reductionObjects(company, asset),
    ];
    await inParallel([...versions, ...current], atATime, dependencies.deleteMaster);
  }
  await dependencies.deleteOwnItems(company, id);
  if (asset.parent !== undefined) await dependencies.unlinkDerived(company, asset.parent, id);
  if (await dependencies.deleteAsset(company, id)) removed.push(id);
  return removed;
}

/** An interrupted purge may have deleted the set's record. */
async function membersOf(
  set: Asset,
  { readSetRecord }: Pick<PurgeDependencies, 'readSetRecord'>,
): Promise<string[]> {
  try {
    return assetsOfSet(await readSetRecord(set));
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchVersion' || error.name === 'NoSuchKey')) return [];
    throw error;
  }
}

/** Ends a redirect after 30 days. The asset drops the former id first, so that a later owner of the id is not mixed up with it. */
async function endRedirect(
  former: Asset,
  { at, settings }: Pick<Purging, 'at' | 'settings'>,
  dependencies: PurgeDependencies,
): Promise<void> {
  const { company, id } = former;
  const ownerId = former.trashed?.renamedTo ?? '';
  await untilUnchanged(
    async () => {
      const owner = await dependencies.getAsset(company, ownerId);
      if (!owner?.redirectsFrom?.includes(id)) return undefined;
      const { redirectsFrom, ...rest } = owner;
      const left = redirectsFrom.filter((other) => other !== id);
      const modified = timeAfter(owner.modified, at);
      const after: Asset = { ...rest, modified, ...(left.length === 0 ? {} : { redirectsFrom: left }) };
      return (await dependencies.replaceRecord(owner, after, settings)) ? undefined : changedMeanwhile;
    },
    () => keepsChanging(ownerId),
  );
  await Promise.all(possibleObjects(former, settings).map(dependencies.deleteFromOrigin));
  await dependencies.deleteAsset(company, id);
}
