import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import {
  type VersionStore,
  versionItem,
  versionStore,
} from '../../../adapters/dynamodb/assets/version-store.ts';
import { assetKey, versionKey } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { anAsset } from '../../support/builders.ts';
import { beforeNext, itemIn, measured, newCompany, putAssets, type StoreTable } from '../store-table.ts';

/** Versions of assets, and going back to one. */
export function describeVersionStore(open: () => StoreTable): void {
  let table: StoreTable;
  let store: VersionStore;
  let asset: Asset;

  beforeAll(() => {
    table = open();
    store = versionStore(table.documents, table.assets);
  });
  beforeEach(() => {
    asset = anAsset({ id: 'a', company: newCompany(), version: 12, derivedCount: 2 });
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const putVersions = (...items: object[]) =>
    batchWrite(
      table.documents,
      table.assets,
      items.map((item) => ({ put: { ...item } })),
    );

  describe('The item of a version', () => {
    it('sorts by number and holds what is needed to take it up again', () => {
      expect(versionItem(asset)).toEqual({
        pk: `ASSET#${asset.company}#a`,
        sk: 'VERSION#0000000012',
        version: 12,
        type: 'image',
        mimeType: 'image/jpeg',
        bytes: asset.bytes,
        width: 800,
        height: 600,
        fileName: 'a.jpg',
        masterKey: `${asset.company}/a`,
        masterVersionId: asset.masterVersionId,
        uploadJobId: asset.uploadJobId,
        at: asset.modified,
        by: 'ann',
      });
      expect(versionItem(asset, { rollbackOf: 3 })).toMatchObject({ rollbackOf: 3 });
    });
  });

  describe('Listing versions', () => {
    it('is newest first, from where the page before ended', async () => {
      const numbers = [9, 10, 11, 12, 13];
      await putVersions(...numbers.map((version) => versionItem({ ...asset, version })));
      const page = await store.listVersions(asset.company, 'a', { limit: 2, after: 13 });
      expect(page).toMatchObject({ items: [{ version: 12 }, { version: 11 }], next: 11 });
      expect(page.items[0]).not.toHaveProperty('pk');
      const rest = await store.listVersions(asset.company, 'a', { limit: 9, after: 11 });
      expect(rest.items.map(({ version }) => version)).toEqual([10, 9]);
      expect(rest).not.toHaveProperty('next');
    });

    it('finds the ones that took up an earlier one, and asks not for the first', async () => {
      await putVersions(
        versionItem(asset, { rollbackOf: 4 }),
        versionItem({ ...asset, version: 2 }),
        versionItem({ ...asset, version: 1 }),
      );
      const { result, calls } = await measured(table, () =>
        store.findRollbacks(asset.company, 'a', [12, 2, 1, 12]),
      );
      expect(result).toEqual(new Map([[12, 4]]));
      expect(calls.flatMap(({ targets }) => targets)).toHaveLength(2);
    });

    it('gives versions of several assets at once, each once', async () => {
      await putVersions(versionItem(asset), versionItem({ ...asset, version: 2 }));
      const found = await store.getVersions(asset.company, [
        { id: 'a', version: 12 },
        { id: 'a', version: 12 },
        { id: 'a', version: 2 },
        { id: 'b', version: 1 },
      ]);
      expect([...found.keys()].sort()).toEqual(['12/a', '2/a']);
      expect(found.get('2/a')).toMatchObject({ version: 2 });
      expect(found.get('2/a')).not.toHaveProperty('pk');
    });

    it('gives one version by its number, and nothing for one that does not exist', async () => {
      await store.putVersion(asset);
      const { pk, sk, ...version } = versionItem(asset);
      expect(await store.getVersion(asset.company, 'a', 12)).toEqual(version);
      expect(await store.getVersion(asset.company, 'a', 11)).toBeUndefined();
    });
  });

  describe('Recording a rollback', () => {
    const rolledBack = (): Asset => {
      const { width, height, ...flat } = asset;
      return { ...flat, version: 13, type: 'pdf', modified: '2026-11-24T09:00:00.000Z' };
    };
    const record = () => store.recordRollback(asset, rolledBack(), defaultSettings, 4);
    const stored = () => assetStore(table.documents, table.assets).getAsset(asset.company, 'a');

    it('changes what belongs to a version, removes what the old bytes have not, and writes the version with it', async () => {
      await putAssets(table, asset);
      expect(await record()).toBe(true);
      expect(await stored()).toEqual(rolledBack());
      expect(await itemIn(table, table.assets, assetKey(asset.company, 'a'))).toMatchObject({
        typeKey: `TYPE#${asset.company}#pdf`,
      });
      expect(await itemIn(table, table.assets, versionKey(asset.company, 'a', 13))).toMatchObject({
        rollbackOf: 4,
      });
    });

    it.each([
      ['has another version', { version: 13 }],
      ['was edited', { modified: '2026-11-24T08:30:00.000Z' }],
      ['was published', { publications: { video: { version: 12, at: '', by: 'eve', key: 'k' } } }],
      ['has one derived image more', { derivedCount: 3 }],
      ['is in the trash', { trashed: { at: '2026-11-24T08:30:00.000Z', by: 'eve' } }],
    ])('is refused where the record %s by now', async (_, change) => {
      await putAssets(table, asset);
      beforeNext(table, 'TransactWrite', () => putAssets(table, { ...asset, ...change }));
      expect(await record()).toBe(false);
      expect(await stored()).toEqual({ ...asset, ...change });
      expect(await itemIn(table, table.assets, versionKey(asset.company, 'a', 13))).toBeUndefined();
    });
  });
}
