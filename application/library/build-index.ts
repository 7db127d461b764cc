import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { AssetIdStore } from '../../adapters/dynamodb/library/asset-id-store.ts';
import type { IndexFiles } from '../../adapters/s3/index-files.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import type { AssetIndex } from '../../adapters/sqlite/asset-index.ts';
import { isSetType } from '../../domain/assets/asset.ts';
import { inGroups } from '../../domain/in-groups.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { maxLagMs, placeAt, rebuiltPlace } from '../../domain/library/index-places.ts';
import { type IndexChange, toIndexedAsset } from '../../domain/library/indexed-asset.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';

export interface BuildIndexDependencies
  extends AssetIdStore,
    Pick<AssetStore, 'getAssets'>,
    Pick<SetFiles, 'readSetRecord'>,
    Pick<IndexFiles, 'storeSnapshot' | 'writeChanges'> {
  readonly createIndex: (path: string) => AssetIndex;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
}

/**
 * Milliseconds. Reads of the table may miss writes of the last moment, and times of the stream are approximate: changes
 * since this long before the start are applied again.
 */
const marginMs = 5 * 60_000;

/** The limit of BatchGetItem. */
const batchSize = 100;
const batchesAtATime = 8;
const recordsAtATime = 16;

/**
 * Builds the index of a company from the asset table and stores it. Readers that have another one load it at their next
 * search.
 *
 * Costs: half a read unit for each asset, a GET for each set, a PUT for 16 MB.
 * @param path of the file that becomes the index
 * @returns the open index, or undefined if the time was up: then nothing is stored
 */
export async function buildIndex(
  company: string,
  path: string,
  hasTime: () => boolean,
  dependencies: BuildIndexDependencies,
): Promise<AssetIndex | undefined> {
  const { createIndex, listIds, storeSnapshot, writeChanges, clock } = dependencies;
  const started = clock();
  const at = new Date(started).toISOString();
  const index = createIndex(path);
  try {
    for await (const groups of inGroups(inGroups(eachOf(listIds(company)), batchSize), batchesAtATime)) {
      if (!hasTime()) {
        index.close();
        return undefined;
      }
      const changes = await inParallel(groups, batchesAtATime, (ids) => changesOf(ids));
      index.apply(changes.flat());
    }
    const rebuilt = rebuiltPlace(started);
    index.setCoverage({
      covers: placeAt(started - marginMs - maxLagMs),
      since: new Date(started - marginMs).toISOString(),
      rebuilt,
    });
    index.optimise();
    await storeSnapshot(company, path);
    // Behind the snapshot, so that whoever sees it finds the new one.
    await writeChanges(company, rebuilt, []);
    return index;
  } catch (error) {
    index.close();
    throw error;
  }

  async function changesOf(ids: readonly string[]): Promise<IndexChange[]> {
    const found = await dependencies.getAssets(company, ids);
    const assets = [...found.values()].filter(({ trashed }) => trashed === undefined);
    const order = { sequence: '', at };
    const sets = assets.filter(({ type }) => isSetType(type));
    const uses = await inParallel(sets, recordsAtATime, async (set): Promise<IndexChange[]> => {
      try {
        const members = assetsOfSet(await dependencies.readSetRecord(set));
        return members.map((member) => ({ kind: 'use', member, set: set.id, shown: true, ...order }));
      } catch (error) {
        // One set without its record must not keep all others out of the index.
        dependencies.warn('The members of a set are missing in the search index', {
          company,
          set: set.id,
          error,
        });
        return [];
      }
    });
    return [
      ...assets.map(
        (asset): IndexChange => ({
          kind: 'asset',
          id: asset.id,
          asset: toIndexedAsset(asset),
          ...order,
        }),
      ),
      ...uses.flat(),
    ];
  }
}

async function* eachOf(pages: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const page of pages) yield* page;
}
