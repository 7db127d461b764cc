import type { IndexFiles } from '../../adapters/s3/index-files.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { isRebuiltPlace, maxLagMs, placeAt } from '../../domain/library/index-places.ts';
import type { LibrarySearchDependencies } from './library-search.ts';

export type CompactIndexDependencies = Pick<
  LibrarySearchDependencies,
  'clock' | 'openIndex' | 'newFile' | 'removeFile' | 'fetchSnapshot' | 'listChanges' | 'readChanges'
> &
  Pick<IndexFiles, 'findSnapshot' | 'storeSnapshot'>;

/** Files with changes from which on a new snapshot is worth its upload. */
const minFiles = 200;

/** Milliseconds after which any change is worth it. Files with changes are deleted after 30 days. */
const maxAgeMs = 24 * 60 * 60_000;

/** Milliseconds. DynamoDB keeps the records of a stream for 24 hours; an older change cannot arrive any more. */
const obsoleteMs = 48 * 60 * 60_000;

const filesAtATime = 25;

/**
 * Makes a new snapshot of a company's index if enough has changed since the last one.
 *
 * Costs: a HEAD and a LIST; if there is work, a GET for each file and each 16 MB, and a PUT for each 16 MB.
 * @returns `missing` if there is no snapshot, or one of another format: then the index must be built
 */
export async function compactIndex(
  company: string,
  dependencies: CompactIndexDependencies,
): Promise<'compacted' | 'unchanged' | 'missing'> {
  const { clock, listChanges, readChanges } = dependencies;
  const started = clock();
  const snapshot = await dependencies.findSnapshot(company);
  if (!snapshot) return 'missing';
  const recent = await listChanges(company, placeAt(snapshot.modified - maxLagMs));
  const isOld = started - snapshot.modified > maxAgeMs;
  if (recent.length < (isOld ? 1 : minFiles)) return 'unchanged';

  const path = dependencies.newFile();
  try {
    const index = (await dependencies.fetchSnapshot(company, path)) && dependencies.openIndex(path);
    if (!index) return 'missing';
    const { covers, since, rebuilt } = index.coverage();
    try {
      const places = await listChanges(company, covers);
      for (let start = 0; start < places.length; start += filesAtATime) {
        const group = places.slice(start, start + filesAtATime);
        const changes = await inParallel(group, filesAtATime, (place) => readChanges(company, place));
        index.apply(changes.flat());
      }
      const obsolete = new Date(started - obsoleteMs).toISOString();
      index.setCoverage({
        covers: placeAt(started - maxLagMs),
        // biome-ignore lint/complexity/useMathMinMax: these are texts.
        since: since > obsolete ? since : obsolete,
        rebuilt,
      });
      index.optimise();
    } finally {
      index.close();
    }
    const isNewerRebuild = (place: string) => isRebuiltPlace(place) && place > rebuilt;
    // A rebuild that ended meanwhile has stored a better one.
    if ((await listChanges(company, covers)).some(isNewerRebuild)) return 'unchanged';
    await dependencies.storeSnapshot(company, path);
    return 'compacted';
  } finally {
    dependencies.removeFile(path);
  }
}
