import { beforeAll, describe, expect, it } from 'vitest';
import { type AssetStore, assetItem, assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { keywordKey } from '../../../adapters/dynamodb/keys.ts';
import { assetIdStore } from '../../../adapters/dynamodb/library/asset-id-store.ts';
import { metadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import { batchGet } from '../../../adapters/dynamodb/table/batch-get.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { foldKeyword } from '../../../domain/library/keyword.ts';
import { anAsset } from '../../support/builders.ts';
import { newCompany, type StoreTable } from '../store-table.ts';

/** What searches and keywords are found by. */
export function describeSearchRecords(open: () => StoreTable): void {
  const company = newCompany();
  const other = newCompany();

  let table: StoreTable;
  let assets: AssetStore;

  beforeAll(() => {
    table = open();
    assets = assetStore(table.documents, table.assets);
  });

  describe('the ids of a company', () => {
    it('are listed without those of the trash and of other companies, and by type', async () => {
      const trashed = { at: '2026-11-24T08:00:00.000Z', by: 'ann' };
      const library = Array.from({ length: 120 }, (_, number) =>
        anAsset({ company, id: `asset-${number}`, type: number % 3 === 0 ? 'html' : 'image' }),
      );
      await batchWrite(table.documents, table.assets, [
        ...library.map((asset) => ({ put: assetItem(asset, defaultSettings) })),
        { put: assetItem(anAsset({ company, id: 'trashed', trashed }), defaultSettings) },
        { put: assetItem(anAsset({ company: other, id: 'foreign', type: 'html' }), defaultSettings) },
      ]);
      const { listIds, listIdsOfType } = assetIdStore(table.documents, table.assets);
      const all = (await pagesOf(listIds(company))).flat();
      expect(all.sort()).toEqual(library.map(({ id }) => id).sort());
      const ofType = (await pagesOf(listIdsOfType(company, 'html'))).flat();
      expect(ofType.sort()).toEqual(
        library
          .filter(({ type }) => type === 'html')
          .map(({ id }) => id)
          .sort(),
      );
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

async function pagesOf<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
