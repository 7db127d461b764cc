/**
 * Gives assets another id. The transaction that renames the record is the point from which the rename counts; from
 * then on the former id holds a record that keeps it, and says what is left to do:
 *   1. links: what is derived from it, and what it is derived from; members of a set;
 *   2. history, versions and keywords move to the new id;
 *   3. it goes live under the new id where it was live under the old one;
 *   4. sets that show it show the new id, as a new version, and go live with it where they were;
 *   5. what is live under the former id is withdrawn, or made a redirect for 30 days;
 *   6. the former id is free, or kept until the redirect ends.
 * Each step may be repeated: calling it again, or the daily clean-up, ends what broke off.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LibraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import type { MetadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
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
import { assetsOfSet, occurrencesInSet, type SetRecord } from '../../domain/sets/set-record.ts';
import type { LiveResult, SetPublishing } from '../sets/save-set.ts';

/** Times that a change is worked out anew because somebody else changed the asset. */
const maxAttempts = 5;

/** Sets that are changed side by side: five calls each, so that 1,000 of them take some ten seconds. */
const setsAtATime = 16;

export type RenameDependencies = Pick<AssetStore, 'getAsset'> &
  Pick<BuiltAssetStore, 'replaceAsset'> &
  Pick<LibraryStore, 'renameAsset' | 'replaceRecord'> &
  Pick<RelationStore, 'derivedOf' | 'membershipsOf' | 'putMemberships' | 'deleteMemberships'> &
  Pick<TrashStore, 'moveDerived' | 'moveOwnItems' | 'putWithdrawn' | 'deleteAsset'> &
  Pick<MetadataStore, 'moveKeywords'> &
  Pick<SetFiles, 'readSetRecord' | 'putSetRecord'> &
  Pick<LibraryObjects, 'putRedirect'> &
  Pick<OriginCopies, 'deleteFromOrigin'> &
  Pick<InvalidationQueue, 'invalidateAssets'> & {
    /** Puts an asset live, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

export interface FinishOptions {
  readonly settings: CompanySettings;
  /** Milliseconds since 1970 after which no further set is begun. */
  readonly until: number;
}

export interface RenamedAsset {
  readonly asset: Asset;
  readonly warnings: readonly string[];
}

/**
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.id-taken` with what holds the id,
 * `asset.changed-meanwhile`, and whatever keeps one of the steps from being made: then call it again
 */
export async function renameAsset(
  company: string,
  id: string,
  { settings, until, ...renaming }: Renaming & FinishOptions,
  dependencies: RenameDependencies,
): Promise<RenamedAsset> {
  const { to } = renaming;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const [before, holder] = await Promise.all([
      dependencies.getAsset(company, id),
      dependencies.getAsset(company, to),
    ]);
    if (before?.trashed?.renamedTo === to) return finishRename(before, { settings, until }, dependencies);
    // Done, and the answer got lost.
    if (!before && holder?.renamedFrom === id && !holder.trashed) return { asset: holder, warnings: [] };
    if (!before) throw new Failure('asset.not-found', `There is no asset ${id}`);
    // Somebody else renamed it meanwhile, or it is a former id that leads on: there is nothing to restore.
    if (isFormerId(before)) {
      const { renamedTo } = before.trashed ?? {};
      throw new Failure(
        'asset.not-found',
        renamedTo ? `${id} is ${renamedTo} now` : `${id} is being deleted`,
      );
    }
    if (before.trashed) throw new Failure('asset.trashed', `${holderOf(before)}; restore it first`);
    await endFormerRename(before, { settings, until }, dependencies);
    // It may take back an id that it had before.
    const inPlaceOf = holder?.trashed?.redirect && holder.trashed.renamedTo === id ? holder : undefined;
    if (holder && !inPlaceOf) throw taken(holder);

    const isLive = isPublished(before);
    const change = afterRenaming(before, { ...renaming, redirect: renaming.redirect && isLive });
    // What led from there to this asset must not lead it to itself. Not later: it may be live there at once.
    if (inPlaceOf) await Promise.all(possibleObjects(inPlaceOf, settings).map(dependencies.deleteFromOrigin));
    if (await dependencies.renameAsset(before, { ...change, inPlaceOf }, settings)) {
      return finishRename(change.former, { settings, until }, dependencies);
    }
  }
  throw new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);
}

/** A rename that broke off has to be ended before the next one: its sets and its history find only one id ahead. */
async function endFormerRename(
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

/** Does what is left to do of a rename. @param former what keeps the former id */
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
    throw new Failure('asset.not-found', `There is no asset ${to} any more`);
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
  if (renamed.keywords) await dependencies.moveKeywords(company, renamed.keywords, from, to);

  const warnings: string[] = [];
  if (renamed.intent === 'live' && isPublished(former) && !isPublished(renamed) && !renamed.trashed) {
    for (let attempt = 1; ; attempt += 1) {
      const tried = renamed;
      const { asset, problems } = await dependencies.publishAlone(tried, publishing);
      renamed = asset;
      // Who unpublished it or put it into the trash meanwhile did so under its new id.
      const isDesired = asset.intent === 'live' && !asset.trashed;
      if (!isDesired || isPublished(asset)) {
        warnings.push(...problems);
        break;
      }
      // A new version that came meanwhile is wanted live as well; it knew of nothing that was live.
      const isAnother = asset.version !== tried.version || asset.stateAt !== tried.stateAt;
      if (attempt === maxAttempts || !isAnother) {
        throw new Failure(
          'storage.busy',
          `${to} could not be put live yet: ${problems.join('; ')}; try again`,
        );
      }
    }
  }

  const memberships = await dependencies.membershipsOf(company, from);
  await inParallel(memberships, setsAtATime, async ({ set }) => {
    if (dependencies.clock() >= until) {
      const message = `${from} is ${to} now, but there are sets that still show its former id; call it again to go on`;
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

  /** What is derived from it gets its new parent; where it is derived itself, its parent its new id. */
  async function moveDerived(): Promise<void> {
    if (to === undefined) return;
    for (const id of await dependencies.derivedOf(company, from)) {
      for (let attempt = 1; ; attempt += 1) {
        const derived = await dependencies.getAsset(company, id);
        if (derived?.parent !== from) break;
        if (await dependencies.replaceRecord(derived, { ...derived, parent: to }, settings)) break;
        if (attempt === maxAttempts)
          throw new Failure('asset.changed-meanwhile', `${id} keeps being changed`);
      }
      await dependencies.moveDerived(company, { parent: from, id }, { parent: to, id });
    }
    // As it is now: the parent may have been renamed since, where this is done once more.
    const { parent } = renamed;
    if (parent !== undefined) {
      await dependencies.moveDerived(company, { parent, id: from }, { parent, id: to });
    }
  }

  /** A set that shows the former id shows the new one, as its next version. */
  async function renameMember(set: string): Promise<readonly string[]> {
    if (to === undefined) return [];
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const before = await dependencies.getAsset(company, set);
      const record = before && isSetType(before.type) ? await dependencies.readSetRecord(before) : undefined;
      const isNamed = record !== undefined && assetsOfSet(record).includes(from);
      const after = before && record && isNamed ? await renameIn(before, record) : before;
      // Somebody else changed it meanwhile.
      if (isNamed && !after) continue;
      // Also what an earlier call has changed and not put live.
      const problems =
        after && goesLiveOnChange(after) && Object.values(after.publications).some(isOld(after))
          ? (await dependencies.publishAlone(after, publishing)).problems
          : [];
      // The link last: it says that something is left to do.
      await dependencies.deleteMemberships(company, set, [from]);
      return problems;
    }
    throw new Failure('asset.changed-meanwhile', `The set ${set} keeps being changed; try again`);
  }

  /** @returns the set in its next version; undefined where it is not as it was read */
  async function renameIn(before: Asset, record: SetRecord): Promise<Asset | undefined> {
    if (to === undefined) return undefined;
    const next = withMemberRenamed(record, from, to);
    const master = await dependencies.putSetRecord(before.masterKey, next);
    await dependencies.putMemberships(
      company,
      before.id,
      new Map([[to, occurrencesInSet(next).get(to) ?? 1]]),
    );
    const after = nextVersion(before, { ...master, type: before.type }, publishing);
    return (await dependencies.replaceAsset(before, after, settings)) ? after : undefined;
  }

  /** What is left of the former id leads to the new one, or goes. Earlier ids lead straight there. */
  async function redirectFormerId(): Promise<void> {
    if (to === undefined) return;
    for (const earlier of (renamed.redirectsFrom ?? []).filter((id) => id !== from)) {
      await repoint(earlier, to);
    }
    if (redirect) {
      await putRedirects(former, to);
      // A path of Server Directory is no address with an id in it.
      const plain = possibleObjects(former, settings).filter(({ server }) => server === 'server-directory');
      await Promise.all(plain.map(dependencies.deleteFromOrigin));
    } else {
      await Promise.all(possibleObjects(former, settings).map(dependencies.deleteFromOrigin));
    }
    if (isPublished(former)) await dependencies.invalidateAssets(company, [from]);
    // History follows its record after a moment: of what was published or withdrawn just before, it is there by now.
    await dependencies.moveOwnItems(company, from, to);
    if (!redirect) await dependencies.deleteAsset(company, from);
  }

  async function repoint(earlier: string, target: string): Promise<void> {
    const keeper = await dependencies.getAsset(company, earlier);
    if (!keeper?.trashed?.redirect || keeper.trashed.renamedTo === target) return;
    const after = { ...keeper, trashed: { ...keeper.trashed, renamedTo: target } };
    // Where somebody else changed it meanwhile it has ended.
    if (!(await dependencies.replaceRecord(keeper, after, settings))) return;
    await putRedirects(keeper, target);
    await dependencies.invalidateAssets(company, [earlier]);
  }

  /** Images are delivered by a function, which can redirect; all else by S3, which cannot, and stays as it is. */
  async function putRedirects(keeper: Asset, target: string): Promise<void> {
    const key = keeper.publications['image-serving']?.key;
    if (key === originKey('image-serving', { ...keeper, type: 'image' })) {
      await dependencies.putRedirect(company, keeper.id, target, { server: 'image-serving', key });
    }
  }
}

function isOld(asset: Asset): (publication: Publication) => boolean {
  return ({ version }) => version < asset.version;
}

/** The set with one of its assets, member or swatch, under its new id. */
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
