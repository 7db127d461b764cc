/**
 * Creates images that are derived from other images, and keeps them up to date with their parents.
 *
 * A derived image is created in this order: the link under the parent with its count, in one transaction; then its own
 * item, with the dates of the parent; then its publication. A call that dies leaves at worst a count that is one too high. A repeated call continues.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { BuiltAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { type Asset, checkEntityTag } from '../../domain/assets/asset.ts';
import { withLiveDates } from '../../domain/assets/set-live-dates.ts';
import { checkModifiers } from '../../domain/delivery/check-modifiers.ts';
import { modifiersOf } from '../../domain/delivery/modifiers.ts';
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
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import type { LiveResult, SetPublishing } from '../sets/save-set.ts';
import { keepsChanging } from './keeps-changing.ts';

/** Attempts to create an image whose parent keeps changing. */
const maxAttempts = 5;

/** Derived images of one parent that are refreshed in parallel. */
const atATime = 8;

export type DeriveDependencies = Pick<AssetStore, 'getAsset'> &
  BuiltAssetStore &
  Pick<RelationStore, 'linkDerived' | 'unlinkDerived' | 'derivedOf'> & {
    /** Publishes an asset, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
  };

export interface DerivedImage {
  readonly asset: Asset;
  readonly warnings: readonly string[];
}

export interface NewDerived extends Pick<Asset, 'company' | 'id'> {
  readonly parent: string;
  /** The parent's folder unless given. */
  readonly folder?: string | undefined;
  /** Canonical. */
  readonly recipe: string;
  readonly publish: boolean;
}

/**
 * Creates a derived image. Called by serve-api.
 *
 * Costs: three reads, a transaction of 2 items (4 write units) for the link, and the writes of `createAsset`; plus those
 * of publishAsset if it is published at once.
 * @throws Failure `asset.not-found` and `asset.trashed` (the parent), `derived.refused`, `asset.id-taken`,
 * `asset.changed-meanwhile`
 */
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
      `${parentId} is ${article(parent.type)}; images can only be derived from an image`,
    );
  }
  if (holder) throw idTaken(holder);
  if (!(await dependencies.linkDerived(company, parentId, id))) {
    throw new Failure('asset.not-found', `The asset ${parentId} no longer exists`);
  }
  // Not untilUnchanged: without a successful attempt the link has to go.
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    // Read after the link exists: any later change of the parent finds this image by the link, or makes this write fail.
    const linked = await dependencies.getAsset(company, parentId);
    if (linked?.type !== 'image' || linked.trashed) {
      await dependencies.unlinkDerived(company, parentId, id);
      throw new Failure('asset.changed-meanwhile', `${parentId} was changed meanwhile; try again`);
    }
    const made = newAsset(
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
    const asset = withLiveDates(made, linked, { by: linked.datesBy ?? deriving.by, at: deriving.at });
    if (await dependencies.createAsset(asset, deriving.settings)) {
      if (!publish || deriving.settings.publishOnUpload !== 'now') return { asset, warnings: [] };
      const live = await dependencies.publishAlone(asset, deriving);
      return { asset: live.asset, warnings: live.problems };
    }
    const existing = await dependencies.getAsset(company, id);
    if (existing) {
      // Two calls that create the same image at once keep its link.
      if (existing.parent !== parentId) await dependencies.unlinkDerived(company, parentId, id);
      throw idTaken(existing);
    }
  }
  await dependencies.unlinkDerived(company, parentId, id);
  throw keepsChanging(parentId);
}

export interface DerivedEdit extends Pick<Asset, 'company' | 'id'> {
  readonly parent: string;
  /** Canonical. */
  readonly recipe: string;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
}

/**
 * Gives a derived image another recipe: a new version, which is published at once if the image is live. The same recipe
 * changes nothing. Called by serve-api.
 *
 * Costs: one read and the writes of `replaceAsset`; plus those of publishAsset.
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.stale`, `asset.changed-meanwhile`, and `request.invalid` for a recipe that is
 * too long together with the modifiers
 */
export async function editDerived(
  { company, id, parent, recipe, ifMatch }: DerivedEdit,
  deriving: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<DerivedImage> {
  return untilUnchanged(
    async () => {
      const before = await dependencies.getAsset(company, id);
      if (!before || before.parent !== parent) {
        throw new Failure('asset.not-found', `${parent} has no derived image ${id}`);
      }
      if (before.trashed) throw new Failure('asset.trashed', `${holderOf(before)}; restore it first`);
      checkEntityTag(before, ifMatch);
      if (before.recipe === recipe) return { asset: before, warnings: [] };
      checkModifiers({ ...before, recipe });
      const after = nextVersion(before, { recipe }, deriving);
      if (!(await dependencies.replaceAsset(before, after, deriving.settings))) return changedMeanwhile;
      return publishAgain(after, deriving, dependencies);
    },
    () => keepsChanging(id),
  );
}

/**
 * Brings the images that are derived from an image to its current version, and publishes those that are live again.
 * Called by ingest-upload and serve-api after every new version of the parent. A repeated call changes nothing.
 *
 * Costs: a query; for each derived image two reads, the writes of `replaceAsset`, and those of publishAsset if it is live.
 * @param parent as it is now. If it is no longer an image, its derived images keep the old bytes
 * @returns ids of the derived images that got a new version, and a warning for each that could not be published
 * @throws Failure `asset.changed-meanwhile`
 */
export async function refreshDerived(
  parent: Asset,
  refreshing: SetPublishing,
  dependencies: DeriveDependencies,
): Promise<{ readonly refreshed: string[]; readonly warnings: string[] }> {
  if ((parent.derivedCount ?? 0) === 0) return { refreshed: [], warnings: [] };
  const ids = await dependencies.derivedOf(parent.company, parent.id);
  if (parent.type !== 'image') {
    const message = `${parent.id} is ${article(parent.type)} now: its derived images keep their old bytes`;
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
  return untilUnchanged(
    async () => {
      const before = await dependencies.getAsset(company, id);
      // A link that is left from a creation that broke off.
      if (before?.parent !== parentId) return { refreshed: false, warnings: [] };
      // Read after the image: if the parent gets two new versions at once, the older one must not come last.
      const parent = await dependencies.getAsset(company, parentId);
      if (parent?.type !== 'image') return { refreshed: false, warnings: [] };
      if (isUpToDate(before, parent)) {
        const { warnings } = await publishAgain(before, refreshing, dependencies);
        return { refreshed: false, warnings };
      }
      const after = nextVersion(before, { ...masterOf(parent), ...modifiersOf(before) }, refreshing);
      // Also in the trash, so that a restored image is up to date.
      if (!(await dependencies.replaceAsset(before, after, refreshing.settings))) return changedMeanwhile;
      const { warnings } = await publishAgain(after, refreshing, dependencies);
      return { refreshed: true, warnings };
    },
    () => keepsChanging(id),
  );
}

/** Whether a derived image has what it takes from its parent. */
function isUpToDate(derived: Asset, { masterKey, masterVersionId, focus }: Asset): boolean {
  return (
    derived.masterKey === masterKey &&
    derived.masterVersionId === masterVersionId &&
    derived.focus?.x === focus?.x &&
    derived.focus?.y === focus?.y
  );
}

/** Publishes an image that was changed while it is live, if the company's settings let changes go live at once. */
export async function publishAgain(
  asset: Asset,
  publishing: SetPublishing,
  dependencies: Pick<DeriveDependencies, 'publishAlone'>,
): Promise<DerivedImage> {
  if (!goesLiveOnChange(asset) || publishing.settings.publishOnUpload !== 'now')
    return { asset, warnings: [] };
  const live = await dependencies.publishAlone(asset, publishing);
  return { asset: live.asset, warnings: live.problems };
}
