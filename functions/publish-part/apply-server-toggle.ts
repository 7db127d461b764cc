import {
  markPending,
  type ServerToggleContext,
  type ToggleServerDependencies,
  withdrawFromServer,
} from '../../application/companies/toggle-server.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { LogEntry, Outcome, PublishJob } from '../../domain/jobs/job.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { doneLogEntry, planEntryLogEntry } from '../../domain/jobs/part-log-entries.ts';

/** The result of one entry of a part. */
export interface EntryResult {
  readonly logEntries: LogEntry[];
  /** Whether an earlier run had done all of it. */
  readonly isRepeat: boolean;
}

/**
 * Applies a server toggle to an asset: withdraws it from a disabled server, or puts it into the pending index of an enabled
 * one. A repeated call changes nothing and logs the same.
 * @param asset undefined if the record no longer exists
 */
export async function applyServerToggle(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: Pick<PublishJob, 'publish'>,
  toggle: ServerToggleContext,
  dependencies: ToggleServerDependencies,
): Promise<EntryResult> {
  const logEntries: LogEntry[] = [];
  let isRepeat = true;
  for (const server of entry.servers) {
    const log = (outcome: Outcome, message: string) =>
      logEntries.push(planEntryLogEntry(entry, server, outcome, toggle.at, message));
    if (!asset) log('skipped', 'The asset no longer exists');
    else if (job.publish === 'enable-server') {
      isRepeat = false;
      if (await markPending(asset, toggle, dependencies))
        log('recorded', `The next publish job publishes the asset to ${server}`);
      else log('skipped', 'The asset was published, unpublished or trashed after the plan was made');
    } else if (toggle.settings.servers.includes(server)) {
      log('skipped', `${server} was enabled again`);
    } else {
      if (await withdrawFromServer(asset, server, toggle, dependencies)) isRepeat = false;
      logEntries.push(doneLogEntry(entry, server, job, toggle.at));
    }
  }
  return { logEntries, isRepeat };
}
