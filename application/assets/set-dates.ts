import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LiveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { type Asset, checkEntityTag } from '../../domain/assets/asset.ts';
import { type LiveDates, livePhase } from '../../domain/assets/live-dates.ts';
import { withLiveDates } from '../../domain/assets/set-live-dates.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { isFormerId } from '../../domain/library/trash.ts';
import { holderOf } from '../../domain/sets/built-asset.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from './keeps-changing.ts';
import { type PublishDependencies, reconcileOrigin } from './publish-asset.ts';

export interface DatesEdit extends Pick<Asset, 'company' | 'id'> {
  /** Those that are missing, the asset does not have afterwards. */
  readonly dates: LiveDates;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
}

export type SetDatesDependencies = PublishDependencies &
  Pick<AssetStore, 'getAsset'> &
  Pick<LiveDateStore, 'recordDates'> &
  Pick<RelationStore, 'derivedOf'>;

export interface DatesContext {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly settings: Pick<CompanySettings, 'servers'>;
  /** Takes the ids that are to be invalidated, if the caller changes many assets. */
  readonly invalidate?: (ids: readonly string[]) => Promise<void>;
}

/** Derived images of one parent that get their dates in parallel. */
const atATime = 8;

/**
 * Sets from when until when an asset is live, and the images that are derived from it, which show the same picture. Its objects get
 * the new end at once if it is live. What has to be published or withdrawn because of the change, apply-dates publishes or withdraws
 * within a minute. A repeated call continues. Called by serve-api.
 *
 * Costs: one read and 1 write unit for each kilobyte of the record, 1 or 2 for the index; for an asset that is live a COPY, a read and a
 * write for each server, and one cache tag if it ends earlier; the same for each derived image.
 * @throws Failure `asset.not-found`, `asset.trashed`, `asset.stale`, `asset.changed-meanwhile`, `dates.refused`
 */
export async function setDates(
  { company, id, dates, ifMatch }: DatesEdit,
  context: DatesContext,
  dependencies: SetDatesDependencies,
): Promise<Asset> {
  const { changed, before } = await changeRecord();
  await renewObjects(before, changed);
  if ((changed.derivedCount ?? 0) > 0) {
    const derived = await dependencies.derivedOf(company, id);
    await inParallel(derived, atATime, changeDerived);
  }
  return (await dependencies.getAsset(company, id)) ?? changed;

  function changeRecord(): Promise<{ readonly before: Asset; readonly changed: Asset }> {
    return untilUnchanged(
      async () => {
        const found = await dependencies.getAsset(company, id);
        if (!found || isFormerId(found)) throw new Failure('asset.not-found', `There is no asset ${id}`);
        if (found.trashed) throw new Failure('asset.trashed', `${holderOf(found)}; restore it first`);
        if (found.parent !== undefined) {
          throw new Failure(
            'dates.refused',
            `${id} is derived from ${found.parent} and has its dates; set the dates of ${found.parent}`,
          );
        }
        checkEntityTag(found, ifMatch);
        return record(found);
      },
      () => keepsChanging(id),
    );
  }

  async function record(found: Asset) {
    const after = withLiveDates(found, dates, context);
    if (after !== found && !(await dependencies.recordDates(found, after, context.settings)))
      return changedMeanwhile;
    return { before: found, changed: after };
  }

  async function changeDerived(name: string): Promise<void> {
    await untilUnchanged(
      async () => {
        const found = await dependencies.getAsset(company, name);
        // A link that is left from a creation that broke off.
        if (found?.parent !== id) return undefined;
        const recorded = await record(found);
        if (recorded === changedMeanwhile) return changedMeanwhile;
        await renewObjects(recorded.before, recorded.changed);
        return undefined;
      },
      () => keepsChanging(name),
    );
  }

  /**
   * Gives the objects of a live asset its new end. Also if the dates are the same: an earlier call may have died before it. What the
   * edge has kept with a later end is invalidated; browsers keep what they have.
   */
  async function renewObjects(before: Asset, after: Asset): Promise<void> {
    if (livePhase(after, context.at) !== 'between') return;
    if (before.liveUntil === undefined && after.liveUntil === undefined) return;
    const live = Object.entries(after.publications) as [Server, { readonly key: string }][];
    if (live.length === 0) return;
    for (const [server, { key }] of live)
      await reconcileOrigin(after, { server, key }, context, dependencies);
    const endsEarlier =
      after.liveUntil !== undefined &&
      (before.liveUntil === undefined || after.liveUntil <= before.liveUntil);
    if (!endsEarlier) return;
    await (context.invalidate?.([after.id]) ?? dependencies.invalidateAssets(company, [after.id]));
  }
}
