import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { FolderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import { type Asset, isSetType } from '../../domain/assets/asset.ts';
import { serversFor, whyNotLive } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { afterRestoring, afterTrashing, isInTrash } from '../../domain/library/trash.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';
import type { LiveResult, SetPublishing } from '../sets/save-set.ts';

/** Assets that are published in parallel. Each takes about 100 ms, so 1,000 assets take about 4 seconds. */
const copiesAtATime = 25;

export type RestoreDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf'> &
  Pick<FolderStore, 'ensureFolder'> &
  Pick<SetFiles, 'readSetRecord'> & {
    /** Publishes an asset, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

export interface Restoring {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly settings: CompanySettings;
}

export interface Republishing extends Restoring {
  /** Milliseconds since 1970 after which no further asset is published. */
  readonly until: number;
}

/**
 * Restores an asset from the trash, together with the derived images that were trashed with it: into its folder, with its
 * intent, but not live yet. A repeated call restores what is still missing. Called by serve-api.
 *
 * Costs: for the asset and each derived image the write units of `replaceRecord` and a write for the folder.
 * @returns the restored assets, the asset itself first
 * @throws Failure `asset.trashed` if its parent is in the trash; `asset.not-found` if it is being deleted for good;
 * `asset.changed-meanwhile`
 */
export async function restoreAsset(
  asset: Asset,
  { settings }: Pick<Restoring, 'settings'>,
  dependencies: RestoreDependencies,
): Promise<Asset[]> {
  const { company } = asset;
  if (asset.parent !== undefined) {
    const parent = await dependencies.getAsset(company, asset.parent);
    if (parent?.trashed)
      throw new Failure(
        'asset.trashed',
        `${asset.id} is derived from ${parent.id}, which is in the trash: restore ${parent.id}`,
      );
  }
  const restored = [await restoreOne(asset)];
  if (asset.derivedCount) {
    for (const id of await dependencies.derivedOf(company, asset.id)) {
      const derived = await dependencies.getAsset(company, id);
      if (!derived?.trashed || !isInTrash(derived)) continue;
      // Trashed with its parent, or by the same call.
      const together = derived.trashed.with === asset.id || derived.trashed.at === asset.trashed?.at;
      if (together) await restoreDerived(derived);
    }
  }
  return restored;

  async function restoreDerived(derived: Asset): Promise<void> {
    const back = await restoreOne(derived);
    // A call that trashes the parent at this moment may not have seen this derived image.
    const parent = await dependencies.getAsset(company, asset.id);
    if (!parent?.trashed) {
      restored.push(back);
      return;
    }
    const { at, by } = parent.trashed;
    await dependencies.replaceRecord(back, afterTrashing(back, { at, by, parent: asset.id }), settings);
  }

  async function restoreOne(one: Asset): Promise<Asset> {
    return untilUnchanged(
      async (attempt) => {
        const before = attempt === 1 ? one : await dependencies.getAsset(company, one.id);
        if (!before) throw notInTrash(one.id);
        if (!before.trashed) return before;
        if (!isInTrash(before)) throw notInTrash(one.id);
        await dependencies.ensureFolder(company, before.folder);
        const after = afterRestoring(before);
        return (await dependencies.replaceRecord(before, after, settings)) ? after : changedMeanwhile;
      },
      () => keepsChanging(one.id),
    );
  }
}

/**
 * Publishes restored assets with the intent `live`: sets last, each only if everything that it shows is live. If the
 * company's `publishOnUpload` is `mark`, they stay for its next job. A repeated call continues. Called by serve-api.
 *
 * Costs: those of publishAsset for each asset; for a set also a GET, and 1 read unit for each asset that it shows.
 * @returns the assets as they are now by id, the problems, and whether the time was up before all assets were tried
 */
export async function republish(
  assets: readonly Asset[],
  { by, at, settings, until }: Republishing,
  dependencies: RestoreDependencies,
): Promise<{ assets: Map<string, Asset>; problems: string[]; remaining: boolean }> {
  const now = new Map(assets.map((asset) => [asset.id, asset]));
  const problems: string[] = [];
  let remaining = false;
  if (settings.publishOnUpload === 'mark') return { assets: now, problems, remaining };
  const desired = assets.filter(({ intent }) => intent === 'live');
  await inParallel(
    desired.filter(({ type }) => !isSetType(type)),
    copiesAtATime,
    publish,
  );

  let sets = desired.filter(({ type }) => isSetType(type));
  // A set may be in another set: each round publishes the sets that only waited for those of the round before.
  for (let before = Number.POSITIVE_INFINITY; !remaining && sets.length > 0 && sets.length < before; ) {
    before = sets.length;
    const waits = await inParallel(sets, copiesAtATime, async (set) => {
      if (isLate() || (await missingMembersOf(set)).length > 0) return true;
      await publish(set);
      return false;
    });
    sets = sets.filter((_, index) => waits[index]);
  }
  // The missing members may only be late.
  if (remaining) return { assets: now, problems, remaining };
  for (const set of sets) {
    problems.push(`${set.id} stays unpublished: ${(await missingMembersOf(set)).join('; ')}`);
  }
  return { assets: now, problems, remaining };

  function isLate(): boolean {
    remaining ||= dependencies.clock() >= until;
    return remaining;
  }

  async function publish(asset: Asset): Promise<void> {
    if (isLate()) return;
    const live = await dependencies.publishAlone(asset, { by, at, settings });
    now.set(asset.id, live.asset);
    problems.push(...live.problems);
  }

  async function missingMembersOf(set: Asset): Promise<string[]> {
    const ids = assetsOfSet(await dependencies.readSetRecord(set));
    const members = await dependencies.getAssets(set.company, ids, { consistent: true });
    return ids.flatMap((id) => {
      const reasons = serversFor(set.type, settings).map((server) =>
        whyNotLive(members.get(id), server, settings),
      );
      const reason = reasons.find((why) => why !== undefined);
      return reason === undefined ? [] : [`member ${id} is not live: ${reason}`];
    });
  }
}

function notInTrash(id: string): Failure {
  return new Failure('asset.not-found', `The asset ${id} is no longer in the trash`);
}
