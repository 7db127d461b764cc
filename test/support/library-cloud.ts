/** A library on a memory cloud: its true adapters, each call of which can be made to fail (see faultable.ts). */
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { liveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { memberOfKey } from '../../adapters/dynamodb/keys.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import { trashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { builtAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { type CompanySettings, defaultSettings } from '../../domain/companies/settings.ts';
import {
  occurrencesInSet,
  parseSetRecord,
  printSetRecord,
  type SetRecord,
  setMimeType,
} from '../../domain/sets/set-record.ts';
import { anAsset, company } from './builders.ts';
import { cloudNames } from './cloud-names.ts';
import { type Faults, faultable } from './faultable.ts';
import { type MapView, mapView } from './map-view.ts';
import type { MemoryClients } from './memory-clients.ts';
import { type MemoryCloud, memoryCloud } from './memory-cloud.ts';

export const at = '2026-11-24T08:30:00.000Z';
export const saving = { by: 'ann', at, settings: defaultSettings };

/** What a test throws to let a call die. */
export class Crash extends Error {}

export function imageAsset(id: string, change: Partial<Asset> = {}): Asset {
  return anAsset({
    id,
    mimeType: 'image/png',
    bytes: 100,
    width: 64,
    height: 48,
    fileName: `${id}.png`,
    masterVersionId: `${id}-1`,
    uploadedAt: at,
    created: at,
    modified: at,
    ...change,
  });
}

export type LibraryDependencies = ReturnType<typeof libraryAdapters>;

/** Time stands still in it. */
export function libraryAdapters({ documents, s3, sqs }: MemoryClients) {
  const { ASSET_TABLE, MASTERS_BUCKET, INVALIDATION_QUEUE } = cloudNames;
  const stored = {
    ...assetStore(documents, ASSET_TABLE),
    ...versionStore(documents, ASSET_TABLE),
    ...liveDateStore(documents, ASSET_TABLE),
    ...relationStore(documents, ASSET_TABLE),
    ...setFiles(s3, MASTERS_BUCKET),
    ...originCopies(s3, MASTERS_BUCKET, originBuckets(cloudNames)),
    ...invalidationQueue(sqs, INVALIDATION_QUEUE),
    emitPublished: () => {},
    now: () => at,
    clock: () => 0,
    warn: () => {},
  };
  return {
    ...stored,
    ...builtAssetStore(documents, ASSET_TABLE),
    ...folderStore(documents, ASSET_TABLE),
    ...libraryStore(documents, ASSET_TABLE),
    ...trashStore(documents, ASSET_TABLE),
    ...libraryObjects(s3, MASTERS_BUCKET, originBuckets(cloudNames)),
    ...publishSaved(stored, 60_000),
  };
}

export interface LibraryCloud extends Faults {
  readonly memory: MemoryCloud;
  readonly dependencies: LibraryDependencies;
  /** The same, without faults and not recorded. */
  readonly undisturbed: LibraryDependencies;
  /** Putting one also puts its master and its folder. */
  readonly assets: MapView<Asset>;
  /** Of sets, by `<master key>@<version>`. */
  readonly records: MapView<SetRecord>;
  /** `<member> in <set>`: occurrences. */
  readonly memberships: MapView<number>;
  /** `<parent> <derived image>`, in order. */
  readonly links: () => string[];
  /** Memberships that are not what the records of the sets say. */
  readonly wrongMemberships: () => string[];
}

export function libraryCloud(
  assets: readonly Asset[] = [],
  settings: Partial<CompanySettings> = {},
): LibraryCloud {
  const memory = memoryCloud({ settings });
  const { own, tables, buckets } = memory;
  const { masters } = buckets;
  for (const asset of assets) own.put(asset);

  const itemsOf = (prefix: string) =>
    [...tables.assets.all()]
      .map(({ item }) => ({ item, id: String(item.pk).slice(`ASSET#${company}#`.length) }))
      .filter(({ item }) => String(item.sk).startsWith(prefix));

  const view: MapView<Asset> = {
    ...own.assets,
    set(_, asset) {
      own.put(asset);
      return view;
    },
    [Symbol.iterator]: () => own.assets[Symbol.iterator](),
  };
  const cloud: LibraryCloud = {
    memory,
    calls: [],
    fault: () => {},
    commandFault: () => {},
    get dependencies() {
      return dependencies;
    },
    undisturbed: libraryAdapters(memory.clients),
    assets: view,
    records: mapView<SetRecord>({
      *entries() {
        for (const [key, versions] of masters.objects) {
          for (const { versionId, type } of versions) {
            if (type === setMimeType)
              yield [`${key}@${versionId}`, parseSetRecord(masters.text(key, versionId))];
          }
        }
      },
      get(name) {
        const [key = '', versionId = ''] = name.split('@');
        const found = masters.get(key, versionId);
        return found?.type === setMimeType ? parseSetRecord(masters.text(key, versionId)) : undefined;
      },
      set(name, record) {
        const [key = '', versionId = ''] = name.split('@');
        masters.put(key, printSetRecord(record), { versionId, type: setMimeType });
      },
      delete: (name) => masters.delete(name.split('@')[0] ?? '', name.split('@')[1]),
    }),
    memberships: mapView<number>({
      *entries() {
        for (const { item, id } of itemsOf('MEMBEROF#'))
          yield [`${id} in ${String(item.set)}`, Number(item.places)];
      },
      get(name) {
        const item = tables.assets.get(keyOf(name))?.item;
        return item && Number(item.places);
      },
      set: (name, places) =>
        tables.assets.put({ ...keyOf(name), set: name.slice(name.indexOf(' in ') + 4), places }),
      delete: (name) => tables.assets.delete(keyOf(name)),
    }),
    links: () =>
      itemsOf('DERIVED#')
        .map(({ item, id }) => `${id} ${String(item.derived)}`)
        .sort(),
    wrongMemberships() {
      const right = new Map<string, number>();
      for (const { id, masterKey, masterVersionId } of view.values()) {
        const record = cloud.records.get(`${masterKey}@${masterVersionId}`);
        if (record)
          for (const [member, places] of occurrencesInSet(record)) right.set(`${member} in ${id}`, places);
      }
      const keys = new Set([...right.keys(), ...cloud.memberships.keys()]);
      return [...keys].filter((key) => right.get(key) !== cloud.memberships.get(key));
    },
  };
  const dependencies = faultable(memory.hook, libraryAdapters(memory.clients), cloud);
  return cloud;
}

/** Makes the n-th call that is made from now on fail, before its work is done or after it. */
export function crashAt(cloud: LibraryCloud, nth: number, when: 'before' | 'after'): void {
  let made = 0;
  cloud.fault = (_, now) => {
    if (now !== when) return;
    made += 1;
    if (made === nth) throw new Crash(`at call ${nth}`);
  };
}

function keyOf(name: string): { pk: string; sk: string } {
  const [member = '', set = ''] = name.split(' in ');
  return memberOfKey(company, member, set);
}
