import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { CleanUpStore } from '../../adapters/dynamodb/library/clean-up-store.ts';
import type { LibraryObjects, ListedObject } from '../../adapters/s3/library-objects.ts';
import type { OriginCopies } from '../../adapters/s3/origin-copies.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { isRecordedObject, type PossibleOwner, possibleOwner } from '../../domain/library/origin-owner.ts';
import { dateAfter, datesUntil, redirectDays } from '../../domain/library/trash.ts';
import { type FindDueCompaniesDependencies, findDueCompanies } from './find-due-companies.ts';

/** Objects that are deleted in parallel. */
const deletionsAtATime = 16;

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
    FindDueCompaniesDependencies,
    Pick<AssetStore, 'getAssets'>,
    Pick<LibraryObjects, 'listOrigin'>,
    OriginCopies {
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
  /** Companies with something that is due. */
  readonly companies: number;
  /** Deleted objects that no publication named. */
  readonly orphans: number;
  /** Objects that were checked. */
  readonly walked: number;
  readonly failed: number;
}

/**
 * "Clean Up Library", once a day: sends a message for each company with something that is due, which purgeCompany works on:
 * what has been in the trash for 7 days, former ids after 30 days, folders that were deleted yesterday, and interrupted
 * purges and renames. Then it checks the next objects of the origins and deletes those that no publication names. The next
 * run continues where one run ends.
 *
 * Costs: those of findDueCompanies; a LIST and 1,000 read units for 1,000 objects.
 * @throws Error if something failed, after everything else is done: Lambda then calls again, and an alarm goes off
 */
export async function cleanUpLibrary(dependencies: CleanUpDependencies): Promise<CleanUpReport> {
  const started = dependencies.now();
  const until = dependencies.clock() + dependencies.timeLeft() - reserve;
  const hasTime = () => dependencies.clock() < until;
  let state = await dependencies.readState();
  let failed = 0;

  const today = started.slice(0, 10);
  // The first run starts at the earliest date that can be due.
  const purgeFrom = await firstDueDate(state.purgeFrom ?? dateAfter(today, -redirectDays));
  state = { ...state, purgeFrom };
  await dependencies.writeState(state);
  const from = { date: purgeFrom, shard: 0 };
  const { size: companies } = await findDueCompanies(
    { all: 'companies', run: started, from },
    dependencies,
    hasTime,
  );

  const { walked, removed } = await walkOrigins();
  const restored = await restorePublished(removed);
  const report = { companies, orphans: removed.length - restored, walked, failed };
  dependencies.log.info('The library was cleaned up', { ...report });
  if (failed > 0) throw new Error(`${failed} objects could not be deleted; the log names them`);
  return report;

  /** The first date with items from this one on; today at the latest, because more items may become due today. */
  async function firstDueDate(first: string): Promise<string> {
    for (const date of datesUntil(first, started)) {
      for (let shard = 0; shard < dependencies.shards; shard += 1) {
        const { value } = await dependencies.listPurgeCompanies({ date, shard }).next();
        if (value?.companies.length > 0) return date;
      }
    }
    return today;
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
    const deleted = await inParallel(orphans, deletionsAtATime, async ({ orphan }) => {
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
