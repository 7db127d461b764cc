/**
 * Publishes assets and withdraws them. The record of an asset says what is live. Origins are written before the record, so
 * the record never promises an object that does not exist. There are no locks: every change of a record is conditional on
 * the state that was read, and a caller that loses such a race reconciles the origin with the record.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { VersionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import {
  afterPublishing,
  afterWithdrawal,
  isCurrentOn,
  type OriginObject,
  orphanedObjects,
  possibleObjects,
  stateAfter,
} from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { asOfVersion } from './as-of-version.ts';
import { keepsChanging } from './keeps-changing.ts';

/** Attempts to record a publication. A second writer is rare, a third is very rare. */
const maxAttempts = 5;

export type PublishDependencies = Pick<
  AssetStore,
  'getAsset' | 'recordPublication' | 'recordWithdrawal' | 'confirmHistory'
> &
  Pick<VersionStore, 'getVersion'> &
  OriginCopies &
  Pick<EventBus, 'emitPublished'> & {
    /** Removes an asset from the CDN cache when one of its addresses ends because its type changed. */
    readonly invalidateAssets: InvalidationQueue['invalidateAssets'];
  };

export type WithdrawDependencies = Pick<
  PublishDependencies,
  'getAsset' | 'recordWithdrawal' | 'deleteFromOrigin'
>;

export interface Publishing {
  /** Subject of the user, also if a job publishes for the user. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly jobId?: string;
  readonly settings: Pick<CompanySettings, 'servers'>;
  /** Also copies what is already live in this version. */
  readonly force?: boolean;
}

export interface PublishResult {
  /** The record as it is now; undefined if it no longer exists. */
  readonly asset: Asset | undefined;
  /** Servers on which this call published the asset. */
  readonly published: readonly Server[];
  /** Servers on which this version was live before. */
  readonly alreadyLive: readonly Server[];
  /** Servers to which the copy failed; the record does not name them. */
  readonly failed: readonly { readonly server: Server; readonly error: unknown }[];
  /**
   * The asset got a new version or was withdrawn while it was copied. Nothing was published, and the origins agree with
   * the record.
   */
  readonly changed: boolean;
}

/**
 * Publishes the version of `asset` on servers: one COPY for each server, then the record (intent `live`) and the history,
 * then the event. Called by publish-part, ingest-upload, and by serve-api and clean-up-library through publishClosures. A
 * call that is repeated after a crash has the same result.
 *
 * Costs for each server: one COPY. For the asset: 1 write unit for the record, 1 if it leaves the pending index, and 1 for
 * each server's history.
 * @param asset as read from its record, consistently
 * @throws Failure `asset.changed-meanwhile` if an origin cannot be reconciled
 */
export async function publishAsset(
  asset: Asset,
  servers: readonly Server[],
  publishing: Publishing,
  dependencies: PublishDependencies,
): Promise<PublishResult> {
  const { by, at, jobId, settings, force = false } = publishing;
  const publication = { by, at, ...(jobId === undefined ? {} : { jobId }) };
  const alreadyLive = force ? [] : servers.filter((server) => isCurrentOn(asset, server));
  // An earlier call may have died between the record and its history.
  if (alreadyLive.length > 0) await dependencies.confirmHistory(asset, alreadyLive);

  const missing = servers.filter((server) => !alreadyLive.includes(server));
  const copies = await Promise.allSettled(
    missing.map((server) => dependencies.copyToOrigin(asset, { server, key: originKey(server, asset) })),
  );
  const published = missing.filter((_, index) => copies[index]?.status === 'fulfilled');
  const failed = missing.flatMap((server, index) => {
    const copy = copies[index];
    return copy?.status === 'rejected' ? [{ server, error: copy.reason as unknown }] : [];
  });
  if (published.length === 0 && (failed.length > 0 || asset.intent === 'live')) {
    return { asset, published, alreadyLive, failed, changed: false };
  }

  let before = asset;
  let open = published;
  // Not untilUnchanged: without a successful attempt this call reconciles the origins and returns.
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const after = afterPublishing(before, open, publication);
    // An object at another key, from when the asset had another type.
    const orphaned = orphanedObjects(before, after);
    for (const object of orphaned) await dependencies.deleteFromOrigin(object);
    // Before the record, so that a call that is repeated after a crash finds the same objects.
    if (orphaned.length > 0) await dependencies.invalidateAssets(asset.company, [asset.id]);
    const isDone = open.length === 0 && before.intent === 'live';
    if (isDone || (await dependencies.recordPublication(before, after, settings))) {
      if (open.length > 0) dependencies.emitPublished(after, open, publication);
      const byOthers = published.filter((server) => !open.includes(server));
      return {
        asset: after,
        published: open,
        alreadyLive: [...alreadyLive, ...byOthers],
        failed,
        changed: false,
      };
    }
    const now = await dependencies.getAsset(asset.company, asset.id);
    if (!now || now.trashed || now.version !== asset.version) break;
    // The asset was withdrawn meanwhile, and with it perhaps the copies. It may also have been held from the start.
    if (now.intent === 'held') break;
    // The copies have the end that the asset had before.
    if (now.liveUntil !== asset.liveUntil) break;
    // Another caller published the same version meanwhile. The copies are still wanted. A server on which the version
    // is now live already has its history.
    before = now;
    open = published.filter((server) => {
      // With `force`, a live version alone proves nothing, unless another call for this job published it.
      const isByThisJob = jobId !== undefined && now.publications[server]?.jobId === jobId;
      return !isCurrentOn(now, server) || (isCurrentOn(asset, server) && !isByThisJob);
    });
  }
  for (const server of published) {
    await reconcileOrigin(asset, { server, key: originKey(server, asset) }, publishing, dependencies);
  }
  const now = await dependencies.getAsset(asset.company, asset.id);
  return { asset: now, published: [], alreadyLive, failed, changed: true };
}

/**
 * Withdraws an asset from all servers: first its objects, then the record (intent `held`), then the history. Called by
 * withdrawAssets. A call that dies in between leaves the asset withdrawn but recorded as live; repeating it completes it.
 *
 * Costs: one DELETE for each possible object (free), 1 write unit for the record, 1 if the asset leaves the pending index,
 * and 1 for each server's history.
 * @returns the asset as it is now, and the servers it was live on
 * @throws Failure `asset.changed-meanwhile`, `asset.not-found`
 */
export async function withdrawAsset(
  asset: Asset,
  withdrawal: {
    readonly by: string;
    readonly at: string;
    readonly settings: Pick<CompanySettings, 'servers'>;
  },
  dependencies: WithdrawDependencies,
): Promise<{ asset: Asset; withdrawn: Server[] }> {
  const { by, at, settings } = withdrawal;
  return untilUnchanged(
    async (attempt) => {
      const before = attempt === 1 ? asset : await dependencies.getAsset(asset.company, asset.id);
      if (!before) throw new Failure('asset.not-found', `There is no asset ${asset.id}`);
      // trashAsset withdraws the asset itself, and keeps the intent for a later restore.
      if (attempt > 1 && before.trashed) return { asset: before, withdrawn: [] };
      await Promise.all(possibleObjects(before, settings).map(dependencies.deleteFromOrigin));
      const after = afterWithdrawal(before, at);
      if (!(await dependencies.recordWithdrawal(before, after, settings, { by, at })))
        return changedMeanwhile;
      return { asset: after, withdrawn: Object.keys(before.publications) as Server[] };
    },
    () => keepsChanging(asset.id),
  );
}

/**
 * Makes an object at an origin agree with the record, after a copy that the record did not take. Then writes the record
 * with a new time and no other change: a caller that publishes or withdraws the asset at this moment has not seen the
 * reconciled object, and has to look again. Called by publishAsset and publish-part.
 *
 * Limit: an earlier version whose bytes are not kept any more cannot be restored. The object then stays as it is until the
 * asset is published again.
 * @throws Failure `asset.changed-meanwhile`
 */
export async function reconcileOrigin(
  copied: Pick<Asset, 'company' | 'id'>,
  object: OriginObject,
  { at, settings }: Pick<Publishing, 'at' | 'settings'>,
  dependencies: PublishDependencies,
): Promise<void> {
  await untilUnchanged(
    async () => {
      const now = await dependencies.getAsset(copied.company, copied.id);
      const publication = now?.publications[object.server];
      if (!now || publication?.key !== object.key) await dependencies.deleteFromOrigin(object);
      else await restoreVersion(now, publication.version, object, dependencies);
      if (!now)
        return (await dependencies.getAsset(copied.company, copied.id)) ? changedMeanwhile : undefined;
      const after = { ...now, stateAt: stateAfter(now, at) };
      return (await dependencies.recordPublication(now, after, settings)) ? undefined : changedMeanwhile;
    },
    () => keepsChanging(copied.id),
  );
}

async function restoreVersion(
  now: Asset,
  version: number,
  object: OriginObject,
  { getVersion, copyToOrigin }: Pick<PublishDependencies, 'getVersion' | 'copyToOrigin'>,
): Promise<void> {
  if (version === now.version) return copyToOrigin(now, object);
  const found = await getVersion(now.company, now.id, version);
  if (!found) return;
  try {
    await copyToOrigin(asOfVersion(now, found), object);
  } catch (error) {
    if (storageRefusal(error) === undefined) throw error;
  }
}
