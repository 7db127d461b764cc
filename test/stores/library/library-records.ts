/** What the library keeps in the asset table, on a table of its own: browsing, folders, and writes bound to what was read. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AssetPosition, assetListStore } from '../../../adapters/dynamodb/assets/asset-list-store.ts';
import { assetItem, assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { historyKey, purgeShards, versionKey } from '../../../adapters/dynamodb/keys.ts';
import { cleanUpStore } from '../../../adapters/dynamodb/library/clean-up-store.ts';
import { folderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../../adapters/dynamodb/library/library-store.ts';
import { trashStore } from '../../../adapters/dynamodb/library/trash-store.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { type AssetOrder, type AssetSort, assetSorts } from '../../../domain/library/asset-order.ts';
import { afterRenaming } from '../../../domain/library/rename.ts';
import { afterRestoring, afterTrashing } from '../../../domain/library/trash.ts';
import { anAsset } from '../../support/builders.ts';
import { measured, newCompany, type StoreTable } from '../store-table.ts';

/** What the library keeps in the asset table: browsing, folders, and writes bound to what was read. */
export function describeLibraryRecords(open: () => StoreTable): void {
  const company = newCompany();
  const types = ['image', 'video', 'pdf', 'image-set'] as const;
  const at = '2026-11-24T08:30:00.000Z';

  /** Many are alike in what they are sorted by, so that pages end among them. */
  const many = Array.from({ length: 5_000 }, (_, number) =>
    anAsset({
      company,
      id: `asset ${String((number * 7_919) % 5_000).padStart(4, '0')}`,
      folder: '/many/',
      type: types[number % 4] ?? 'image',
      bytes: number % 50,
      modified: new Date(Date.parse(at) + (number % 700) * 1_000).toISOString(),
    }),
  );

  let table: StoreTable;

  beforeAll(async () => {
    table = open();
    await batchWrite(
      table.documents,
      table.assets,
      many.map((asset) => ({ put: assetItem(asset, defaultSettings) })),
    );
    await folderStore(table.documents, table.assets).ensureFolder(company, '/many/');
  });

  describe('a folder of 5,000 assets', () => {
    const rows = assetSorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order })));

    it.each(rows)('by $sort, $order, costs the same for each page, and is whole', async ({ sort, order }) => {
      const { pages, costs } = await browse(sort, order);
      const found = pages.flat();
      expect(found).toHaveLength(5_000);
      expect(new Set(found.map(({ id }) => id)).size).toBe(5_000);
      const values = found.map(
        (asset) => ({ name: asset.id, date: asset.modified, size: asset.bytes, type: asset.type })[sort],
      );
      const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(values).toEqual(order === 'asc' ? sorted : sorted.reverse());
      expect(costs[0]).toBeGreaterThan(0);
      // All but the last, which needs not look whether there is more.
      const whole = costs.slice(0, -1);
      expect(Math.max(...whole) - Math.min(...whole)).toBeLessThanOrEqual(0.5);
      // Dynoxide counts each record of a batch as a whole unit, DynamoDB as half of one.
      expect(Math.max(...whole)).toBeLessThanOrEqual(104);
    });

    async function browse(sort: AssetSort, order: AssetOrder) {
      const assets = assetStore(table.documents, table.assets);
      const { foldersWithin } = folderStore(table.documents, table.assets);
      const listing = assetListStore(table.documents, table.assets, assets.getAssets, foldersWithin, () => 0);
      const pages = [];
      const costs: number[] = [];
      let after: AssetPosition | undefined;
      do {
        const request = { limit: 100, folder: '/many/', sort, order, after };
        const { result, units } = await measured(table, () => listing.listAssets(company, request));
        pages.push(result.items);
        costs.push(units);
        after = result.next;
      } while (after);
      return { pages, costs };
    }
  });

  describe('folders', () => {
    const name = fc.constantFrom('a', 'b', 'a b', 'ab', 'é', '~', 'A', '(1)');
    const path = fc
      .array(name, { minLength: 1, maxLength: 4 })
      .map((names) => `/${names.map((part) => `${part}/`).join('')}`);

    it('are listed page by page, whatever lies below them and is gone', async () => {
      const records = folderStore(table.documents, table.assets);
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(path, { maxLength: 25 }),
          fc.array(fc.nat(24), { maxLength: 8 }),
          fc.integer({ min: 1, max: 5 }),
          async (paths, gone, limit) => {
            run += 1;
            const company = `c${run}`;
            for (const folder of paths) await records.ensureFolder(company, folder);
            const dead = new Set(gone.flatMap((index) => paths[index] ?? []));
            for (const folder of dead) await records.markFolderDeleted(company, folder, at);
            const alive = paths.filter((folder) => !dead.has(folder));
            for (const parent of ['/', '/a/', '/a/b/', '/none/']) {
              const expected = [
                ...new Set(
                  alive
                    .filter((folder) => folder.startsWith(parent) && folder !== parent)
                    .map((folder) => folder.slice(0, folder.indexOf('/', parent.length) + 1)),
                ),
              ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
              const found: string[] = [];
              let after: string | undefined;
              do {
                const page = await records.listChildren(company, parent, { limit, after });
                expect(page.items.length).toBeLessThanOrEqual(limit);
                found.push(...page.items);
                after = page.next;
              } while (after !== undefined);
              expect(found).toEqual(expected);
              expect(await records.folderExists(company, parent)).toBe(
                parent === '/' || alive.some((folder) => folder.startsWith(parent)),
              );
            }
          },
        ),
        { numRuns: 30 },
      );
    });

    it('that are gone come back by what is put into them, and go for good a day later if nothing was', async () => {
      const records = folderStore(table.documents, table.assets);
      for (const folder of ['/empty/', '/used/', '/back/']) {
        await records.ensureFolder('gone', folder);
        await records.markFolderDeleted('gone', folder, at);
      }
      await batchWrite(table.documents, table.assets, [
        { put: assetItem(anAsset({ company: 'gone', id: 'late', folder: '/used/' }), defaultSettings) },
      ]);
      await records.ensureFolder('gone', '/back/');
      const due: unknown[] = [];
      for (let shard = 0; shard < purgeShards; shard += 1) {
        const { listPurgeItems } = trashStore(table.documents, table.assets);
        for await (const items of listPurgeItems('gone', { date: '2026-11-25', shard })) due.push(...items);
      }
      expect(due).toHaveLength(2);
      expect(await records.settleDeletedFolder('gone', '/empty/', at)).toBe(true);
      expect(await records.settleDeletedFolder('gone', '/used/', at)).toBe(false);
      expect(await records.settleDeletedFolder('gone', '/back/', at)).toBe(false);
      expect(await records.getFolder('gone', '/empty/')).toBeUndefined();
      expect(await records.getFolder('gone', '/used/')).toEqual({ folder: '/used/' });
      expect(await records.getFolder('gone', '/back/')).toEqual({ folder: '/back/' });
    });
  });

  describe('what is due', () => {
    const date = '2026-12-01';
    const trashed = { at: '2026-11-24T10:00:00.000Z', by: 'ann' };
    const all = async <Item>(list: (shard: number) => AsyncGenerator<readonly Item[]>): Promise<Item[]> => {
      const found: Item[] = [];
      for (let shard = 0; shard < purgeShards; shard += 1) {
        for await (const items of list(shard)) found.push(...items);
      }
      return found;
    };

    it('is listed company by company, without reading all of one, and from a place on', async () => {
      const companies = ['due', 'due-2', 'due2'];
      const ids = Array.from({ length: 9 }, (_, number) => `shoe ${number}`);
      await batchWrite(
        table.documents,
        table.assets,
        companies.flatMap((of) =>
          ids.map((id) => ({ put: assetItem(anAsset({ company: of, id, trashed }), defaultSettings) })),
        ),
      );
      await folderStore(table.documents, table.assets).ensureFolder('due', '/x/');
      await folderStore(table.documents, table.assets).markFolderDeleted(
        'due',
        '/x/',
        '2026-11-30T10:00:00.000Z',
      );
      const { listPurgeCompanies, listPurgeItems } = trashStore(table.documents, table.assets);
      table.hook.onCall = (call, next) =>
        next(call.command === 'Query' ? { ...call.input, Limit: 2 } : call.input);
      const found = await all(async function* (shard) {
        for await (const page of listPurgeCompanies({ date, shard })) yield page.companies;
      });
      expect([...new Set(found)].filter((one) => companies.includes(one)).sort()).toEqual(
        [...companies].sort(),
      );
      const items = await all((shard) => listPurgeItems('due', { date, shard }));
      expect(items.flatMap((item) => ('id' in item ? item.id : [])).sort()).toEqual(ids);
      expect(items.filter((item) => 'folder' in item)).toEqual([{ company: 'due', folder: '/x/' }]);
      const later = await all((shard) => listPurgeItems('due', { date, shard, after: 'shoe 4' }));
      expect(later.flatMap((item) => ('id' in item ? item.id : [])).sort()).toEqual(ids.slice(5));
    });
  });

  describe('a record', () => {
    const one = anAsset({ company, id: 'one', folder: '/a/' });

    it('is replaced only as it was read, and lies in the trash where it was put there', async () => {
      const { replaceRecord } = libraryStore(table.documents, table.assets);
      const assets = assetStore(table.documents, table.assets);
      const trash = trashStore(table.documents, table.assets);
      await batchWrite(table.documents, table.assets, [{ put: assetItem(one, defaultSettings) }]);
      const trashed = afterTrashing(one, { at, by: 'ann' });
      expect(await replaceRecord({ ...one, folder: '/b/' }, trashed, defaultSettings)).toBe(false);
      expect(await replaceRecord({ ...one, derivedCount: 1 }, trashed, defaultSettings)).toBe(false);
      expect(await replaceRecord(one, trashed, defaultSettings)).toBe(true);
      // Asked again as its answer got lost.
      expect(await replaceRecord(one, trashed, defaultSettings)).toBe(true);
      expect(await replaceRecord(one, { ...one, version: 9 }, defaultSettings)).toBe(false);
      expect(await assets.getAsset(company, 'one')).toEqual(trashed);
      expect(await trash.listTrash(company, { limit: 10 })).toEqual({ ids: ['one'] });
      expect(await replaceRecord(trashed, afterRestoring(trashed), defaultSettings)).toBe(true);
      expect(await trash.listTrash(company, { limit: 10 })).toEqual({ ids: [] });
      expect(await trash.deleteAsset(company, 'one')).toBe(false);
    });

    it('gets another id with all that is its own, once', async () => {
      const { renameAsset } = libraryStore(table.documents, table.assets);
      const trash = trashStore(table.documents, table.assets);
      const assets = assetStore(table.documents, table.assets);
      const before = anAsset({ company, id: 'before', keywords: ['red'] });
      const event = { ...historyKey(company, 'before', 'PUBLISHED', at, 'video'), event: 'PUBLISHED', at };
      const version = {
        ...versionKey(company, 'before', 1),
        masterKey: `${company}/before`,
        masterVersionId: 'v1',
        originalVersionId: 'v0',
        reduction: { divisor: 4, name: 'r4nd0m', versionId: 'r1' },
      };
      await batchWrite(table.documents, table.assets, [
        { put: assetItem(before, defaultSettings) },
        { put: event },
        { put: version },
      ]);
      const change = afterRenaming(before, { to: 'after', at, by: 'ann', redirect: false });
      expect(await renameAsset(before, change, defaultSettings)).toBe(true);
      expect(await renameAsset(before, change, defaultSettings)).toBe(true);
      const again = afterRenaming(before, {
        to: 'after',
        at: '2026-11-25T00:00:00.000Z',
        by: 'ben',
        redirect: true,
      });
      expect(await renameAsset(before, again, defaultSettings)).toBe(false);
      for (let time = 0; time < 2; time += 1) await trash.moveOwnItems(company, 'before', 'after');
      expect(await trash.masterVersions(company, 'before')).toEqual([]);
      expect(await trash.masterVersions(company, 'after')).toEqual([
        { masterKey: `${company}/reductions/r4nd0m`, masterVersionId: 'r1' },
        { masterKey: `${company}/before`, masterVersionId: 'v1' },
        { masterKey: `${company}/before`, masterVersionId: 'v0' },
      ]);
      expect(await assets.getAsset(company, 'after')).toMatchObject({ id: 'after', renamedFrom: 'before' });
      expect(await trash.deleteAsset(company, 'before')).toBe(true);
      expect(await trash.deleteAsset(company, 'before')).toBe(true);
      await trash.deleteOwnItems(company, 'after');
      expect(await trash.masterVersions(company, 'after')).toEqual([]);
    });
  });

  describe('the clean-up', () => {
    it('remembers how far it is', async () => {
      const records = cleanUpStore(table.documents, table.assets);
      expect(await records.readState()).toEqual({});
      const state = { purgeFrom: '2026-11-24', walk: { server: 'video' as const, after: 'luma/x' } };
      await records.writeState(state);
      expect(await records.readState()).toEqual(state);
    });
  });
}
