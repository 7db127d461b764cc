import { beforeAll, describe, expect, it } from 'vitest';
import { assetItem } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { assetIdStore } from '../../../adapters/dynamodb/library/asset-id-store.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { anAsset } from '../../support/builders.ts';
import { newCompany, type StoreTable } from '../store-table.ts';

/** The ids that search indexes are built from. */
export function describeSearchRecords(open: () => StoreTable): void {
  const company = newCompany();
  const other = newCompany();

  let table: StoreTable;
  beforeAll(() => {
    table = open();
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
}

async function pagesOf<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
