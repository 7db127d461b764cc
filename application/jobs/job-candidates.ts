/** Reads the candidates of a publish job, page by page, so that a plan of any size can continue. */

import type { AssetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { PendingPosition, PendingStore } from '../../adapters/dynamodb/assets/pending-store.ts';
import type { JobLogs, LogPosition } from '../../adapters/s3/job-logs.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import type { Candidate } from '../../domain/jobs/select-servers.ts';
import { isWithin } from '../../domain/library/folder-path.ts';

/** The position after a page, by the source that is read. */
export type CandidatePosition =
  | ({ readonly source: 'pending' } & PendingPosition)
  /** A folder or the whole library; `after` is the last asset that was read. */
  | {
      readonly source: 'library';
      readonly after?: { readonly folder: string; readonly id: string } | undefined;
    }
  /** A list of ids; `seen` is the number of ids that were read. */
  | { readonly source: 'list'; readonly seen: number }
  /** The log of another job. */
  | { readonly source: 'failed'; readonly after?: LogPosition | undefined };

export interface CandidatePage {
  readonly items: readonly Candidate[];
  /** Missing after the last page. */
  readonly next?: CandidatePosition | undefined;
}

export type JobCandidatesDependencies = PendingStore &
  Pick<AssetListStore, 'listAssets'> &
  Pick<AssetStore, 'getAssets'> &
  Pick<PlanFiles, 'readScope'> &
  Pick<JobLogs, 'readLog'>;

type JobToPlan = Pick<PublishJob, 'company' | 'id' | 'publish' | 'scope' | 'force'>;

/** Assets of a page: five batch reads, about 100 ms. */
const pageSize = 500;

/**
 * Where a job begins to read. The pending index holds every asset that some job could publish, so that reading costs as
 * much as there is to publish. Assets that are already live in their current version are only found in the library.
 */
export function firstPosition({ scope, publish, force = false }: JobToPlan): CandidatePosition {
  if (scope?.kind === 'assets') return { source: 'list', seen: 0 };
  if (scope?.kind === 'failed') return { source: 'failed' };
  if (force || publish === 'enable-server' || publish === 'disable-server') return { source: 'library' };
  return { source: 'pending', shards: [] };
}

/**
 * Reads a page of candidates. Called by plan-job, and by serve-api for dry runs.
 *
 * Costs: of the pending index see pending-store.ts; of the library half a read unit for each asset and 13 for 100 keys; of
 * a list or a failed job's log 1 read unit for each asset; of a log also a GET for each file.
 */
export async function readCandidates(
  job: JobToPlan,
  position: CandidatePosition,
  dependencies: JobCandidatesDependencies,
): Promise<CandidatePage> {
  const { company, id, scope } = job;
  switch (position.source) {
    case 'pending': {
      const { items, next } = await dependencies.readPending(company, position);
      const found = scope?.kind === 'folder' ? items.filter(({ folder }) => isInScope(folder, scope)) : items;
      return { items: found, next: next && { source: 'pending', ...next } };
    }
    case 'library': {
      const { items, next } = await dependencies.listAssets(company, {
        limit: pageSize,
        folder: scope?.kind === 'folder' ? scope.folder : undefined,
        below: scope?.kind === 'folder' && scope.below,
        after: position.after,
      });
      return { items, next: next && { source: 'library', after: { folder: next.folder, id: next.id } } };
    }
    case 'list': {
      const ids = await dependencies.readScope(company, id);
      const seen = position.seen + pageSize;
      const items = await inLibrary(company, ids.slice(position.seen, seen), dependencies);
      return { items, next: seen < ids.length ? { source: 'list', seen } : undefined };
    }
    case 'failed': {
      if (scope?.kind !== 'failed') return { items: [] };
      const { items: logEntries, next } = await dependencies.readLog(company, scope.jobId, {
        limit: pageSize,
        after: position.after,
      });
      const ids = logEntries
        .filter(({ outcome }) => outcome === 'error' || outcome === 'not-reached')
        .flatMap(({ asset }) => asset ?? []);
      const items = await inLibrary(company, [...new Set(ids)], dependencies);
      return { items, next: next && { source: 'failed', after: next } };
    }
  }
}

function isInScope(folder: string, scope: { readonly folder: string; readonly below: boolean }): boolean {
  return folder === scope.folder || (scope.below && isWithin(folder, scope.folder));
}

/** Assets that exist and are not in the trash. Read consistently, because an id may have been uploaded a moment before. */
async function inLibrary(
  company: string,
  ids: readonly string[],
  { getAssets }: Pick<AssetStore, 'getAssets'>,
): Promise<Asset[]> {
  if (ids.length === 0) return [];
  const assets = await getAssets(company, ids, { consistent: true });
  return ids.flatMap((id) => {
    const asset = assets.get(id);
    return asset && !asset.trashed ? [asset] : [];
  });
}
