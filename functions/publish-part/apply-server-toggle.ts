import {
  markPending,
  type ServerToggleContext,
  type ToggleServerDependencies,
  withdrawFromServer,
} from '../../application/companies/toggle-server.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { LogEntry, PublishJob } from '../../domain/jobs/job.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { doneLogEntry, planEntryLogEntry } from '../../domain/jobs/part-log-entries.ts';

/**
 * What a server's turn makes of an asset. Doing it again changes nothing and tells the same.
 * @param asset undefined if the record is gone
 * @returns the lines, and whether an earlier run has done it all
 */
export async function applyServerToggle(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: Pick<PublishJob, 'publish'>,
  toggle: ServerToggleContext,
  dependencies: ToggleServerDependencies,
): Promise<{ lines: LogEntry[]; again: boolean }> {
  const lines: LogEntry[] = [];
  let again = true;
  for (const server of entry.servers) {
    const line = (outcome: 'recorded' | 'skipped', message: string) =>
      planEntryLogEntry(entry, server, outcome, toggle.at, message);
    if (!asset) lines.push(line('skipped', 'The asset no longer exists'));
    else if (job.publish === 'enable-server') {
      again = false;
      const isDue = await markPending(asset, toggle, dependencies);
      lines.push(
        isDue
          ? line('recorded', `It is due on ${server}; the next publish job takes it`)
          : line('skipped', 'It was published, unpublished or trashed since the plan was made'),
      );
    } else if (toggle.settings.servers.includes(server)) {
      lines.push(line('skipped', `${server} was turned on again`));
    } else {
      if (await withdrawFromServer(asset, server, toggle, dependencies)) again = false;
      lines.push(doneLogEntry(entry, server, job, toggle.at));
    }
  }
  return { lines, again };
}
