import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { MetadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { LibraryObjects } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import { type Asset, isSetType, timeAfter } from '../../domain/assets/asset.ts';
import { possibleObjects } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';
import { finishRename, type RenameDependencies } from './rename-asset.ts';

/** Times that a change is worked out anew because somebody else changed the record. */
const maxAttempts = 5;

/** Versions of masters that are deleted side by side. */
const atATime = 16;

export type PurgeDependencies = RenameDependencies &
  Pick<AssetStore, 'getAsset'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf' | 'unlinkDerived' | 'deleteMemberships'> &
  Pick<TrashStore, 'masterVersions' | 'deleteOwnItems' | 'deleteAsset'> &
  Pick<MetadataStore, 'moveKeywords'> &
  Pick<OriginCopies, 'deleteFromOrigin'> &
  Pick<LibraryObjects, 'deleteMaster'> &
  Pick<SetFiles, 'readSetRecord'>;

export interface Purging {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Milliseconds since 1970: of a rename that broke off, no set is begun after it. */
  readonly until: number;
  readonly settings: CompanySettings;
}

/**
 * Removes an asset of the trash for good: what is left at the origins, all versions of its master, its history, its
 * relations, its record, and before that what is derived from it. From its first step on it cannot come back; calling
 * it again goes on. Sets that name the asset go on naming it, and the links that tell so stay.
 *
 * For a former id that only leads on: its objects and itself, or what was left to do of its rename.
 * @returns ids of what is gone, to be flushed where they led somewhere
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
    // Somebody has just restored it.
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
  // The bytes of a derived image are its parent's.
  if (asset.type !== 'derived-image') {
    const { masterKey, masterVersionId } = asset;
    const versions = await dependencies.masterVersions(company, id);
    await inParallel([...versions, { masterKey, masterVersionId }], atATime, dependencies.deleteMaster);
  }
  if (asset.keywords) await dependencies.moveKeywords(company, asset.keywords, id, undefined);
  await dependencies.deleteOwnItems(company, id);
  if (asset.parent !== undefined) await dependencies.unlinkDerived(company, asset.parent, id);
  if (await dependencies.deleteAsset(company, id)) removed.push(id);
  return removed;
}

/** The set's record may be gone already, where the purging was begun before. */
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

/** The 30 days are over: first the asset forgets the id, so that nobody takes its later owner for it. */
async function endRedirect(
  former: Asset,
  { at, settings }: Pick<Purging, 'at' | 'settings'>,
  dependencies: PurgeDependencies,
): Promise<void> {
  const { company, id } = former;
  for (let attempt = 1; ; attempt += 1) {
    const owner = await dependencies.getAsset(company, former.trashed?.renamedTo ?? '');
    if (!owner?.redirectsFrom?.includes(id)) break;
    const { redirectsFrom, ...rest } = owner;
    const left = redirectsFrom.filter((other) => other !== id);
    const modified = timeAfter(owner.modified, at);
    const after: Asset = { ...rest, modified, ...(left.length === 0 ? {} : { redirectsFrom: left }) };
    if (await dependencies.replaceRecord(owner, after, settings)) break;
    if (attempt === maxAttempts) throw new Error(`${owner.id} keeps being changed`);
  }
  await Promise.all(possibleObjects(former, settings).map(dependencies.deleteFromOrigin));
  await dependencies.deleteAsset(company, id);
}
