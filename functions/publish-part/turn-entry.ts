import {
  markDue,
  type Turning,
  type TurnServerDependencies,
  withdrawFromServer,
} from '../../application/companies/turn-server.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { LogLine, PublishJob } from '../../domain/jobs/job.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { doneLine, entryLine } from '../../domain/jobs/part-lines.ts';

/**
 * What a server's turn makes of an asset. Doing it again changes nothing and tells the same.
 * @param asset undefined if the record is gone
 * @returns the lines, and whether an earlier run has done it all
 */
export async function turnEntry(
  entry: PlanEntry,
  asset: Asset | undefined,
  job: Pick<PublishJob, 'publish'>,
  turning: Turning,
  dependencies: TurnServerDependencies,
): Promise<{ lines: LogLine[]; again: boolean }> {
  const lines: LogLine[] = [];
  let again = true;
  for (const server of entry.servers) {
    const line = (outcome: 'recorded' | 'skipped', message: string) =>
      entryLine(entry, server, outcome, turning.at, message);
    if (!asset) lines.push(line('skipped', 'The asset is gone'));
    else if (job.publish === 'turn-on') {
      again = false;
      const isDue = await markDue(asset, turning, dependencies);
      lines.push(
        isDue
          ? line('recorded', `It is due on ${server}; the next publish job takes it`)
          : line('skipped', 'It was published, unpublished or trashed since the plan was made'),
      );
    } else if (turning.settings.servers.includes(server)) {
      lines.push(line('skipped', `${server} was turned on again`));
    } else {
      if (await withdrawFromServer(asset, server, turning, dependencies)) again = false;
      lines.push(doneLine(entry, server, job, turning.at));
    }
  }
  return { lines, again };
}
