/**
 * Puts assets on their servers and takes them off again. The record of an asset says what shall be live; origins are
 * written before it, so that it never promises what is not there. Nobody is locked out meanwhile: each change of the
 * record is bound to the state it was worked out from, and who loses such a race puts the origin right by the record.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
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

/** Times that a change is worked out anew because somebody else changed the record: two would be rare. */
const maxAttempts = 5;

export type PublishDependencies = Pick<
  AssetStore,
  'getAsset' | 'recordPublication' | 'recordWithdrawal' | 'confirmHistory'
> &
  OriginCopies & {
    /** Removes an asset from the CDN cache when one of its addresses ends, because its type changed. */
    readonly invalidateAssets: InvalidationQueue['invalidateAssets'];
  };

export interface Publishing {
  /** Subject of the user, also where a job does it for them. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly jobId?: string;
  readonly settings: Pick<CompanySettings, 'servers'>;
  /** Copy also what is live in this version already. */
  readonly force?: boolean;
}

export interface PublishResult {
  /** The record as it is now; undefined if it is gone. */
  readonly asset: Asset | undefined;
  /** Where this call put it live. */
  readonly published: readonly Server[];
  /** Where this version was live before. */
  readonly alreadyLive: readonly Server[];
  /** Where the copy failed; the record says nothing of these servers. */
  readonly failed: readonly { readonly server: Server; readonly error: unknown }[];
  /**
   * The asset got a new version or was withdrawn while it was copied: nothing was published, and the origins are as
   * the record says.
   */
  readonly changed: boolean;
}

/**
 * Puts the version of `asset` live on servers: one COPY for each, then the record (intent `live`), then the history.
 * Calling it again after it died anywhere gives the same result.
 * @param asset as read from its record, consistently
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
  // The one before may have died between record and history.
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
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const after = afterPublishing(before, open, publication);
    // An object at another key, from when the asset was of another type.
    const left = orphanedObjects(before, after);
    for (const object of left) await dependencies.deleteFromOrigin(object);
    // Before the record: who does it again after this died finds the same left behind.
    if (left.length > 0) await dependencies.invalidateAssets(asset.company, [asset.id]);
    const isDone = open.length === 0 && before.intent === 'live';
    if (isDone || (await dependencies.recordPublication(before, after, settings))) {
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
    // Withdrawn meanwhile, also where it was held before: the copies may be gone.
    if (now.intent === 'held') break;
    // Somebody published the same version meanwhile, here or elsewhere: the copies are still what is wanted, and
    // where it is live already, it has its history.
    before = now;
    open = published.filter((server) => {
      // Where all is copied again, what is live tells nothing, but that this job has done it beside this call.
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
 * Withdraws an asset from all servers: first its objects, then the record (intent `held`), then the history. Dying in
 * between leaves it withdrawn but recorded as live; calling it again ends it.
 * @returns the asset after it, and the servers it was live on
 * @throws Failure `asset.changed-meanwhile`, `asset.not-found`
 */
export async function withdrawAsset(
  asset: Asset,
  withdrawal: {
    readonly by: string;
    readonly at: string;
    readonly settings: Pick<CompanySettings, 'servers'>;
  },
  dependencies: PublishDependencies,
): Promise<{ asset: Asset; withdrawn: Server[] }> {
  const { by, at, settings } = withdrawal;
  let before: Asset | undefined = asset;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    await Promise.all(possibleObjects(before, settings).map(dependencies.deleteFromOrigin));
    const after = afterWithdrawal(before, at);
    if (await dependencies.recordWithdrawal(before, after, settings, { by, at })) {
      return { asset: after, withdrawn: Object.keys(before.publications) as Server[] };
    }
    before = await dependencies.getAsset(asset.company, asset.id);
    if (!before) throw new Failure('asset.not-found', `There is no asset ${asset.id}`);
    // Who puts an asset into the trash withdraws it, and keeps what was wanted of it for its way back.
    if (before.trashed) return { asset: before, withdrawn: [] };
  }
  throw new Failure('asset.changed-meanwhile', `${asset.id} keeps being changed; try again`);
}

/**
 * Makes the object at an origin what the record says, after a copy that the record did not take. The record is then
 * written as it is with another time: whoever puts the asset live or withdraws it at this moment had not seen what was
 * done here, and has to look again.
 * What it cannot bring back is a version that is neither the current one nor this one's: then the object stays as it
 * is until the asset, which counts as changed, is published again.
 */
export async function reconcileOrigin(
  copied: Pick<Asset, 'company' | 'id'>,
  object: OriginObject,
  { at, settings }: Pick<Publishing, 'at' | 'settings'>,
  dependencies: PublishDependencies,
): Promise<void> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const now = await dependencies.getAsset(copied.company, copied.id);
    const publication = now?.publications[object.server];
    if (!now || publication?.key !== object.key) await dependencies.deleteFromOrigin(object);
    else if (publication.version === now.version) await dependencies.copyToOrigin(now, object);
    if (!now && !(await dependencies.getAsset(copied.company, copied.id))) return;
    if (
      now &&
      (await dependencies.recordPublication(now, { ...now, stateAt: stateAfter(now, at) }, settings))
    )
      return;
  }
  throw new Failure('asset.changed-meanwhile', `${copied.id} keeps being changed; try again`);
}
