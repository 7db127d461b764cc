import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { dateAfter, datesUntil } from '../../domain/library/trash.ts';
import type { CleanUpWork } from './clean-up-library.contract.ts';

export interface FindDueCompaniesDependencies extends Pick<TrashStore, 'listPurgeCompanies'> {
  /** Sends a message to this function. */
  readonly request: (work: CleanUpWork) => Promise<void>;
  /** Shards of the purge index. */
  readonly shards: number;
}

/** Messages that are sent in parallel. */
const sendsAtATime = 10;

/**
 * Sends a message for each company with something that is due, so that no company waits until another one that trashed a
 * million assets is done. When its time is up, it sends a message about the rest of the list.
 *
 * Costs: a query for each shard of each date; an SQS message for each company.
 * @returns the companies that were found
 */
export async function findDueCompanies(
  { run, from }: Extract<CleanUpWork, { all: 'companies' }>,
  dependencies: FindDueCompaniesDependencies,
  hasTime: () => boolean,
): Promise<ReadonlySet<string>> {
  const sent = new Set<string>();
  for (const date of datesUntil(from.date, run)) {
    const isFirst = date === from.date;
    for (let shard = isFirst ? from.shard : 0; shard < dependencies.shards; shard += 1) {
      const start = isFirst && shard === from.shard ? from : { date, shard };
      for await (const { companies, next } of dependencies.listPurgeCompanies(start)) {
        const found = companies.filter((company) => !sent.has(company));
        for (const company of found) sent.add(company);
        // From the first date on: a company that is found on a later one has nothing before it, or was found there.
        await inParallel(found, sendsAtATime, (company) =>
          dependencies.request({ company, run, from: { date, shard: 0 } }),
        );
        if (hasTime()) continue;
        const rest = next ?? placeAfter(date, shard, dependencies.shards);
        if (rest.date <= run.slice(0, 10)) await dependencies.request({ all: 'companies', run, from: rest });
        return sent;
      }
    }
  }
  return sent;
}

function placeAfter(date: string, shard: number, shards: number): { date: string; shard: number } {
  return shard + 1 < shards ? { date, shard: shard + 1 } : { date: dateAfter(date, 1), shard: 0 };
}
