import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { jobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import {
  assetKey,
  derivedKey,
  folderItemKey,
  setLogKey,
  versionKey,
} from '../../../adapters/dynamodb/keys.ts';
import { type BuiltAssetStore, builtAssetStore } from '../../../adapters/dynamodb/sets/built-asset-store.ts';
import { presetStore } from '../../../adapters/dynamodb/sets/preset-store.ts';
import { type RelationStore, relationStore } from '../../../adapters/dynamodb/sets/relation-store.ts';
import { setLogStore } from '../../../adapters/dynamodb/sets/set-log-store.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { type LogEntry, noCounts } from '../../../domain/jobs/job.ts';
import { anAsset, anUploadJob, aPreset } from '../../support/builders.ts';
import {
  beforeNext,
  failNext,
  itemIn,
  measured,
  newCompany,
  putAssets,
  putJobs,
  repeatNext,
  type StoreTable,
} from '../store-table.ts';

const at = '2026-11-24T08:30:00.000Z';
const collision = new TransactionCanceledException({
  message: 'made by a test',
  $metadata: {},
  CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
});

/** Sets and derived images, their relations, and the presets and log entries of sets that uploads build. */
export function describeSetStores(open: () => StoreTable): void {
  let table: StoreTable;
  let company: string;

  beforeAll(() => {
    table = open();
  });
  beforeEach(() => {
    company = newCompany();
    // Writes that collide are made again at once.
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    table.hook.onCall = undefined;
  });

  const getAsset = (id: string) => assetStore(table.documents, table.assets).getAsset(company, id);

  describe('An asset that is built', () => {
    let store: BuiltAssetStore;
    let set: Asset;

    beforeEach(() => {
      store = builtAssetStore(table.documents, table.assets);
      set = anAsset({ company, id: 'set', type: 'image-set', masterVersionId: 'set-1', modified: at });
    });
    const version = (number: number) => itemIn(table, table.assets, versionKey(company, 'set', number));

    it('is written with its first version and its folder, where its id is free', async () => {
      expect(await store.createAsset({ ...set, folder: '/new/' }, defaultSettings)).toBe(true);
      expect(await getAsset('set')).toEqual({ ...set, folder: '/new/' });
      expect(await version(1)).toMatchObject({ masterVersionId: 'set-1' });
      expect(await itemIn(table, table.assets, folderItemKey(company, '/new/'))).toBeDefined();
    });

    it('is not written over one of somebody else', async () => {
      const theirs = { ...set, modified: '2026-11-24T08:00:00.000Z' };
      await putAssets(table, theirs);
      expect(await store.createAsset(set, defaultSettings)).toBe(false);
      expect(await getAsset('set')).toEqual(theirs);
      expect(await version(1)).toBeUndefined();
    });

    it('is there where this call wrote it before its response got lost', async () => {
      await putAssets(table, set);
      expect(await store.createAsset(set, defaultSettings)).toBe(true);
    });

    it('is written once where the client repeats the call', async () => {
      repeatNext(table, 'TransactWrite');
      expect(await store.createAsset(set, defaultSettings)).toBe(true);
    });

    it('is derived only of the version of its parent that it was made of, outside the trash', async () => {
      const parent = anAsset({ company, id: 'parent', masterVersionId: 'p2' });
      const derived = { ...set, type: 'derived-image' as const, parent: 'parent', recipe: 'wid=9' };
      await putAssets(table, parent);
      expect(await store.createAsset({ ...derived, masterVersionId: 'p1' }, defaultSettings)).toBe(false);
      await putAssets(table, { ...parent, trashed: { at, by: 'eve' } });
      expect(await store.createAsset({ ...derived, masterVersionId: 'p2' }, defaultSettings)).toBe(false);
      await putAssets(table, parent);
      expect(await store.createAsset({ ...derived, masterVersionId: 'p2' }, defaultSettings)).toBe(true);
    });

    it.each([
      ['outside the trash', {}],
      ['in the trash', { trashed: { at, by: 'ann' } }],
    ])('is replaced as it was read, %s', async (_, change) => {
      const before: Asset = { ...set, ...change };
      const after: Asset = { ...before, version: 2, modified: '2026-11-24T09:00:00.000Z' };
      await putAssets(table, before);
      expect(await store.replaceAsset(before, after, defaultSettings)).toBe(true);
      expect(await getAsset('set')).toEqual(after);
      expect(await version(2)).toBeDefined();
    });

    it.each([
      ['another version', { version: 5 }],
      ['been edited', { modified: '2026-11-24T08:31:00.000Z' }],
      ['gone into the trash', { trashed: { at, by: 'eve' } }],
      ['another parent, as that was renamed', { parent: 'b' }],
    ])('is not replaced where it has %s meanwhile', async (_, change) => {
      const before: Asset = { ...set, parent: 'a' };
      await putAssets(table, before);
      beforeNext(table, 'TransactWrite', () => putAssets(table, { ...before, ...change }));
      const after = { ...before, version: 2, modified: '2026-11-24T09:00:00.000Z' };
      expect(await store.replaceAsset(before, after, defaultSettings)).toBe(false);
      expect(await getAsset('set')).toEqual({ ...before, ...change });
      expect(await version(2)).toBeUndefined();
    });

    it('fails where the table does', async () => {
      failNext(table, 'TransactWrite', new Error('down'));
      await expect(store.replaceAsset(set, set, defaultSettings)).rejects.toThrow('down');
    });
  });

  describe('Memberships', () => {
    let store: RelationStore;
    beforeEach(() => {
      store = relationStore(table.documents, table.assets);
    });

    it('lie under the members, with the places that each takes', async () => {
      await store.putMemberships(
        company,
        'views',
        new Map([
          ['red shoe', 2],
          ['blue shoe', 1],
        ]),
      );
      expect(await store.membershipsOf(company, 'red shoe')).toEqual([{ set: 'views', places: 2 }]);
      await store.deleteMemberships(company, 'views', ['blue shoe', 'blue shoe']);
      expect(await store.membershipsOf(company, 'blue shoe')).toEqual([]);
      expect(await store.membershipsOf(newCompany(), 'red shoe')).toEqual([]);
    });

    it('are listed by page, and all together', async () => {
      for (const set of ['b', 'c', 'a']) await store.putMemberships(company, set, new Map([['x', 1]]));
      const all = ['a', 'b', 'c'].map((set) => ({ set, places: 1 }));
      const first = await store.listMemberships(company, 'x', { limit: 2 });
      expect(first).toEqual({ items: all.slice(0, 2), next: 'b' });
      expect(await store.listMemberships(company, 'x', { limit: 2, after: 'b' })).toEqual({
        items: all.slice(2),
      });
      table.hook.onCall = (call, next) => next({ ...call.input, Limit: 1 });
      expect(await store.membershipsOf(company, 'x')).toEqual(all);
    });

    it('end with the last page, also where that is empty', async () => {
      for (const set of ['a', 'b']) await store.putMemberships(company, set, new Map([['x', 1]]));
      const { next } = await store.listMemberships(company, 'x', { limit: 2 });
      if (next !== undefined)
        expect(await store.listMemberships(company, 'x', { limit: 2, after: next })).toEqual({ items: [] });
      expect(await store.listMemberships(company, 'none', { limit: 10 })).toEqual({ items: [] });
    });
  });

  describe('Derived images', () => {
    let store: RelationStore;
    beforeEach(async () => {
      store = relationStore(table.documents, table.assets);
      await putAssets(table, anAsset({ company, id: 'shoe' }));
    });

    it('are noted and counted at once, each once', async () => {
      expect(await store.linkDerived(company, 'shoe', 'teaser')).toBe(true);
      expect(await store.linkDerived(company, 'shoe', 'teaser')).toBe(true);
      expect(await store.derivedOf(company, 'shoe')).toEqual(['teaser']);
      expect(await getAsset('shoe')).toEqual(anAsset({ company, id: 'shoe', derivedCount: 1 }));
    });

    it.each([
      ['gone', undefined],
      ['in the trash', { trashed: { at, by: 'eve' } }],
    ])('of a parent that is %s are not noted', async (_, change) => {
      const parent = change ? 'shoe' : 'none';
      if (change) await putAssets(table, anAsset({ company, id: 'shoe', ...change }));
      expect(await store.linkDerived(company, parent, 'teaser')).toBe(false);
      expect(await store.derivedOf(company, parent)).toEqual([]);
    });

    it('end with their link and their count', async () => {
      for (const id of ['teaser', 'banner']) await store.linkDerived(company, 'shoe', id);
      await store.unlinkDerived(company, 'shoe', 'teaser');
      // Not linked: nothing to do, and the count stays.
      await store.unlinkDerived(company, 'shoe', 'teaser');
      expect(await store.derivedOf(company, 'shoe')).toEqual(['banner']);
      expect((await getAsset('shoe'))?.derivedCount).toBe(1);
    });

    it('end with their link also where the parent is gone', async () => {
      await store.linkDerived(company, 'shoe', 'teaser');
      beforeNext(table, 'TransactWrite', () =>
        batchWrite(table.documents, table.assets, [{ delete: assetKey(company, 'shoe') }]),
      );
      await store.unlinkDerived(company, 'shoe', 'teaser');
      expect(await itemIn(table, table.assets, derivedKey(company, 'shoe', 'teaser'))).toBeUndefined();
      expect(await getAsset('shoe')).toBeUndefined();
    });

    it('are listed under their parent, by page', async () => {
      for (const id of ['b', 'a']) await store.linkDerived(company, 'shoe', id);
      expect(await store.listDerived(company, 'shoe', { limit: 1 })).toEqual({ items: ['a'], next: 'a' });
      const rest = await store.listDerived(company, 'shoe', { limit: 5, after: 'a' });
      expect(rest).toEqual({ items: ['b'] });
    });

    it('fail where the table does', async () => {
      failNext(table, 'TransactWrite', new Error('down'));
      await expect(store.linkDerived(company, 'shoe', 'teaser')).rejects.toThrow('down');
      failNext(table, 'TransactWrite', new Error('down'));
      await expect(store.unlinkDerived(company, 'shoe', 'teaser')).rejects.toThrow('down');
    });
  });

  describe('Presets', () => {
    it('are listed by name to the last page, strongly consistently', async () => {
      const { listPresets, putPreset } = presetStore(table.documents, table.jobs);
      for (const name of ['b', 'all around']) await putPreset(company, aPreset({ name }));
      table.hook.onCall = (call, next) => {
        expect(call.input).toMatchObject({ ConsistentRead: true });
        return next({ ...call.input, Limit: 1 });
      };
      expect(await listPresets(company)).toEqual([aPreset(), aPreset({ name: 'b' })]);
    });

    it('are put under their name, and deleted with what they were', async () => {
      const { listPresets, putPreset, deletePreset } = presetStore(table.documents, table.jobs);
      await putPreset(company, aPreset());
      await putPreset(company, aPreset({ active: false }));
      expect(await listPresets(company)).toEqual([aPreset({ active: false })]);
      expect(await deletePreset(company, 'all around')).toEqual(aPreset({ active: false }));
      expect(await deletePreset(company, 'all around')).toBeUndefined();
    });
  });

  describe("The log entry of a job's set", () => {
    const logEntry: LogEntry = { time: at, asset: 'shoe-set', outcome: 'published', message: 'done' };
    const job = () => anUploadJob({ company, counts: { ...noCounts, total: 3, done: 2 } });
    const counts = async () =>
      (await jobStore(table.documents, table.jobs).getJob(company, job().id))?.counts;

    it('is written and counted in one, once, while the job runs', async () => {
      const { putSetLogEntry } = setLogStore(table.documents, table.jobs);
      await putJobs(table, job());
      const { result, calls } = await measured(table, () =>
        putSetLogEntry(job(), 'shoe-set/views', logEntry),
      );
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['TransactWrite']);
      expect(await counts()).toEqual({ ...noCounts, total: 4, done: 3 });
      const key = setLogKey(company, job().id, 'shoe-set/views');
      expect(await itemIn(table, table.jobs, key)).toMatchObject({ logEntry, expires: expect.any(Number) });
    });

    it('is not written again, nor for a job that has ended', async () => {
      const { putSetLogEntry } = setLogStore(table.documents, table.jobs);
      await putJobs(table, job());
      await putSetLogEntry(job(), 'shoe-set/views', logEntry);
      expect(await putSetLogEntry(job(), 'shoe-set/views', logEntry)).toBe(false);
      expect(await counts()).toEqual({ ...noCounts, total: 4, done: 3 });
      await putJobs(table, { ...job(), status: 'succeeded', ended: at });
      expect(await putSetLogEntry(job(), 'other', logEntry)).toBe(false);
    });

    it('is written in its turn behind others of its job', async () => {
      const { putSetLogEntry } = setLogStore(table.documents, table.jobs);
      await putJobs(table, job());
      failNext(table, 'TransactWrite', collision);
      expect(await putSetLogEntry(job(), 'shoe-set/views', logEntry)).toBe(true);
    });

    it('is listed by set, page by page', async () => {
      const { listSetLogEntries, putSetLogEntry } = setLogStore(table.documents, table.jobs);
      await putJobs(table, job());
      for (const set of ['shoe-set/views', 'boot-set'])
        await putSetLogEntry(job(), set, { ...logEntry, asset: set });
      const list = (after?: string) => listSetLogEntries(company, job().id, { limit: 1, after });
      const first = await list();
      expect(first).toEqual({ items: [{ ...logEntry, asset: 'boot-set' }], next: 'boot-set' });
      const second = await list('boot-set');
      expect(second.items).toEqual([{ ...logEntry, asset: 'shoe-set/views' }]);
      expect(await list('shoe-set/views')).toEqual({ items: [] });
    });
  });
}
