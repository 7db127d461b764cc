import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { type OriginObject, possibleObjects } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { afterTrashing, isOutsideTrash } from '../../domain/library/trash.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';

/** Assets whose sets are read in parallel, because a request for 1,000 assets reports them after its own time is up. */
const lookupsAtATime = 25;

export type TrashDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf' | 'membershipsOf'> &
  Pick<TrashStore, 'putWithdrawn'> &
  Pick<OriginCopies, 'deleteFromOrigin'> & {
    readonly warn: (message: string, facts: Record<string, unknown>) => void;
  };

export interface Trashing {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly settings: CompanySettings;
}

export interface TrashResult {
  /** What this call put into the trash: the asset and its derived images. */
  readonly trashed: readonly Asset[];
  /** Ids that were live, with the former ids that redirect to them: the caller invalidates them. */
  readonly wasLive: readonly string[];
  /** Servers that did not delete an object, with the reason. */
  readonly warnings: readonly string[];
}

/**
 * Puts an asset into the trash together with its derived images, and withdraws them from all servers; members of a set
 * stay. Derived images go first, and once more after the asset: a repeated call continues as long as the asset is in its
 * folder. Called by serve-api.
 *
 * A server that does not delete its object keeps no asset from the trash. The daily clean-up deletes objects that no record
 * names.
 *
 * Costs: for the asset and each derived image the write units of `replaceRecord`, and 1 for each server's history.
 * @throws Failure `asset.changed-meanwhile`, `asset.not-found`
 */
export async function trashAsset(
  asset: Asset,
  trashing: Trashing,
  dependencies: TrashDependencies,
): Promise<TrashResult> {
  const trashed: Asset[] = [];
  const wasLive: string[] = [];
  const warnings = new Set<string>();
  await trashDerived(asset.derivedCount);
  // An image may have been derived from the asset meanwhile: the trashed record counts it.
  await trashDerived((await trashOne(asset)).derivedCount);
  return { trashed, wasLive, warnings: [...warnings] };

  async function trashDerived(count = 0): Promise<void> {
    if (asset.type !== 'image' || count === 0) return;
    for (const id of await dependencies.derivedOf(asset.company, asset.id)) {
      const derived = await dependencies.getAsset(asset.company, id);
      if (isOutsideTrash(derived) && derived.parent === asset.id) await trashOne(derived, asset.id);
    }
  }

  async function deleteObject(id: string, object: OriginObject): Promise<void> {
    try {
      await dependencies.deleteFromOrigin(object);
    } catch (error) {
      // The SDK adds it to all errors of a call, also to those of the network.
      if (!(error instanceof Error && '$metadata' in error)) throw error;
      dependencies.warn('An object of a trashed asset could not be deleted', { id, ...object, error });
      const why = storageRefusal(error) ?? 'the storage does not respond';
      warnings.add(
        `${id} may still be delivered by ${object.server}: ${why}. The daily clean-up tries to withdraw it again`,
      );
    }
  }

  /** @returns the record in the trash */
  async function trashOne(one: Asset, parent?: string): Promise<Asset> {
    const { by, at, settings } = trashing;
    return untilUnchanged(
      async (attempt) => {
        const before = attempt === 1 ? one : await dependencies.getAsset(one.company, one.id);
        if (!before) throw new Failure('asset.not-found', `The asset ${one.id} no longer exists`);
        if (before.trashed) return before;
        await Promise.all(possibleObjects(before, settings).map((object) => deleteObject(before.id, object)));
        const after = afterTrashing(before, { by, at, ...(parent === undefined ? {} : { parent }) });
        if (!(await dependencies.replaceRecord(before, after, settings))) return changedMeanwhile;
        await dependencies.putWithdrawn(before, before.publications, { at: after.stateAt ?? at, by });
        trashed.push(after);
        if (isPublished(before)) wasLive.push(before.id, ...(before.redirectsFrom ?? []));
        return after;
      },
      () => keepsChanging(one.id),
    );
  }
}

/**
 * Warns of live sets that these assets are missing in: one warning for each set and asset. Called by serve-api. Costs: a
 * query for each asset, half a read unit for each set.
 */
export async function setsLeftIncomplete(
  assets: readonly Asset[],
  dependencies: Pick<TrashDependencies, 'membershipsOf' | 'getAssets'>,
): Promise<string[]> {
  const warnings = await inParallel(assets, lookupsAtATime, async ({ company, id }) => {
    const memberships = await dependencies.membershipsOf(company, id);
    if (memberships.length === 0) return [];
    const sets = await dependencies.getAssets(
      company,
      memberships.map(({ set }) => set),
    );
    return [...sets.values()]
      .filter((set) => !set.trashed && isPublished(set))
      .map((set) => `${set.id} is live and its member ${id} is missing`);
  });
  return warnings.flat();
}
