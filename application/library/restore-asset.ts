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
import type { LiveResult, SetPublishing } from '../sets/save-set.ts';

/** Times that a change is worked out anew because somebody else changed the asset. */
const maxAttempts = 5;

/** Assets that go live side by side: some 100 ms each, so that 1,000 of them take some ten seconds. */
const copiesAtATime = 25;

export type RestoreDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<LibraryStore, 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf'> &
  Pick<FolderStore, 'ensureFolder'> &
  Pick<SetFiles, 'readSetRecord'> & {
    /** Puts an asset live, and nothing else. */
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
  /** Milliseconds since 1970 after which nothing more is put live. */
  readonly until: number;
}

/**
 * Brings an asset back from the trash, with what was derived from it and went there with it: into its folder, with its
 * intent, live nowhere yet. Calling it again for one that is back brings back what is still missing.
 * @returns what is back, the asset first
 * @throws Failure `asset.trashed` where what it is derived from is in the trash; `asset.not-found` where it is being
 * removed for good
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
        `${asset.id} is derived from ${parent.id}, which is in the trash: restore that`,
      );
  }
  const restored = [await restoreOne(asset)];
  if (asset.derivedCount) {
    for (const id of await dependencies.derivedOf(company, asset.id)) {
      const derived = await dependencies.getAsset(company, id);
      if (!derived?.trashed || !isInTrash(derived)) continue;
      // Put there with its parent, or by the same call.
      const together = derived.trashed.with === asset.id || derived.trashed.at === asset.trashed?.at;
      if (together) await restoreDerived(derived);
    }
  }
  return restored;

  async function restoreDerived(derived: Asset): Promise<void> {
    const back = await restoreOne(derived);
    // Who puts the image into the trash at this moment may have passed by what is derived from it.
    const parent = await dependencies.getAsset(company, asset.id);
    if (!parent?.trashed) {
      restored.push(back);
      return;
    }
    const { at, by } = parent.trashed;
    await dependencies.replaceRecord(back, afterTrashing(back, { at, by, parent: asset.id }), settings);
  }

  async function restoreOne(one: Asset): Promise<Asset> {
    let before: Asset | undefined = one;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (!before?.trashed) return found(before, one.id);
      if (!isInTrash(before)) throw notInTrash(one.id);
      await dependencies.ensureFolder(company, before.folder);
      const after = afterRestoring(before);
      if (await dependencies.replaceRecord(before, after, settings)) return after;
      before = await dependencies.getAsset(company, one.id);
    }
    throw new Failure('asset.changed-meanwhile', `${one.id} keeps being changed; try again`);
  }
}

/**
 * Puts restored assets live that are wanted live: sets last, each only if all that it shows is live. A company that
 * marks on upload leaves them for its next job. Calling it again goes on where the time was up.
 * @returns the assets as they are now, by id, what kept some from going live, and whether the time was up before all of
 * them were tried
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
  // A set may be in another: each round puts those live that only wait for those of the round before.
  for (let before = Number.POSITIVE_INFINITY; !remaining && sets.length > 0 && sets.length < before; ) {
    before = sets.length;
    const waits = await inParallel(sets, copiesAtATime, async (set) => {
      if (isLate() || (await missingMembersOf(set)).length > 0) return true;
      await publish(set);
      return false;
    });
    sets = sets.filter((_, index) => waits[index]);
  }
  // What they wait for may only be late.
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

function found(asset: Asset | undefined, id: string): Asset {
  if (!asset) throw notInTrash(id);
  return asset;
}

function notInTrash(id: string): Failure {
  return new Failure('asset.not-found', `There is no asset ${id} in the trash any more`);
}
