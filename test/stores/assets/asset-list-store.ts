import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AssetPageRequest,
  type AssetPosition,
  assetListStore,
} from '../../../adapters/dynamodb/assets/asset-list-store.ts';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { folderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { anAsset } from '../../support/builders.ts';
import { measured, newCompany, putAssets, type StoreTable } from '../store-table.ts';

const folders: Readonly<Record<string, readonly string[]>> = {
  '/': ['a', 'b', 'c'],
  '/empty/': [],
  '/x/': Array.from({ length: 250 }, (_, n) => `x${String(n).padStart(3, '0')}`),
};
const allIds = Object.values(folders).flat();
const live = { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'k' };

/** Lists of assets, by folder and page. */
export function describeAssetListStore(open: () => StoreTable): void {
  let table: StoreTable;
  let company: string;
  let library: Asset[];

  beforeAll(async () => {
    table = open();
    company = newCompany();
    // Every third is published.
    library = Object.entries(folders).flatMap(([folder, ids]) =>
      ids.map((id) => {
        const publications = allIds.indexOf(id) % 3 === 0 ? { 'image-serving': live } : {};
        return anAsset({ company, id, folder, publications });
      }),
    );
    await putAssets(table, ...library);
    const { ensureFolder } = folderStore(table.documents, table.assets);
    for (const folder of Object.keys(folders)) await ensureFolder(company, folder);
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  /** @param stale what the records are by now, where the index does not know it yet; undefined: gone */
  const listing = (stale: ReadonlyMap<string, Asset | undefined>, clock: () => number) => {
    const { getAssets } = assetStore(table.documents, table.assets);
    const { foldersWithin } = folderStore(table.documents, table.assets);
    const read: typeof getAssets = async (...asked) => {
      const found = await getAssets(...asked);
      for (const [id, asset] of stale) {
        if (asset && found.has(id)) found.set(id, asset);
        else found.delete(id);
      }
      return found;
    };
    return assetListStore(table.documents, table.assets, read, foldersWithin, clock);
  };

  async function whole(
    request: Partial<AssetPageRequest>,
    stale: ReadonlyMap<string, Asset | undefined> = new Map(),
    clock: () => number = () => 0,
  ) {
    const ids: string[] = [];
    const sizes: number[] = [];
    let after: AssetPosition | undefined;
    do {
      const page = await listing(stale, clock).listAssets(company, { limit: 100, ...request, after });
      ids.push(...page.items.map(({ id }) => id));
      sizes.push(page.items.length);
      after = page.next;
    } while (after && sizes.length < 1_000);
    return { ids, sizes };
  }

  describe('The list of assets', () => {
    beforeEach(() => {
      table.hook.onCall = undefined;
    });

    it.each([1, 2, 99, 100, 101, 253, 1_000])(
      'is whole and in order by pages of %i, the last of them not empty',
      async (limit) => {
        const { ids, sizes } = await whole({ limit });
        expect(ids).toEqual(allIds);
        expect(sizes).toHaveLength(Math.ceil(253 / limit));
      },
    );

    it.each(['/', '/x/', '/empty/', '/nowhere/'])(
      'of the folder %s holds its assets, and not those below it',
      async (folder) => {
        expect((await whole({ folder, limit: 7 })).ids).toEqual(folders[folder] ?? []);
      },
    );

    it.each(['published', 'unpublished'] as const)(
      'of the %s ones fills its pages with those',
      async (state) => {
        const { ids, sizes } = await whole({ state, limit: 10 });
        const expected = library.filter(
          ({ publications }) => 'image-serving' in publications === (state === 'published'),
        );
        expect(ids).toEqual(expected.map(({ id }) => id));
        expect(sizes.slice(0, -1).every((size) => size === 10)).toBe(true);
      },
    );

    it('leaves out what the index still has where it was, and what is gone or in the trash', async () => {
      const stale = new Map([
        ['b', anAsset({ company, id: 'b', folder: '/moved/' })],
        ['c', undefined],
        ['x001', anAsset({ company, id: 'x001', folder: '/x/', trashed: { at: '', by: '' } })],
      ]);
      expect((await whole({ folder: '/' }, stale)).ids).toEqual(['a']);
      expect((await whole({ folder: '/x/' }, stale)).ids).toEqual(
        folders['/x/']?.filter((id) => id !== 'x001'),
      );
    });

    it('of a folder and those below it holds them all', async () => {
      expect((await whole({ folder: '/', below: true, limit: 50 })).ids).toHaveLength(253);
      expect((await whole({ folder: '/x/', below: true, limit: 50 })).ids).toHaveLength(250);
    });

    it('ends a page early when it takes too long, and goes on from there', async () => {
      let time = 0;
      const { ids, sizes } = await whole({ state: 'published', limit: 1_000 }, new Map(), () => {
        time += 5_000;
        return time;
      });
      expect(ids).toHaveLength(85);
      expect(sizes.length).toBeGreaterThan(1);
    });

    it('reads no more of the index than a page needs', async () => {
      const { calls } = await measured(table, () =>
        listing(new Map(), () => 0).listAssets(company, { limit: 2, folder: '/x/' }),
      );
      const queries = calls.filter(({ command }) => command === 'Query');
      expect(queries).toMatchObject([{ input: { Limit: 3 } }]);
    });
  });
}
