import type { IndexFiles } from '../../adapters/s3/index-files.ts';
import type { AssetIndex } from '../../adapters/sqlite/asset-index.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { isRebuiltPlace, maxLagMs, placeAt, timeOfPlace } from '../../domain/library/index-places.ts';
import type { IndexHits, IndexQuery } from '../../domain/library/indexed-asset.ts';

/** Searches the library of a company. Another search service can take the place of SQLite here. */
export interface LibrarySearch {
  /**
   * @param maxLoadMs milliseconds for loading the index. Above it, rebuild-index prepares the index
   * @throws Failure `search.not-ready`
   */
  search(company: string, query: IndexQuery, maxLoadMs?: number): Promise<IndexHits>;
}

export interface LibrarySearchDependencies
  extends Pick<IndexFiles, 'fetchSnapshot' | 'listChanges' | 'readChanges'> {
  /** Builds a missing index in a file. @returns undefined if that is left to rebuild-index */
  readonly buildIndex: (
    company: string,
    path: string,
    hasTime: () => boolean,
  ) => Promise<AssetIndex | undefined>;
  /** @returns undefined if the file has another format */
  readonly openIndex: (path: string) => AssetIndex | undefined;
  /** The path of a new file on the disk of the function. */
  readonly newFile: () => string;
  /** An open file can still be read and written, and its space is free once it is closed. */
  readonly removeFile: (path: string) => void;
  /** Has rebuild-index work on the index of a company. */
  readonly requestIndex: (request: { company: string; rebuild: boolean }) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Milliseconds for which an index is searched without a look for changes. */
const freshMs = 1_000;

/** Milliseconds of a request for loading an index. API Gateway ends a request after 30 s. */
const defaultMaxLoadMs = 20_000;

/** Seconds after which a caller may try again. */
const retryAfter = '10';

/** Assets in the indexes that are kept open. 1,000 assets take about 1 MB of the function's disk. */
const maxOpenAssets = 2_000_000;

/** Files with changes that are read in parallel, and applied together. */
const filesAtATime = 25;

/** From this number of files on, a new snapshot is made before its time. */
const manyFiles = 400;

interface OpenIndex {
  readonly index: AssetIndex;
  /** Places of the files that were applied and may be listed again. */
  readonly seen: Set<string>;
  /** Files up to this place are not listed again. */
  listedTo: string;
  /** Milliseconds since 1970. */
  checked: number;
}

/**
 * Searches by an index for each company that this process keeps on its disk. Before a search it applies the changes that
 * were written since the last look: one LIST, and a GET for each file.
 */
export function librarySearch(dependencies: LibrarySearchDependencies): LibrarySearch {
  const { clock } = dependencies;
  const opened = new Map<string, OpenIndex>();
  /** One request at a time changes an index. */
  const loading = new Map<string, Promise<OpenIndex>>();

  return {
    async search(company, query, maxLoadMs = defaultMaxLoadMs) {
      const before = loading.get(company) ?? Promise.resolve();
      const current = before.catch(() => undefined).then(() => currentIndex(company, maxLoadMs));
      loading.set(company, current);
      const { index } = await current.finally(() => {
        if (loading.get(company) === current) loading.delete(company);
      });
      return index.search(query);
    },
  };

  async function currentIndex(company: string, maxLoadMs: number): Promise<OpenIndex> {
    const until = clock() + maxLoadMs;
    let current = opened.get(company) ?? (await load(company, until));
    if (clock() - current.checked < freshMs) return current;
    if ((await catchUp(company, current, until)) === 'rebuilt') {
      close(company);
      current = await load(company, until);
      if ((await catchUp(company, current, until)) === 'rebuilt') {
        // The new index was overwritten by one that was made from the former index at the same time.
        await dependencies.requestIndex({ company, rebuild: true });
        await catchUp(company, current, until, { ignoreRebuilt: true });
      }
    }
    current.checked = clock();
    // The last used at the end.
    opened.delete(company);
    opened.set(company, current);
    closeOthers(company);
    return current;
  }

  async function load(company: string, until: number): Promise<OpenIndex> {
    const path = dependencies.newFile();
    try {
      const found = (await dependencies.fetchSnapshot(company, path)) && dependencies.openIndex(path);
      const index = found || (await dependencies.buildIndex(company, path, () => clock() < until));
      if (!index) {
        await dependencies.requestIndex({ company, rebuild: true });
        throw notReady();
      }
      const current = { index, seen: new Set<string>(), listedTo: index.coverage().covers, checked: 0 };
      opened.set(company, current);
      return current;
    } finally {
      dependencies.removeFile(path);
    }
  }

  async function catchUp(
    company: string,
    current: OpenIndex,
    until: number,
    { ignoreRebuilt = false } = {},
  ): Promise<'rebuilt' | undefined> {
    const { index, seen } = current;
    const listed = await dependencies.listChanges(company, current.listedTo);
    const { rebuilt } = index.coverage();
    if (
      !ignoreRebuilt &&
      listed.some((place) => isRebuiltPlace(place) && place > rebuilt && !seen.has(place))
    )
      return 'rebuilt';
    const places = listed.filter((place) => !seen.has(place));
    if (places.length > manyFiles) await dependencies.requestIndex({ company, rebuild: false });
    for (let start = 0; start < places.length; start += filesAtATime) {
      // What was applied stays, so that the next request has less to do.
      if (clock() > until) throw notReady();
      const group = places.slice(start, start + filesAtATime);
      const changes = await inParallel(group, filesAtATime, (place) =>
        dependencies.readChanges(company, place),
      );
      index.apply(changes.flat());
      for (const place of group) seen.add(place);
    }
    const last = listed.at(-1);
    // By the time of the newest file and not by the clock: files may appear late.
    const listedTo = last === undefined ? '' : placeAt(timeOfPlace(last) - maxLagMs);
    if (listedTo > current.listedTo) {
      current.listedTo = listedTo;
      for (const place of seen) if (place < listedTo) seen.delete(place);
    }
    return undefined;
  }

  function close(company: string): void {
    opened.get(company)?.index.close();
    opened.delete(company);
  }

  function closeOthers(company: string): void {
    let assets = 0;
    for (const [other, { index }] of [...opened].reverse()) {
      assets += index.count();
      if (assets > maxOpenAssets && other !== company) close(other);
    }
  }
}

function notReady(): Failure {
  return new Failure(
    'search.not-ready',
    'The search index of this company is being prepared; try again in a moment',
    { facts: { retryAfter } },
  );
}
