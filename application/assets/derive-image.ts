/**
 * Makes images that are derived from others, and keeps them in step with their parents.
 *
 * A derived image is made in an order that leaves nothing worse than a count one too high wherever it dies: the link
 * under the parent with its count, in one transaction; then its own item; then its publication. Making it again goes
 * on where it ended.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { BuiltAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { type Asset, checkEntityTag } from '../../domain/assets/asset.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import {
  article,
  goesLiveOnChange,
  holderOf,
  idTaken,
  masterOf,
  newAsset,
  nextVersion,
} from '../../domain/sets/built-asset.ts';
import type { LiveResult, SetPublishing } from '../sets/save-set.ts';

/** Times that a change is worked out anew because somebody else changed the image. */
const maxAttempts = 5;

/** Derived images of one parent that are refreshed side by side. */
const atATime = 8;

export type DeriveDependencies = Pick<AssetStore, 'getAsset'> &
  BuiltAssetStore &
  Pick<RelationStore, 'linkDerived' | 'unlinkDerived' | 'derivedOf'> & {
    /** Puts an asset live, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
  };

export interface DerivedImage {
  readonly asset: Asset;
  readonly warnings: readonly string[];
}

export interface NewDerived extends Pick<Asset, 'company' | 'id'> {
  readonly parent: string;
  /** The parent's unless given. */
  readonly folder?: string | undefined;
  /** Canonical. */
  readonly recipe: string;
  readonly publish: boolean;
}

/** @throws Failure `asset.not-found` and `asset.trashed` (the parent), `derived.refused`, `asset.id-taken` */
export async function createDerived(
  { company, id, parent: parentId, folder, recipe, publish }: NewDerived,
  deriving: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<DerivedImage> {
  const [parent, holder] = await Promise.all([
    dependencies.getAsset(company, parentId),
    dependencies.getAsset(company, id),
  ]);
  if (!parent) throw new Failure('asset.not-found', `There is no asset ${parentId}`);
  if (parent.trashed) throw new Failure('asset.trashed', `${holderOf(parent)}; restore it first`);
  if (parent.type !== 'image') {
    throw new Failure(
      'derived.refused',
      `${parentId} is ${article(parent.type)}; only of an image another is derived`,
    );
  }
  if (holder) throw idTaken(holder);
  if (!(await dependencies.linkDerived(company, parentId, id))) {
    throw new Failure('asset.not-found', `There is no asset ${parentId} any more`);
  }
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    // Read after the link stands: who changes the parent from here on finds this image by it, or keeps it from being
    // made of what the parent was.
    const linked = await dependencies.getAsset(company, parentId);
    if (linked?.type !== 'image' || linked.trashed) {
      await dependencies.unlinkDerived(company, parentId, id);
      throw new Failure('asset.changed-meanwhile', `${parentId} was changed meanwhile`);
    }
    const asset = newAsset(
      {
        company,
        id,
        folder: folder ?? parent.folder,
        parent: parentId,
        recipe,
        intent: publish ? 'live' : 'pending',
      },
      masterOf(linked),
      deriving,
    );
    if (await dependencies.createAsset(asset, deriving.settings)) {
      if (!publish || deriving.settings.publishOnUpload !== 'now') return { asset, warnings: [] };
      const live = await dependencies.publishAlone(asset, deriving);
      return { asset: live.asset, warnings: live.problems };
    }
    const existing = await dependencies.getAsset(company, id);
    if (existing) {
      // The same image, made twice at once, keeps its link.
      if (existing.parent !== parentId) await dependencies.unlinkDerived(company, parentId, id);
      throw idTaken(existing);
    }
  }
  await dependencies.unlinkDerived(company, parentId, id);
  throw new Failure('asset.changed-meanwhile', `${parentId} keeps being changed; try again`);
}

export interface DerivedEdit extends Pick<Asset, 'company' | 'id'> {
  readonly parent: string;
  /** Canonical. */
  readonly recipe: string;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
}

/**
 * Gives a derived image another recipe: a new version, which goes live at once where the image is live. The same
 * recipe once more changes nothing.
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.stale`, `asset.changed-meanwhile`
 */
export async function editDerived(
  { company, id, parent, recipe, ifMatch }: DerivedEdit,
  deriving: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<DerivedImage> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = await dependencies.getAsset(company, id);
    if (!before || before.parent !== parent) {
      throw new Failure('asset.not-found', `${parent} has no derived image ${id}`);
    }
    if (before.trashed) throw new Failure('asset.trashed', `${holderOf(before)}; restore it first`);
    checkEntityTag(before, ifMatch);
    if (before.recipe === recipe) return { asset: before, warnings: [] };
    const after = nextVersion(before, { recipe }, deriving);
    if (await dependencies.replaceAsset(before, after, deriving.settings)) {
      return putLiveAgain(after, deriving, dependencies);
    }
  }
  throw new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);
}

/**
 * Brings what is derived from an image up to its current version, and puts live again what is live. To be called after
 * every new version of the parent; calling it again changes nothing.
 * @param parent as it is now. Where it is no image any more, what was derived from it keeps the old bytes
 * @returns the derived images that got a new version, and what kept some from going live: one line each
 */
export async function refreshDerived(
  parent: Asset,
  refreshing: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<{ readonly refreshed: string[]; readonly warnings: string[] }> {
  if ((parent.derivedCount ?? 0) === 0) return { refreshed: [], warnings: [] };
  const ids = await dependencies.derivedOf(parent.company, parent.id);
  if (parent.type !== 'image') {
    const message = `${parent.id} is ${article(parent.type)} now: what is derived from it keeps its old bytes`;
    return { refreshed: [], warnings: ids.length === 0 ? [] : [message] };
  }
  const results = await inParallel(ids, atATime, (id) => refreshOne(parent, id, refreshing, dependencies));
  return {
    refreshed: ids.filter((_, index) => results[index]?.refreshed),
    warnings: results.flatMap(({ warnings }) => warnings),
  };
}

async function refreshOne(
  { company, id: parentId }: Asset,
  id: string,
  refreshing: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<{ refreshed: boolean; warnings: readonly string[] }> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = await dependencies.getAsset(company, id);
    // A link that was left where making the image broke off.
    if (before?.parent !== parentId) return { refreshed: false, warnings: [] };
    // Read after it: of two new versions of the parent at once, the older one must not come last.
    const parent = await dependencies.getAsset(company, parentId);
    if (parent?.type !== 'image') return { refreshed: false, warnings: [] };
    if (before.masterKey === parent.masterKey && before.masterVersionId === parent.masterVersionId) {
      const { warnings } = await putLiveAgain(before, refreshing, dependencies);
      return { refreshed: false, warnings };
    }
    const after = nextVersion(before, masterOf(parent), refreshing);
    // Also in the trash, so that it comes back as it should be.
    if (await dependencies.replaceAsset(before, after, refreshing.settings)) {
      const { warnings } = await putLiveAgain(after, refreshing, dependencies);
      return { refreshed: true, warnings };
    }
  }
  throw new Failure('asset.changed-meanwhile', `${id} keeps being changed`);
}

async function putLiveAgain(
  asset: Asset,
  publishing: SetPublishing,
  dependencies: Pick<DeriveDependencies, 'publishAlone'>,
): Promise<DerivedImage> {
  if (!goesLiveOnChange(asset) || publishing.settings.publishOnUpload !== 'now')
    return { asset, warnings: [] };
  const live = await dependencies.publishAlone(asset, publishing);
  return { asset: live.asset, warnings: live.problems };
}
