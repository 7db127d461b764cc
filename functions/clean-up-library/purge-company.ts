import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { ProgressStore } from '../../adapters/dynamodb/companies/progress-store.ts';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { FolderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import type { PurgeItem, TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { Purging } from '../../application/library/purge-asset.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { datesUntil, isPurgeDue } from '../../domain/library/trash.ts';
import type { CleanUpWork } from './clean-up-library.contract.ts';

/** Items that are purged in parallel; each takes about ten calls. */
const purgesAtATime = 16;

/** Milliseconds reserved for the purges that are under way and for the message about the rest. */
const reserve = 60_000;

export interface PurgeCompanyDependencies
  extends Pick<AssetStore, 'getAsset'>,
    Pick<TrashStore, 'listPurgeItems'>,
    Pick<FolderStore, 'settleDeletedFolder' | 'getFolder'>,
    Pick<SettingsStore, 'getSettings'>,
    ProgressStore {
  readonly purge: (asset: Asset, purging: Purging) => Promise<string[]>;
  /** Sends a message to this function. */
  readonly request: (work: CleanUpWork) => Promise<void>;
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

export interface PurgeReport {
  /** Assets, former ids and folders that were deleted for good. */
  readonly purged: number;
  readonly failed: number;
}

/**
 * "Clean Up Library", for one company: deletes for good what is due, as cleanUpLibrary says. When its time is up, it sends
 * a message about the rest, which goes to the end of the queue. What fails stays due for the next day.
 *
 * Work of an earlier day that is still under way ends: the message of the new day covers it.
 *
 * Costs: those of purgeAsset for each asset; two queries for each shard of each date, a read and two writes.
 */
export async function purgeCompany(
  { company, run, from }: Extract<CleanUpWork, { company: string }>,
  dependencies: PurgeCompanyDependencies,
): Promise<PurgeReport> {
  const until = dependencies.clock() + dependencies.timeLeft() - reserve;
  const report = { purged: 0, failed: 0 };
  const current = await dependencies.readProgress(company);
  if (current && String(current.run) > run) {
    dependencies.log.info('The clean-up of a later day covers this one', { company, run });
    return report;
  }
  if (current?.run !== run) await dependencies.writeProgress(company, { run });
  const settings = await dependencies.getSettings(company);

  for (const date of datesUntil(from.date, run)) {
    const isFirst = date === from.date;
    for (let shard = isFirst ? from.shard : 0; shard < dependencies.shards; shard += 1) {
      let after = isFirst && shard === from.shard ? from.after : undefined;
      for await (const items of dependencies.listPurgeItems(company, { date, shard, after })) {
        for (let first = 0; first < items.length; first += purgesAtATime) {
          if (dependencies.clock() >= until) {
            const rest = { date, shard, ...(after === undefined ? {} : { after }) };
            await dependencies.request({ company, run, from: rest });
            return report;
          }
          const chunk = items.slice(first, first + purgesAtATime);
          await inParallel(chunk, purgesAtATime, purgeItem);
          const last = chunk.at(-1);
          if (last && 'id' in last) after = last.id;
        }
      }
    }
  }
  await dependencies.deleteProgress(company);
  return report;

  async function purgeItem(item: PurgeItem): Promise<void> {
    try {
      const at = dependencies.now();
      if ('folder' in item) {
        const folder = await dependencies.getFolder(company, item.folder);
        if (folder?.deleted === undefined) return;
        if (await dependencies.settleDeletedFolder(company, item.folder, folder.deleted)) report.purged += 1;
        return;
      }
      const asset = await dependencies.getAsset(company, item.id);
      // The index follows the records after a moment.
      if (!asset?.trashed || !isPurgeDue(asset.trashed, at)) return;
      const ids = await dependencies.purge(asset, { at, until, settings });
      report.purged += ids.length;
    } catch (error) {
      report.failed += 1;
      dependencies.log.error('An item could not be deleted for good', { item, error });
    }
  }
}
