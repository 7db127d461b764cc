/**
 * Gives assets another id. The rename takes effect with the transaction that renames the record. From then on the former
 * id holds a record that reserves it and says what is left to do:
 *   1. links move: derived images, the parent, members of a set;
 *   2. history and versions move to the new id;
 *   3. the asset is published under the new id if it was live under the former one;
 *   4. sets that show it get a new version that shows the new id, and are published again if they were live;
 *   5. objects under the former id are withdrawn, or become redirects for 30 days;
 *   6. the former id becomes free, or stays reserved until the redirect ends.
 * Every step is repeatable: a repeated call, or clean-up-library once a day, finishes an interrupted rename.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { BuiltAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { LibraryObjects } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { type Asset, isPublished, isSetType, type Publication } from '../../domain/assets/asset.ts';
import { possibleObjects } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { afterRenaming, type Renaming } from '../../domain/library/rename.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { goesLiveOnChange, holderOf, nextVersion } from '../../domain/sets/built-asset.ts';
import { assetsOfSet, factsOfSet, occurrencesInSet, type SetRecord } from '../../domain/sets/set-record.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';
import type { LiveResult, SetPublishing } from '../sets/save-set.ts';

/** Attempts to publish a renamed asset that keeps getting new versions. */
const maxAttempts = 5;

/** Sets that are changed in parallel. Each takes five calls, so 1,000 sets take about 10 seconds. */
const setsAtATime = 16;

export type RenameDependencies = Pick<AssetStore, 'getAsset'> &
  Pick<BuiltAssetStore, 'replaceAsset'> &
  Pick<LibraryStore, 'renameAsset' | 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf' | 'membershipsOf' | 'putMemberships' | 'deleteMemberships'> &
  Pick<TrashStore, 'moveDerived' | 'moveOwnItems' | 'putWithdrawn' | 'deleteAsset'> &
  Pick<SetFiles, 'readSetRecord' | 'putSetRecord'> &
  Pick<LibraryObjects, 'putRedirect'> &
  Pick<OriginCopies, 'deleteFromOrigin'> &
  Pick<InvalidationQueue, 'invalidateAssets'> & {
    /** Publishes an asset, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

export interface FinishOptions {
  readonly settings: CompanySettings;
  /** Milliseconds since 1970 after which no further set is changed. */
  readonly until: number;
}

export interface RenamedAsset {
  readonly asset: Asset;
  readonly warnings: readonly string[];
}

/**
 * Renames an asset. Called by serve-api. A repeated call continues.
 *
 * Costs: two reads and a transaction of 2 items; then the writes for each of the asset's items and derived images, five
 * calls for each set that shows it, and those of publishAsset.
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.id-taken` with the holder of the id,
 * `asset.changed-meanwhile`, `storage.busy`; the error of a step that failed: then call it again
 */
export async function renameAsset(
  company: string,
  id: string,
  { settings, until, ...renaming }: Renaming & FinishOptions,
  dependencies: RenameDependencies,
): Promise<RenamedAsset> {
  const { to } = renaming;
  return untilUnchanged(
    async () => {
      const [before, holder] = await Promise.all([
        dependencies.getAsset(company, id),
        dependencies.getAsset(company, to),
      ]);
      if (before?.trashed?.renamedTo === to) return finishRename(before, { settings, until }, dependencies);
      // The rename is done, and its response got lost.
      if (!before && holder?.renamedFrom === id && !holder.trashed) return { asset: holder, warnings: [] };
      if (!before) throw new Failure('asset.not-found', `There is no asset ${id}`);
      // Another call renamed the asset meanwhile, or it is a former id that redirects: there is nothing to restore.
      if (isFormerId(before)) {
        const { renamedTo } = before.trashed ?? {};
        throw new Failure(
          'asset.not-found',
          renamedTo ? `${id} is ${renamedTo} now` : `${id} is being deleted`,
        );
      }
      if (before.trashed) throw new Failure('asset.trashed', `${holderOf(before)}; restore it first`);
      await finishFormerRename(before, { settings, until }, dependencies);
      // An asset may take back an id that it had before.
      const inPlaceOf = holder?.trashed?.redirect && holder.trashed.renamedTo === id ? holder : undefined;
      if (holder && !inPlaceOf) throw taken(holder);

      const isLive = isPublished(before);
      const change = afterRenaming(before, { ...renaming, redirect: renaming.redirect && isLive });
      // The redirect of the former id would redirect the asset to itself. Deleted first, because the asset may be live
      // under that id at once.
      if (inPlaceOf)
        await Promise.all(possibleObjects(inPlaceOf, settings).map(dependencies.deleteFromOrigin));
      if (!(await dependencies.renameAsset(before, { ...change, inPlaceOf }, settings)))
        return changedMeanwhile;
      return finishRename(change.former, { settings, until }, dependencies);
    },
    () => keepsChanging(id),
  );
}

/** Finishes an interrupted rename before the next one, because its sets and its history only find the next id. */
async function finishFormerRename(
  asset: Asset,
  options: FinishOptions,
  dependencies: RenameDependencies,
): Promise<void> {
  if (asset.renamedFrom === undefined) return;
  const former = await dependencies.getAsset(asset.company, asset.renamedFrom);
  if (former?.trashed?.renamedTo === asset.id) await finishRename(former, options, dependencies);
}

function taken(holder: Asset): Failure {
  const message = holderOf(holder);
  return new Failure('asset.id-taken', `${message}: choose another id`, {
    details: [{ field: 'to', message }],
  });
}

/**
 * Does what is left to do of a rename. Called by renameAsset and purgeAsset.
 * @param former the record that reserves the former id
 */
export async function finishRename(
  former: Asset,
  { settings, until }: FinishOptions,
  dependencies: RenameDependencies,
): Promise<RenamedAsset> {
  const { company, id: from, trashed } = former;
  const to = trashed?.renamedTo;
  if (!trashed || to === undefined) throw new Error(`${from} is no former id`);
  const { at, by, redirect } = trashed;
  const publishing = { at, by, settings };
  const found = await dependencies.getAsset(company, to);
  if (!found || found.trashed?.renamedTo !== undefined) {
    await Promise.all(possibleObjects(former, settings).map(dependencies.deleteFromOrigin));
    await dependencies.deleteAsset(company, from);
    throw new Failure('asset.not-found', `The asset ${to} no longer exists`);
  }
  let renamed = found;

  await moveDerived();
  if (isSetType(former.type)) {
    await dependencies.putMemberships(
      company,
      to,
      occurrencesInSet(await dependencies.readSetRecord(renamed)),
    );
  }
  await dependencies.putWithdrawn(former, former.publications, {
    at: former.stateAt ?? at,
    by,
  });
  await dependencies.moveOwnItems(company, from, to);

  const warnings: string[] = [];
  if (renamed.intent === 'live' && isPublished(former) && !isPublished(renamed) && !renamed.trashed) {
    // Not untilUnchanged: only a new version or state that came meanwhile is a reason to try again.
    for (let attempt = 1; ; attempt += 1) {
      const tried = renamed;
      const { asset, problems } = await dependencies.publishAlone(tried, publishing);
      renamed = asset;
      // A call that unpublished or trashed the asset meanwhile used its new id.
      const isDesired = asset.intent === 'live' && !asset.trashed;
      if (!isDesired || isPublished(asset)) {
        warnings.push(...problems);
        break;
      }
      // A new version that came meanwhile has to go live too; its upload found nothing live under the new id.
      const isAnother = asset.version !== tried.version || asset.stateAt !== tried.stateAt;
      if (attempt === maxAttempts || !isAnother) {
        throw new Failure(
          'storage.busy',
          `${to} could not be published yet: ${problems.join('; ')}; try again`,
        );
      }
    }
  }

  const memberships = await dependencies.membershipsOf(company, from);
  await inParallel(memberships, setsAtATime, async ({ set }) => {
    if (dependencies.clock() >= until) {
      const message = `${from} is ${to} now, but some sets still show its former id; repeat the request to continue`;
      throw new Failure('storage.busy', message);
    }
    warnings.push(...(await renameMember(set)));
  });
  if (isSetType(former.type)) {
    await dependencies.deleteMemberships(
      company,
      from,
      assetsOfSet(await dependencies.readSetRecord(renamed)),
    );
  }
  await redirectFormerId();
  return { asset: renamed, warnings };

  /** Derived images get the new parent id. If the asset is derived itself, the link under its parent gets the new id. */
  async function moveDerived(): Promise<void> {
    if (to === undefined) return;
    for (const id of await dependencies.derivedOf(company, from)) {
      await untilUnchanged(
        async () => {
          const derived = await dependencies.getAsset(company, id);
          if (derived?.parent !== from) return undefined;
          const after = { ...derived, parent: to };
          return (await dependencies.replaceRecord(derived, after, settings)) ? undefined : changedMeanwhile;
        },
        () => keepsChanging(id),
      );
      await dependencies.moveDerived(company, { parent: from, id }, { parent: to, id });
    }
    // The current parent, because it may have been renamed since if this step is repeated.
    const { parent } = renamed;
    if (parent !== undefined) {
      await dependencies.moveDerived(company, { parent, id: from }, { parent, id: to });
    }
  }

  /** Gives a set that shows the former id a new version that shows the new one. @returns problems of publishing it */
  async function renameMember(set: string): Promise<readonly string[]> {
    if (to === undefined) return [];
    return untilUnchanged(
      async () => {
        const before = await dependencies.getAsset(company, set);
        const record =
          before && isSetType(before.type) ? await dependencies.readSetRecord(before) : undefined;
        const isNamed = record !== undefined && assetsOfSet(record).includes(from);
        const after = before && record && isNamed ? await renameIn(before, record) : before;
        if (isNamed && !after) return changedMeanwhile;
        // Also a set that an earlier call changed but did not publish.
        const problems =
          after && goesLiveOnChange(after) && Object.values(after.publications).some(isOutdated(after))
            ? (await dependencies.publishAlone(after, publishing)).problems
            : [];
        // The link is deleted last, because it says that something is left to do.
        await dependencies.deleteMemberships(company, set, [from]);
        return problems;
      },
      () => keepsChanging(set),
    );
  }

  /** @returns the set in its next version; undefined if it changed after it was read */
  async function renameIn(before: Asset, record: SetRecord): Promise<Asset | undefined> {
    if (to === undefined) return undefined;
    const next = withMemberRenamed(record, from, to);
    const master = await dependencies.putSetRecord(before.masterKey, next);
    await dependencies.putMemberships(
      company,
      before.id,
      new Map([[to, occurrencesInSet(next).get(to) ?? 1]]),
    );
    const after = nextVersion(before, { ...master, type: before.type, ...factsOfSet(next) }, publishing);
    return (await dependencies.replaceAsset(before, after, settings)) ? after : undefined;
  }

  /** Redirects the former id to the new one, or deletes it. Earlier ids redirect to the new one directly. */
  async function redirectFormerId(): Promise<void> {
    if (to === undefined) return;
    for (const earlier of (renamed.redirectsFrom ?? []).filter((id) => id !== from)) {
      await repoint(earlier, to);
    }
    if (redirect) {
      await putRedirects(former, to);
      // A path on Server Directory contains no id, so it cannot redirect.
      const plain = possibleObjects(former, settings).filter(({ server }) => server === 'server-directory');
      await Promise.all(plain.map(dependencies.deleteFromOrigin));
    } else {
      await Promise.all(possibleObjects(former, settings).map(dependencies.deleteFromOrigin));
    }
    if (isPublished(former)) await dependencies.invalidateAssets(company, [from]);
    // History is written a moment after its record: that of a recent publication or withdrawal exists by now.
    await dependencies.moveOwnItems(company, from, to);
    if (!redirect) await dependencies.deleteAsset(company, from);
  }

  async function repoint(earlier: string, target: string): Promise<void> {
    const keeper = await dependencies.getAsset(company, earlier);
    if (!keeper?.trashed?.redirect || keeper.trashed.renamedTo === target) return;
    const after = { ...keeper, trashed: { ...keeper.trashed, renamedTo: target } };
    // If the record changed meanwhile, the redirect has ended.
    if (!(await dependencies.replaceRecord(keeper, after, settings))) return;
    await putRedirects(keeper, target);
    await dependencies.invalidateAssets(company, [earlier]);
  }

  /** Only images can redirect: a function delivers them. S3 delivers all other types, whose objects stay. */
  async function putRedirects(keeper: Asset, target: string): Promise<void> {
    const key = keeper.publications['image-serving']?.key;
    if (key === originKey('image-serving', { ...keeper, type: 'image' })) {
      await dependencies.putRedirect(company, keeper.id, target, { server: 'image-serving', key });
    }
  }
}

function isOutdated(asset: Asset): (publication: Publication) => boolean {
  return ({ version }) => version < asset.version;
}

/** The set record with one of its assets, a member or a swatch, under its new id. */
export function withMemberRenamed(record: SetRecord, from: string, to: string): SetRecord {
  return {
    ...record,
    members: record.members.map(({ swatch, ...member }) => ({
      ...member,
      id: member.id === from ? to : member.id,
      ...(swatch === undefined
        ? {}
        : { swatch: 'id' in swatch && swatch.id === from ? { ...swatch, id: to } : swatch }),
    })),
  };
}
