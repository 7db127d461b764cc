import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { CleanUpStore } from '../../adapters/dynamodb/library/clean-up-store.ts';
import type { FolderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import type { PurgeItem, TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { LibraryObjects, ListedObject } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { Purging } from '../../application/library/purge-asset.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { isRecordedObject, type PossibleOwner, possibleOwner } from '../../domain/library/origin-owner.ts';
import { dateAfter, datesUntil, isPurgeDue, redirectDays } from '../../domain/library/trash.ts';

/** Items that are purged in parallel; each takes about ten calls. */
const purgesAtATime = 16;

/** Milliseconds reserved for checking the deleted objects again, and for recording the progress. */
const reserve = 60_000;

/**
 * Pages of 1,000 objects that a run checks: 100,000 objects are 100 LISTs and 100,000 read units, $0.013. A library of a
 * million objects is checked in ten days.
 */
const maxPages = 100;

/** Milliseconds. A younger object may have no record yet, because objects are written before records. */
const minAge = 24 * 60 * 60 * 1_000;

export interface CleanUpDependencies
  extends CleanUpStore,
    Pick<AssetStore, 'getAsset' | 'getAssets'>,
    Pick<TrashStore, 'listPurgeItems'>,
    Pick<FolderStore, 'settleDeletedFolder' | 'getFolder'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<LibraryObjects, 'listOrigin'>,
    OriginCopies {
  readonly purge: (asset: Asset, purging: Purging) => Promise<string[]>;
  /** Shards of the purge index. */
  readonly shards: number;
  readonly now: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly log: {
    info(message: string, facts: Record<string, unknown>): void;
    error(message: string, facts: Record<string, unknown>): void;
  };
}

interface Orphan {
  readonly server: Server;
  readonly key: string;
  readonly owner: PossibleOwner;
}

/** Counts of a run. */
export interface CleanUpReport {
  /** Assets, former ids and folders that were deleted for good. */
  readonly purged: number;
  /** Deleted objects that no publication named. */
  readonly orphans: number;
  /** Objects that were checked. */
  readonly walked: number;
  readonly failed: number;
}

/**
 * "Clean Up Library", once a day: deletes for good what has been in the trash for 7 days, former ids after 30 days, and
 * folders that were deleted yesterday; finishes interrupted purges and renames; then checks the next objects of the origins
 * and deletes those that no publication names. The next run does what one run leaves.
 *
 * Costs: those of purgeAsset for each asset; a LIST and 1,000 read units for 1,000 objects.
 * @throws Error if something failed, after everything else is done: Lambda then calls again, and an alarm goes off
 */
export async function cleanUpLibrary(dependencies: CleanUpDependencies): Promise<CleanUpReport> {
  const started = dependencies.now();
  const until = dependencies.clock() + dependencies.timeLeft() - reserve;
  const hasTime = () => dependencies.clock() < until;
  const settingsOf = cached(dependencies.getSettings);
  let state = await dependencies.readState();
  let purged = 0;
  let failed = 0;

  const today = started.slice(0, 10);
  // The first run starts at the earliest date that can be due.
  let purgeFrom = state.purgeFrom ?? dateAfter(today, -redirectDays);
  let isWhole = true;
  for (const date of datesUntil(purgeFrom, started)) {
    if (!(await purgeDate(date))) isWhole = false;
    // More items may become due today.
    if (isWhole && date < today) purgeFrom = dateAfter(date, 1);
    if (!hasTime()) break;
  }
  state = { ...state, purgeFrom };
  await dependencies.writeState(state);

  const { walked, removed } = await walkOrigins();
  const restored = await restorePublished(removed);
  const report = { purged, orphans: removed.length - restored, walked, failed };
  dependencies.log.info('The library was cleaned up', { ...report });
  if (failed > 0) throw new Error(`${failed} items could not be deleted; the log names them`);
  return report;

  /** @returns whether everything that was due on the date is deleted */
  async function purgeDate(date: string): Promise<boolean> {
    let isDone = true;
    for (let shard = 0; shard < dependencies.shards; shard += 1) {
      for await (const items of dependencies.listPurgeItems(date, shard)) {
        await inParallel(items, purgesAtATime, async (item) => {
          if (!hasTime()) isDone = false;
          else if (!(await purgeItem(item))) isDone = false;
        });
        if (!hasTime()) return false;
      }
    }
    return isDone;
  }

  async function purgeItem(item: PurgeItem): Promise<boolean> {
    const { company } = item;
    try {
      const at = dependencies.now();
      if ('folder' in item) {
        const folder = await dependencies.getFolder(company, item.folder);
        if (folder?.deleted === undefined) return true;
        if (await dependencies.settleDeletedFolder(company, item.folder, folder.deleted)) purged += 1;
        return true;
      }
      const asset = await dependencies.getAsset(company, item.id);
      // The index follows the records after a moment.
      if (!asset?.trashed) return true;
      if (!isPurgeDue(asset.trashed, at)) return false;
      const settings = await settingsOf(company);
      const purgedIds = await dependencies.purge(asset, { at, until, settings });
      purged += purgedIds.length;
      return true;
    } catch (error) {
      failed += 1;
      dependencies.log.error('An item could not be deleted for good', { item, error });
      return false;
    }
  }

  async function walkOrigins(): Promise<{ walked: number; removed: Orphan[] }> {
    const removed: Orphan[] = [];
    let walk = state.walk ?? { server: servers[0] };
    let objectsSeen = 0;
    let ended = 0;
    // At most one round over all origins, so that a small library is not checked again and again.
    for (let pages = 0; pages < maxPages && hasTime() && ended <= servers.length; pages += 1) {
      const { server, after } = walk;
      const { objects, next } = await dependencies.listOrigin(server, after);
      objectsSeen += objects.length;
      removed.push(...(await removeOrphans(server, objects)));
      if (next === undefined) ended += 1;
      walk = next === undefined ? { server: serverAfter(server) } : { server, after: next };
      if (ended === servers.length && walk.after === undefined) break;
    }
    state = { ...state, walk };
    await dependencies.writeState(state);
    return { walked: objectsSeen, removed };
  }

  async function removeOrphans(server: Server, objects: readonly ListedObject[]): Promise<Orphan[]> {
    const oldest = Date.parse(started) - minAge;
    const suspects = objects.flatMap(({ key, modified }): Orphan[] => {
      const owner = Date.parse(modified) < oldest ? possibleOwner(server, key) : undefined;
      return owner ? [{ server, key, owner }] : [];
    });
    const orphans = (await withOwners(suspects)).filter(({ owner }) => owner === undefined);
    const deleted = await inParallel(orphans, purgesAtATime, async ({ orphan }) => {
      try {
        await dependencies.deleteFromOrigin({ server, key: orphan.key });
      } catch (error) {
        failed += 1;
        dependencies.log.error('An object that no publication names could not be deleted', {
          ...orphan,
          error,
        });
        return [];
      }
      dependencies.log.info('Deleted an object that no publication names', { server, key: orphan.key });
      return [orphan];
    });
    return deleted.flat();
  }

  /**
   * Copies a deleted object again if an asset names it now: a call that was publishing at this moment had written the object
   * before the deletion, and its record after it.
   * @returns the number of restored objects
   */
  async function restorePublished(removed: readonly Orphan[]): Promise<number> {
    let restored = 0;
    for (const { orphan, owner } of await withOwners(removed)) {
      if (!owner) continue;
      await dependencies.copyToOrigin(owner, { server: orphan.server, key: orphan.key });
      restored += 1;
    }
    return restored;
  }

  /** Finds for each object the asset whose record names it, if there is one. */
  async function withOwners(
    orphans: readonly Orphan[],
  ): Promise<{ orphan: Orphan; owner: Asset | undefined }[]> {
    const byCompany = Map.groupBy(orphans, ({ owner }) => owner.company);
    const found: { orphan: Orphan; owner: Asset | undefined }[] = [];
    for (const [company, here] of byCompany) {
      const ids = here.map(({ owner }) => owner.id);
      const assets = await dependencies.getAssets(company, ids, { consistent: true });
      for (const orphan of here) {
        const asset = assets.get(orphan.owner.id);
        const owner = isRecordedObject(asset, orphan.server, orphan.key) ? asset : undefined;
        found.push({ orphan, owner });
      }
    }
    return found;
  }
}

function serverAfter(server: Server): Server {
  return servers[(servers.indexOf(server) + 1) % servers.length] ?? servers[0];
}

function cached(
  getSettings: (company: string) => Promise<CompanySettings>,
): (company: string) => Promise<CompanySettings> {
  const known = new Map<string, Promise<CompanySettings>>();
  return (company) => {
    const settings = known.get(company) ?? getSettings(company);
    known.set(company, settings);
    return settings;
  };
}
