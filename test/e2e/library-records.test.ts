import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssetPosition, assetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import { assetItem, assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { historyKey, purgeShards, versionKey } from '../../adapters/dynamodb/keys.ts';
import { cleanUpStore } from '../../adapters/dynamodb/library/clean-up-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import { trashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { batchWrite } from '../../adapters/dynamodb/table/batch-write.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { type AssetOrder, type AssetSort, assetSorts } from '../../domain/library/asset-order.ts';
import { afterRenaming } from '../../domain/library/rename.ts';
import { afterRestoring, afterTrashing } from '../../domain/library/trash.ts';
import { testAsset } from '../functions/publish-world.ts';
import { startTestTable, type TestTable } from './support/test-table.ts';

const types = ['image', 'video', 'pdf', 'image-set'] as const;
const at = '2026-11-24T08:30:00.000Z';

/** Many assets have equal sort values, so that pages end between equal ones. */
const many = Array.from({ length: 5_000 }, (_, number) =>
  testAsset({
    id: `asset ${String((number * 7_919) % 5_000).padStart(4, '0')}`,
    folder: '/many/',
    type: types[number % 4] ?? 'image',
    bytes: number % 50,
    modified: new Date(Date.parse(at) + (number % 700) * 1_000).toISOString(),
  }),
);

let table: TestTable;
let spent = 0;

beforeAll(async () => {
  table = await startTestTable();
  table.documents.middlewareStack.add(
    (next) => async (call) => {
      const { input } = call as { input: Record<string, unknown> };
      const response = await next({ ...call, input: { ...input, ReturnConsumedCapacity: 'TOTAL' } });
      const { ConsumedCapacity } = response.output as unknown as {
        ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
      };
      for (const one of [ConsumedCapacity ?? []].flat()) spent += one.CapacityUnits ?? 0;
      return response;
    },
    { step: 'initialize', name: 'counts capacity', priority: 'high' },
  );
  await batchWrite(
    table.documents,
    table.name,
    many.map((asset) => ({ put: assetItem(asset, defaultSettings) })),
  );
  await folderStore(table.documents, table.name).ensureFolder('luma', '/many/');
});
afterAll(() => table?.stop());

describe('a folder of 5,000 assets', () => {
  const rows = assetSorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order })));

  it.each(rows)('is listed completely by $sort, $order, at the same cost for each page', async ({ sort, order }) => {
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
    // Except the last page, which does not check for more.
    const whole = costs.slice(0, -1);
    expect(Math.max(...whole) - Math.min(...whole)).toBeLessThanOrEqual(0.5);
    // Dynoxide counts each record of a batch as a whole unit, DynamoDB as half of one.
    expect(Math.max(...whole)).toBeLessThanOrEqual(104);
  });

  async function browse(sort: AssetSort, order: AssetOrder) {
    const assets = assetStore(table.documents, table.name);
    const { foldersWithin } = folderStore(table.documents, table.name);
    const listing = assetListStore(table.documents, table.name, assets.getAssets, foldersWithin, () => 0);
    const pages = [];
    const costs: number[] = [];
    let after: AssetPosition | undefined;
    do {
      spent = 0;
      const { items, next } = await listing.listAssets('luma', {
        limit: 100,
        folder: '/many/',
        sort,
        order,
        after,
      });
      pages.push(items);
      costs.push(spent);
      after = next;
    } while (after);
    return { pages, costs };
  }
});

describe('folders', () => {
  const name = fc.constantFrom('a', 'b', 'a b', 'ab', 'é', '~', 'A', '(1)');
  const path = fc
    .array(name, { minLength: 1, maxLength: 4 })
    .map((names) => `/${names.map((part) => `${part}/`).join('')}`);

  it('are listed page by page, with deleted folders between them', async () => {
    const records = folderStore(table.documents, table.name);
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

  it('are restored by a new asset, or deleted for good after a day without one', async () => {
    const records = folderStore(table.documents, table.name);
    for (const folder of ['/empty/', '/used/', '/back/']) {
      await records.ensureFolder('gone', folder);
      await records.markFolderDeleted('gone', folder, at);
    }
    await batchWrite(table.documents, table.name, [
      { put: assetItem(testAsset({ company: 'gone', id: 'late', folder: '/used/' }), defaultSettings) },
    ]);
    await records.ensureFolder('gone', '/back/');
    const due: unknown[] = [];
    for (let shard = 0; shard < purgeShards; shard += 1) {
      const { listPurgeItems } = trashStore(table.documents, table.name);
      for await (const items of listPurgeItems('2026-11-25', shard)) {
        due.push(...items.filter(({ company }) => company === 'gone'));
      }
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

describe('a record', () => {
  const one = testAsset({ id: 'one', folder: '/a/' });

  it('is replaced only in the version that was read, and is listed in the trash', async () => {
    const { replaceRecord } = libraryStore(table.documents, table.name);
    const assets = assetStore(table.documents, table.name);
    const trash = trashStore(table.documents, table.name);
    await batchWrite(table.documents, table.name, [{ put: assetItem(one, defaultSettings) }]);
    const trashed = afterTrashing(one, { at, by: 'ann' });
    expect(await replaceRecord({ ...one, folder: '/b/' }, trashed, defaultSettings)).toBe(false);
    expect(await replaceRecord({ ...one, derivedCount: 1 }, trashed, defaultSettings)).toBe(false);
    expect(await replaceRecord(one, trashed, defaultSettings)).toBe(true);
    // Repeated because its response was lost.
    expect(await replaceRecord(one, trashed, defaultSettings)).toBe(true);
    expect(await replaceRecord(one, { ...one, version: 9 }, defaultSettings)).toBe(false);
    expect(await assets.getAsset('luma', 'one')).toEqual(trashed);
    expect(await trash.listTrash('luma', { limit: 10 })).toEqual({ ids: ['one'] });
    expect(await replaceRecord(trashed, afterRestoring(trashed), defaultSettings)).toBe(true);
    expect(await trash.listTrash('luma', { limit: 10 })).toEqual({ ids: [] });
    expect(await trash.deleteAsset('luma', 'one')).toBe(false);
  });

  it('gets another id once, with all its items', async () => {
    const { renameAsset } = libraryStore(table.documents, table.name);
    const trash = trashStore(table.documents, table.name);
    const assets = assetStore(table.documents, table.name);
    const before = testAsset({ id: 'before', keywords: ['red'] });
    const event = { ...historyKey('luma', 'before', 'PUBLISHED', at, 'video'), event: 'PUBLISHED', at };
    const version = { ...versionKey('luma', 'before', 1), masterKey: 'luma/before', masterVersionId: 'v1' };
    await batchWrite(table.documents, table.name, [
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
    for (let time = 0; time < 2; time += 1) await trash.moveOwnItems('luma', 'before', 'after');
    expect(await trash.masterVersions('luma', 'before')).toEqual([]);
    expect(await trash.masterVersions('luma', 'after')).toEqual([
      { masterKey: 'luma/before', masterVersionId: 'v1' },
    ]);
    expect(await assets.getAsset('luma', 'after')).toMatchObject({ id: 'after', renamedFrom: 'before' });
    expect(await trash.deleteAsset('luma', 'before')).toBe(true);
    expect(await trash.deleteAsset('luma', 'before')).toBe(true);
    await trash.deleteOwnItems('luma', 'after');
    expect(await trash.masterVersions('luma', 'after')).toEqual([]);
  });
});

describe('the clean-up', () => {
  it('continues from its last position', async () => {
    const records = cleanUpStore(table.documents, table.name);
    expect(await records.readState()).toEqual({});
    const state = { purgeFrom: '2026-11-24', walk: { server: 'video' as const, after: 'luma/x' } };
    await records.writeState(state);
    expect(await records.readState()).toEqual(state);
  });
});
