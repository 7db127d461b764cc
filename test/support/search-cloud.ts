/**
 * The search indexes on a memory cloud: its table, a stream whose records a test delivers as it likes, and the true
 * functions that write, store and read indexes.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { assetItem, assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { assetKey, memberOfKey } from '../../adapters/dynamodb/keys.ts';
import { assetIdStore } from '../../adapters/dynamodb/library/asset-id-store.ts';
import { temporaryFiles } from '../../adapters/runtime/temporary-files.ts';
import { indexFiles } from '../../adapters/s3/index-files.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { createAssetIndex, openAssetIndex } from '../../adapters/sqlite/asset-index.ts';
import { buildIndex } from '../../application/library/build-index.ts';
import { type LibrarySearch, librarySearch } from '../../application/library/library-search.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import type { IndexQuery } from '../../domain/library/indexed-asset.ts';
import { indexLibrary } from '../../functions/index-library/index-library.ts';
import { rebuildIndex } from '../../functions/rebuild-index/rebuild-index.ts';
import { company } from './builders.ts';
import { cloudNames } from './cloud-names.ts';
import { memoryCloud } from './memory-cloud.ts';

export const everything: IndexQuery = { filters: {}, sort: 'name', order: 'asc', limit: 1_000 };

export function searchCloud() {
  const cloud = memoryCloud();
  const { documents, s3 } = cloud.clients;
  const { ASSET_TABLE, MASTERS_BUCKET, JOBS_BUCKET } = cloudNames;
  const files = indexFiles(s3, JOBS_BUCKET);
  const requests: { company: string; rebuild: boolean }[] = [];
  const warnings: string[] = [];
  let sequence = 0;
  let batches = 0;
  const clock = () => cloud.clock.time;
  const dependencies = {
    ...assetStore(documents, ASSET_TABLE),
    ...assetIdStore(documents, ASSET_TABLE),
    ...setFiles(s3, MASTERS_BUCKET),
    ...files,
    ...temporaryFiles('test'),
    createIndex: createAssetIndex,
    openIndex: openAssetIndex,
    requestIndex: async (request: { company: string; rebuild: boolean }) => void requests.push(request),
    clock,
    warn: (message: string) => void warnings.push(message),
  };

  function record(keys: { pk: string; sk: string }, image: object | undefined): DynamoDBRecord {
    sequence += 1;
    return {
      eventID: String(sequence),
      dynamodb: {
        Keys: { pk: { S: keys.pk }, sk: { S: keys.sk } },
        ...(image && {
          NewImage: marshall(image, { removeUndefinedValues: true }) as NonNullable<
            NonNullable<DynamoDBRecord['dynamodb']>['NewImage']
          >,
        }),
        SequenceNumber: String(100 + sequence),
        ApproximateCreationDateTime: Math.floor(clock() / 1_000),
      },
    };
  }

  return {
    cloud,
    files,
    dependencies,
    /** What was asked of rebuild-index. */
    requests,
    warnings,
    wait(milliseconds: number) {
      cloud.clock.time += milliseconds;
    },
    /** Writes an asset. @returns the record of the stream */
    put(asset: Asset): DynamoDBRecord {
      cloud.own.put(asset);
      return record(assetKey(company, asset.id), assetItem(asset, defaultSettings));
    },
    remove(id: string): DynamoDBRecord {
      cloud.tables.assets.delete(assetKey(company, id));
      return record(assetKey(company, id), undefined);
    },
    putSet(id: string, members: readonly string[]): DynamoDBRecord[] {
      cloud.own.putSet({ id }, members);
      const set = cloud.own.assets.get(id);
      if (!set) throw new Error(`${id} is missing`);
      return [
        ...members.map((member) => record(memberOfKey(company, member, id), { set: id, places: 1 })),
        record(assetKey(company, id), assetItem(set, defaultSettings)),
      ];
    },
    /** Has index-library process a batch. */
    async deliver(...Records: DynamoDBRecord[]) {
      batches += 1;
      await indexLibrary({ Records }, { ...files, clock, newId: () => `batch${batches}` });
    },
    rebuild: (options: { rebuild: boolean; timeLeft?: number } = { rebuild: true }) =>
      rebuildIndex(
        { company, rebuild: options.rebuild },
        { ...dependencies, timeLeft: () => options.timeLeft ?? 900_000 },
      ),
    /** A process that searches, with a disk of its own. */
    reader: (): LibrarySearch =>
      librarySearch({
        ...dependencies,
        buildIndex: (of, path, hasTime) => buildIndex(of, path, hasTime, dependencies),
      }),
    /** Ids that the table has outside the trash. */
    ids: () =>
      [...cloud.own.assets.values()]
        .filter(({ trashed }) => trashed === undefined)
        .map(({ id }) => id)
        .sort(),
  };
}

/** Ids that a process finds, sorted. */
export async function idsFound(reader: LibrarySearch, query: Partial<IndexQuery> = {}): Promise<string[]> {
  const { hits } = await reader.search(company, { ...everything, ...query });
  return hits.map(({ id }) => id).sort();
}
