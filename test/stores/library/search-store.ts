import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AssetStore, assetItem, assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { folderItemKey, keywordKey } from '../../../adapters/dynamodb/keys.ts';
import { metadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import { type SearchPosition, searchStore } from '../../../adapters/dynamodb/library/search-store.ts';
import { batchGet } from '../../../adapters/dynamodb/table/batch-get.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { foldKeyword } from '../../../domain/library/keyword.ts';
import { planSearch, type SearchPlan, searchSorts } from '../../../domain/library/plan-search.ts';
import { matchesSearch, type SearchFilters, searchStates } from '../../../domain/library/search-filters.ts';
import { anAsset } from '../../support/builders.ts';
import { newCompany, type StoreTable } from '../store-table.ts';

/** Searches by each index, and the items of keywords. */
export function describeSearchRecords(open: () => StoreTable): void {
  const company = newCompany();
  const other = newCompany();
  const folders = ['/', '/a/', '/a/b/', '/c/'] as const;
  const types = ['image', 'video', 'pdf', 'image-set'] as const;

  /** Many are alike in what the indexes are ordered by, so that pages end among them. */
  const library: Asset[] = Array.from({ length: 400 }, (_, number) => {
    const spread = (step: number, of: number) => Math.floor(number / step) % of;
    return anAsset({
      company,
      id: `${['Red', 'red', 'Blå', 'x y'][spread(1, 4)]}-${['Shoe', 'shoe', 'boot'][spread(3, 3)]}-${number}`,
      type: types[spread(5, 4)] ?? 'image',
      bytes: spread(7, 20),
      folder: folders[spread(11, 4)] ?? '/',
      modified: `2026-11-24T08:00:00.0${String(spread(13, 30)).padStart(2, '0')}Z`,
      keywords: ['Shoes', 'sale', 'old'].filter((_word, index) => spread(2 ** index, 2) === 1),
      intent: spread(17, 2) === 0 ? 'live' : 'held',
      ...(spread(1, 10) === 0 ? { trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } } : {}),
    });
  });

  const filters: fc.Arbitrary<SearchFilters> = fc
    .record(
      {
        q: fc.constantFrom('r', 're', 'red', 'RED-sh', 'blå', 'x '),
        keyword: fc.constantFrom('shoes', 'SALE', 'none'),
        types: fc.subarray([...types], { minLength: 1 }),
        state: fc.constantFrom(...searchStates),
        modifiedFrom: fc.constantFrom('2026-11-24T08:00:00.005Z', '2026-11-24T08:00:00.020Z'),
        modifiedTo: fc.constantFrom('2026-11-24T08:00:00.020Z', '2026-11-24T08:00:00.025Z'),
        bytesFrom: fc.nat(10),
        bytesTo: fc.integer({ min: 10, max: 20 }),
        folder: fc.constantFrom(...folders),
        below: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    .filter(({ below, folder }) => !below || folder !== undefined);

  let table: StoreTable;
  let assets: AssetStore;

  beforeAll(async () => {
    table = open();
    assets = assetStore(table.documents, table.assets);
    await batchWrite(table.documents, table.assets, [
      ...library.map((asset) => ({ put: assetItem(asset, defaultSettings) })),
      ...library.flatMap(({ id, keywords = [] }) =>
        keywords.map((keyword) => ({ put: { ...keywordKey(company, foldKeyword(keyword), id), id } })),
      ),
      ...folders.map((folder) => ({ put: { ...folderItemKey(company, folder), folder } })),
      // What a search of one company must never find.
      ...library.map((asset) => ({ put: assetItem({ ...asset, company: other }, defaultSettings) })),
    ]);
  });

  function orderOf({ by }: SearchPlan, asset: Asset): string | number {
    switch (by) {
      case 'date':
      case 'folder-date':
        return asset.modified;
      case 'size':
      case 'folder-size':
        return asset.bytes;
      case 'name':
        return asset.id.toLowerCase();
      case 'below':
        return `${asset.folder}/${asset.id}`;
      default:
        return asset.id;
    }
  }

  const utf8 = (value: string | number) => (typeof value === 'number' ? value : Buffer.from(value));

  describe('a search', () => {
    it('finds, page by page, exactly what matches, in the order of its index', async () => {
      const search = searchStore(table.documents, table.assets, assets.getAssets, Date.now);
      const order = fc.constantFrom('asc' as const, 'desc' as const, undefined);
      const sort = fc.constantFrom(...searchSorts, undefined);
      await fc.assert(
        fc.asyncProperty(
          filters,
          sort,
          order,
          fc.constantFrom(3, 50, 1000),
          async (wanted, by, way, limit) => {
            const plan = planSearch(wanted, by, way);
            const found: Asset[] = [];
            let after: SearchPosition | undefined;
            do {
              const { items, next } = await search.searchAssets(
                company,
                plan,
                (asset) => matchesSearch(asset, wanted),
                { limit, after },
              );
              expect(items.length).toBeLessThanOrEqual(limit);
              found.push(...items);
              after = next && (JSON.parse(JSON.stringify(next)) as SearchPosition);
            } while (after);
            const ids = (list: readonly Asset[]) => list.map(({ id }) => id).sort();
            expect(ids(found)).toEqual(ids(library.filter((asset) => matchesSearch(asset, wanted))));
            for (const [index, asset] of found.entries()) {
              const before = found[index - 1];
              if (!before) continue;
              const [a, b] = plan.descending ? [asset, before] : [before, asset];
              const [x, y] = [utf8(orderOf(plan, a)), utf8(orderOf(plan, b))];
              expect(
                typeof x === 'number' || typeof y === 'number' ? x <= y : Buffer.compare(x, y) <= 0,
              ).toBe(true);
            }
          },
        ),
        { numRuns: 60 },
      );
    }, 120_000);

    it('ends where its time is up, and goes on from there', async () => {
      let time = 0;
      const clock = () => {
        time += 3_000;
        return time;
      };
      const search = searchStore(table.documents, table.assets, assets.getAssets, clock);
      const none = () => false;
      const first = await search.searchAssets(company, planSearch({}), none, { limit: 10 });
      expect(first).toMatchObject({ items: [], next: { group: expect.any(String) } });
    });
  });

  describe('an edit of keywords', () => {
    const words = (start: string, count: number) =>
      Array.from({ length: count }, (_, number) => `${start}${number}`);

    const everyWord = [...words('a', 100), ...words('b', 100), 'c', ...words('d', 3), 'late'];

    /** Keywords that have an item for the asset. */
    async function itemsOf(id: string): Promise<string[]> {
      const keys = everyWord.map((word) => keywordKey(company, word, id));
      const found = await batchGet(table.documents, table.assets, keys, true);
      return found.map(({ pk }) => String(pk).slice(`KEYWORD#${company}#`.length)).sort();
    }

    it('keeps an item for each keyword of the asset and no other, also where it takes several transactions', async () => {
      const { recordMetadata } = metadataStore(table.documents, table.assets);
      const id = 'many-words';
      await batchWrite(table.documents, table.assets, [
        { put: assetItem(anAsset({ company, id }), defaultSettings) },
      ]);
      let time = Date.parse('2026-11-24T09:00:00.000Z');
      for (const keywords of [words('a', 100), words('b', 100), ['b1', 'c'], undefined, words('D', 3)]) {
        const before = await assets.getAsset(company, id);
        if (!before) throw new Error('the asset is gone');
        time += 1;
        const { keywords: old, ...rest } = before;
        const after = {
          ...rest,
          ...(keywords === undefined ? {} : { keywords }),
          modified: new Date(time).toISOString(),
        };
        expect(await recordMetadata(before, after)).toBe(true);
        expect(await assets.getAsset(company, id)).toEqual(after);
        expect(await itemsOf(id)).toEqual((keywords ?? []).map(foldKeyword).sort());
        // Whoever read it before comes too late, and leaves nothing behind.
        expect(await recordMetadata(before, { ...after, keywords: ['late'], modifiedBy: 'bob' })).toBe(false);
        expect(await itemsOf(id)).not.toContain('late');
      }
    });
  });
}
