/** Where a publish job looks for what it publishes: page by page, so that a plan of any size can go on where it was. */

import type { AssetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { PendingPosition, PendingStore } from '../../adapters/dynamodb/assets/pending-store.ts';
import type { JobFiles, LogPosition } from '../../adapters/s3/job-files.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import type { Candidate } from '../../domain/jobs/select-servers.ts';
import { isWithin } from '../../domain/library/folder-path.ts';

/** Where looking goes on, by the place that is looked at. */
export type CandidatePosition =
  | ({ readonly source: 'pending' } & PendingPosition)
  /** All of a folder, or of the library: the last asset that was looked at. */
  | {
      readonly source: 'library';
      readonly after?: { readonly folder: string; readonly id: string } | undefined;
    }
  /** A list of ids: how many were looked at. */
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
  Pick<JobFiles, 'readScope' | 'readLog'>;

type Looking = Pick<PublishJob, 'company' | 'id' | 'publish' | 'scope' | 'force'>;

/** Assets of a page: five batches of reads, some 100 ms. */
const pageSize = 500;

/**
 * Where a job begins to look. What some job could take stands in the pending index, so that looking costs as much as
 * there is to publish; what is live as it is does not stand there, and has to be looked for in the library.
 */
export function firstPosition({ scope, publish, force = false }: Looking): CandidatePosition {
  if (scope?.kind === 'assets') return { source: 'list', seen: 0 };
  if (scope?.kind === 'failed') return { source: 'failed' };
  if (force || publish === 'enable-server' || publish === 'disable-server') return { source: 'library' };
  return { source: 'pending', shard: 0 };
}

/**
 * A page of what a job looks at. Costs as told in pending-store.ts; of the library half a read unit for each asset, and
 * 13 for 100 keys besides; of what is named, or failed, a read unit for each asset; of a log a GET for each of its files.
 */
export async function readCandidates(
  job: Looking,
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
      const { items: lines, next } = await dependencies.readLog(company, scope.jobId, {
        limit: pageSize,
        after: position.after,
      });
      const ids = lines
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

/** What is gone or in the trash is no candidate. What was uploaded a moment before it was named has to be one. */
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
