import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { possibleObjects } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { afterTrashing, isOutsideTrash } from '../../domain/library/trash.ts';

/** Times that a change is worked out anew because somebody else changed the asset. */
const maxAttempts = 5;

/** Assets whose sets are looked up side by side: a call tells of 1,000 of them when its own time is up already. */
const lookupsAtATime = 25;

export type TrashDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf' | 'membershipsOf'> &
  Pick<TrashStore, 'putWithdrawn'> &
  Pick<OriginCopies, 'deleteFromOrigin'>;

export interface Trashing {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly settings: CompanySettings;
}

export interface TrashResult {
  /** What went to the trash by this call: the asset, and what is derived from it. */
  readonly trashed: readonly Asset[];
  /** Ids that were live and are to be flushed, those that led to them included. */
  readonly wasLive: readonly string[];
}

/**
 * Puts an asset into the trash, with what is derived from it: withdrawn from all servers at once, members of sets
 * untouched. What is derived goes first, and once more after the asset: as long as that is in its folder, calling it
 * again goes on.
 * @throws Failure `asset.changed-meanwhile`, `asset.not-found`
 */
export async function trashAsset(
  asset: Asset,
  trashing: Trashing,
  dependencies: TrashDependencies,
): Promise<TrashResult> {
  const trashed: Asset[] = [];
  const wasLive: string[] = [];
  await trashDerived(asset.derivedCount);
  // An image may have been derived from it meanwhile: the record that went to the trash counts it.
  await trashDerived((await trashOne(asset)).derivedCount);
  return { trashed, wasLive };

  async function trashDerived(count = 0): Promise<void> {
    if (asset.type !== 'image' || count === 0) return;
    for (const id of await dependencies.derivedOf(asset.company, asset.id)) {
      const derived = await dependencies.getAsset(asset.company, id);
      if (isOutsideTrash(derived) && derived.parent === asset.id) await trashOne(derived, asset.id);
    }
  }

  /** @returns the record in the trash */
  async function trashOne(one: Asset, parent?: string): Promise<Asset> {
    const { by, at, settings } = trashing;
    let before: Asset | undefined = one;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (!before) throw new Failure('asset.not-found', `There is no asset ${one.id} any more`);
      if (before.trashed) return before;
      await Promise.all(possibleObjects(before, settings).map(dependencies.deleteFromOrigin));
      const after = afterTrashing(before, { by, at, ...(parent === undefined ? {} : { parent }) });
      if (await dependencies.replaceRecord(before, after, settings)) {
        await dependencies.putWithdrawn(before, before.publications, {
          at: after.stateAt ?? at,
          by,
        });
        trashed.push(after);
        if (Object.keys(before.publications).length > 0)
          wasLive.push(before.id, ...(before.redirectsFrom ?? []));
        return after;
      }
      before = await dependencies.getAsset(one.company, one.id);
    }
    throw new Failure('asset.changed-meanwhile', `${one.id} keeps being changed; try again`);
  }
}

/** Live sets that have a hole where these assets were: one line each. */
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
      .filter((set) => !set.trashed && Object.keys(set.publications).length > 0)
      .map((set) => `${set.id} is live and has a hole where ${id} was`);
  });
  return warnings.flat();
}
