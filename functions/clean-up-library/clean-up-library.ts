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

/** Of what is due, side by side: each some ten calls. */
const purgesAtATime = 16;

/** Milliseconds kept back to look once more at what was removed, and to write how far it came. */
const reserve = 60_000;

/**
 * Pages of 1,000 objects that a run walks over: 100,000 objects are 100 LISTs and 100,000 read units, $0.013. A library
 * of a million is walked over in ten days.
 */
const maxPages = 100;

/** Milliseconds. What is younger may be on its way: an object is put before the record says so. */
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

/** What a run did. */
export interface CleanUpReport {
  /** Assets, former ids and folders that are gone. */
  readonly purged: number;
  /** Objects that no publication named. */
  readonly orphans: number;
  readonly walked: number;
  readonly failed: number;
}

/**
 * The daily clean-up: removes for good what has been in the trash for 7 days, former ids after 30, folders that were
 * deleted yesterday; ends what broke off; then walks on over the origins and deletes objects that no publication names.
 * What one run leaves, the next one does.
 * @throws Error where something failed, once all else is done: it is tried again, and the operators are told
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
  // The first run looks as far back as anything can be due.
  let purgeFrom = state.purgeFrom ?? dateAfter(today, -redirectDays);
  let isWhole = true;
  for (const date of datesUntil(purgeFrom, started)) {
    if (!(await purgeDate(date))) isWhole = false;
    // Of today more comes to be due.
    if (isWhole && date < today) purgeFrom = dateAfter(date, 1);
    if (!hasTime()) break;
  }
  state = { ...state, purgeFrom };
  await dependencies.writeState(state);

  const { walked, removed } = await walkOrigins();
  const brought = await bringBack(removed);
  const report = { purged, orphans: removed.length - brought, walked, failed };
  dependencies.log.info('The library is cleaned up', { ...report });
  if (failed > 0) throw new Error(`${failed} things could not be removed; the log names them`);
  return report;

  /** @returns whether nothing that is due is left of the date */
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
      dependencies.log.error('Could not be removed', { item, error });
      return false;
    }
  }

  async function walkOrigins(): Promise<{ walked: number; removed: Orphan[] }> {
    const removed: Orphan[] = [];
    let walk = state.walk ?? { server: servers[0] };
    let objectsSeen = 0;
    let ended = 0;
    // Once round at most: a small library is not walked over again and again.
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
    await inParallel(orphans, purgesAtATime, async ({ orphan }) => {
      await dependencies.deleteFromOrigin({ server, key: orphan.key });
      dependencies.log.info('An object that no publication names was deleted', { server, key: orphan.key });
    });
    return orphans.map(({ orphan }) => orphan);
  }

  /**
   * Whoever was publishing one of them at this very moment had put it there before, and said so after: then it is put
   * there again.
   */
  async function bringBack(removed: readonly Orphan[]): Promise<number> {
    let brought = 0;
    for (const { orphan, owner } of await withOwners(removed)) {
      if (!owner) continue;
      await dependencies.copyToOrigin(owner, { server: orphan.server, key: orphan.key });
      brought += 1;
    }
    return brought;
  }

  /** The asset that says of an object that it is live, if there is one. */
  async function withOwners(
    orphans: readonly Orphan[],
  ): Promise<{ orphan: Orphan; owner: Asset | undefined }[]> {
    const byCompany = Map.groupBy(orphans, ({ owner }) => owner.company);
    const found: { orphan: Orphan; owner: Asset | undefined }[] = [];
    for (const [company, here] of byCompany) {
      const ids = here.flatMap(({ owner }) => owner.ids);
      const assets = await dependencies.getAssets(company, ids, { consistent: true });
      for (const orphan of here) {
        const owner = orphan.owner.ids
          .map((id) => assets.get(id))
          .find((asset) => isRecordedObject(asset, orphan.server, orphan.key));
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
