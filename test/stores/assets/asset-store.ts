import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AssetStore,
  assetItem,
  assetOf,
  assetStore,
  type HistoryPosition,
} from '../../../adapters/dynamodb/assets/asset-store.ts';
import { batchedHistory } from '../../../adapters/dynamodb/assets/batched-history.ts';
import { type PendingPosition, pendingStore } from '../../../adapters/dynamodb/assets/pending-store.ts';
import { similarIds } from '../../../adapters/dynamodb/assets/similar-ids.ts';
import { assetKey, historyKey, pendingIndexKey, pendingShards } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { afterPublishing, afterWithdrawal } from '../../../domain/assets/publish-state.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { servers as allServers } from '../../../domain/delivery/server.ts';
import { anAsset } from '../../support/builders.ts';
import {
  beforeNext,
  failNext,
  itemIn,
  measured,
  newCompany,
  putAssets,
  repeatNext,
  type StoreTable,
} from '../store-table.ts';

const publishing = { at: '2026-11-24T09:00:00.000Z', by: 'bob', jobId: 'J1' };
const later = { at: '2026-11-24T10:00:00.000Z', by: 'eve' };

/** Assets, their publish state and its history, and the pending index. */
export function describeAssetStore(open: () => StoreTable): void {
  let table: StoreTable;
  let store: AssetStore;
  let pending: Asset;
  let published: Asset;

  beforeAll(() => {
    table = open();
    store = assetStore(table.documents, table.assets);
  });
  beforeEach(() => {
    pending = anAsset({ id: 'a', company: newCompany() });
    published = afterPublishing(pending, ['image-serving'], publishing);
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const stored = () => store.getAsset(pending.company, 'a');
  const history = async () => (await store.listHistory(pending.company, 'a', { limit: 100 })).items;
  /** Ids of a company that some job could take. */
  const pendingIds = async (company: string) => {
    const { readPending } = pendingStore(table.documents, table.assets);
    const ids: string[] = [];
    let position: PendingPosition | undefined = { shards: [] };
    while (position) {
      const page: Awaited<ReturnType<typeof readPending>> = await readPending(company, position);
      ids.push(...page.items.map(({ id }) => id));
      position = page.next;
    }
    return ids;
  };

  describe('The item of an asset', () => {
    it('has the keys of its folder and, while a job could take it, of the pending index', () => {
      const { company } = pending;
      expect(assetItem(pending, defaultSettings)).toEqual({
        ...pending,
        pk: `ASSET#${company}#a`,
        sk: 'ASSET',
        folderKey: `FOLDER#${company}#/`,
        pendingKey: pendingIndexKey(company, 'a'),
        nameKey: `NAME#${company}`,
        nameSort: 'a',
        typeKey: `TYPE#${company}#image`,
      });
      expect(assetItem(published, defaultSettings).pendingKey).toBeUndefined();
      expect(assetOf(assetItem(pending, defaultSettings))).toEqual(pending);
    });
  });

  describe('Reading an asset', () => {
    it('is strongly consistent, and costs one call', async () => {
      await putAssets(table, pending);
      const { result, calls } = await measured(table, stored);
      expect(result).toEqual(pending);
      expect(calls).toMatchObject([{ command: 'Get', input: { ConsistentRead: true } }]);
    });

    it('that does not exist gives nothing', async () => {
      expect(await stored()).toBeUndefined();
    });
  });

  describe('Recording a publication', () => {
    const record = (after = published, before = pending, settings = { servers: defaultSettings.servers }) =>
      store.recordPublication(before, after, settings);

    it('replaces the publish state, takes the asset out of the pending index, writes history: two calls', async () => {
      await putAssets(table, pending);
      const { result, calls } = await measured(table, () => record());
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['Update', 'Put']);
      expect(await stored()).toEqual(published);
      expect(await pendingIds(pending.company)).toEqual([]);
      const event = { event: 'PUBLISHED', at: publishing.at, server: 'image-serving', version: 1, by: 'bob' };
      expect(await history()).toEqual([{ ...event, jobId: 'J1' }]);
      const key = historyKey(pending.company, 'a', 'PUBLISHED', publishing.at, 'image-serving');
      expect(await itemIn(table, table.assets, key)).toBeDefined();
    });

    it('leaves the asset in the pending index while another server waits for it', async () => {
      await putAssets(table, pending);
      await record(published, pending, { servers: [...allServers] });
      expect(await pendingIds(pending.company)).toEqual(['a']);
    });

    it('has history only of what is new', async () => {
      const { 'image-serving': publication } = published.publications;
      const before = {
        ...published,
        version: 2,
        publications: { ...published.publications, video: publication },
      };
      const again = afterPublishing({ ...before, publications: {} }, ['image-serving'], later);
      const after = { ...again, publications: { ...again.publications, video: publication } };
      await putAssets(table, before as Asset);
      expect(await record(after as Asset, before as Asset)).toBe(true);
      expect(await history()).toMatchObject([{ at: later.at, server: 'image-serving', version: 2 }]);
    });

    it.each([
      ['has another version', { version: 2 }],
      ['is held', { intent: 'held' as const }],
      [
        'was published meanwhile',
        { publications: { video: { version: 1, at: 'then', by: 'eve', key: 'k' } } },
      ],
      ['changed its state and changed it back', { stateAt: '2026-11-24T08:30:00.000Z' }],
      ['is in the trash', { trashed: { at: publishing.at, by: 'eve' } }],
    ])('writes nothing when the record %s', async (_, change) => {
      await putAssets(table, { ...pending, ...change });
      expect(await record()).toBe(false);
      expect(await stored()).toEqual({ ...pending, ...change });
      expect(await history()).toEqual([]);
    });

    it('writes nothing when the record is gone', async () => {
      expect(await record()).toBe(false);
      expect(await stored()).toBeUndefined();
    });

    it('takes its own write for done when it is refused only because a response got lost', async () => {
      await putAssets(table, pending);
      repeatNext(table, 'Update');
      expect(await record()).toBe(true);
      expect(await history()).toHaveLength(1);
    });

    it('does not take the same version published by somebody else for its own', async () => {
      const theirs = afterPublishing(pending, ['image-serving'], {
        at: '2026-11-24T08:59:00.000Z',
        by: 'eve',
      });
      await putAssets(table, theirs);
      expect(await record()).toBe(false);
    });

    it('binds the next change to the time of this one, which no other state shares', async () => {
      const live = { ...published, stateAt: publishing.at };
      await putAssets(table, live);
      const withdrawn = afterWithdrawal(live, live.stateAt);
      expect(withdrawn.stateAt).toBe('2026-11-24T09:00:00.001Z');
      const withdrawal = { at: live.stateAt, by: 'eve' };
      // The same publications, from a state of another time.
      const stale = { ...live, stateAt: later.at };
      expect(await store.recordWithdrawal(stale, withdrawn, defaultSettings, withdrawal)).toBe(false);
      expect(await store.recordWithdrawal(live, withdrawn, defaultSettings, withdrawal)).toBe(true);
      expect(await stored()).toEqual(withdrawn);
    });

    it('throws where the table does', async () => {
      await putAssets(table, pending);
      failNext(table, 'Update', new Error('made by a test'));
      await expect(record()).rejects.toThrow('made by a test');
    });

    it('can write its history again, which then is the same', async () => {
      await store.confirmHistory(published, ['image-serving', 'video']);
      await store.confirmHistory(published, ['image-serving', 'video']);
      expect(await history()).toMatchObject([{ at: publishing.at, server: 'image-serving' }]);
    });
  });

  it('Recording a withdrawal writes history of every publication that ends', async () => {
    const withdrawn = afterWithdrawal(published, later.at);
    await putAssets(table, published);
    expect(await store.recordWithdrawal(published, withdrawn, defaultSettings, later)).toBe(true);
    expect(await stored()).toEqual(withdrawn);
    expect(await history()).toEqual([
      { event: 'WITHDRAWN', at: later.at, server: 'image-serving', version: 1, by: 'eve' },
    ]);
  });

  describe('The history of an asset', () => {
    /** Published and withdrawn in turn on two servers at once, every second. */
    const events = Array.from({ length: 9 }, (_, index) =>
      (['image-serving', 'server-directory'] as const).map((server) => ({
        event: index % 2 === 0 ? ('PUBLISHED' as const) : ('WITHDRAWN' as const),
        at: `2026-11-24T08:00:0${index}.000Z`,
        server,
        version: 1,
        by: 'ann',
      })),
    ).flat();

    it.each([1, 2, 3, 4, 5, 17, 18, 19, 100])('comes newest first, %i lines a page', async (limit) => {
      const puts = events.map((event) => ({
        put: { ...historyKey(pending.company, 'a', event.event, event.at, event.server), ...event },
      }));
      await batchWrite(table.documents, table.assets, puts);
      const found: unknown[] = [];
      let after: HistoryPosition | undefined;
      do {
        const page = await store.listHistory(pending.company, 'a', { limit, after });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        expect(page.items.length).toBeGreaterThan(0);
        found.push(...page.items);
        after = page.next;
      } while (after);
      expect(found).toEqual(
        [...events].sort((a, b) => (`${a.at}${a.server}` < `${b.at}${b.server}` ? 1 : -1)),
      );
    });
  });

  describe('History that is gathered', () => {
    it('takes the lines of publications that are recorded or confirmed, each once', async () => {
      await putAssets(table, pending);
      const gathered = batchedHistory(table.documents, table.assets);
      const records = assetStore(table.documents, table.assets, { putHistoryItems: gathered.put });
      const { calls } = await measured(table, async () => {
        await records.recordPublication(pending, published, defaultSettings);
        await records.confirmHistory(published, ['image-serving']);
        expect(await history()).toEqual([]);
        await gathered.flush();
      });
      expect(calls.filter(({ command }) => command === 'BatchWrite')).toHaveLength(1);
      expect(await history()).toMatchObject([{ at: publishing.at, server: 'image-serving', by: 'bob' }]);
    });
  });

  describe('The pending index', () => {
    it('is read whole, every page of every shard', async () => {
      const ids = Array.from({ length: 80 }, (_, index) => `a${index}`);
      const { company } = pending;
      await putAssets(table, ...ids.map((id) => anAsset({ id, company })));
      expect(new Set(ids.map((id) => pendingIndexKey(company, id))).size).toBe(pendingShards);
      let pages = 0;
      table.hook.onCall = (call, next) => {
        pages += 1;
        return next({ ...call.input, Limit: 2 });
      };
      expect((await pendingIds(company)).sort()).toEqual(ids.sort());
      expect(pages).toBeGreaterThan(pendingShards);
    });

    it('tells all that a plan is made of', async () => {
      await putAssets(table, { ...pending, derivedCount: 2 });
      const { readPending } = pendingStore(table.documents, table.assets);
      const { items } = await readPending(pending.company, { shards: [] });
      const { id, type, version, intent, publications, folder, bytes } = pending;
      expect(items).toMatchObject([
        { id, type, version, intent, publications, folder, bytes, derivedCount: 2 },
      ]);
    });
  });

  it('Ids that differ by case are those of the same name in lower case, without the id itself', async () => {
    const { company } = pending;
    const ids = ['Red Shoe', 'red shoe', 'RED SHOE', 'red shoes'];
    await putAssets(table, ...ids.map((id) => anAsset({ id, company })));
    const { result, calls } = await measured(table, () =>
      similarIds(table.documents, table.assets, company, 'red shoe'),
    );
    expect(result.sort()).toEqual(['RED SHOE', 'Red Shoe']);
    expect(calls).toHaveLength(1);
  });

  it('Several assets are read in calls of a hundred; what does not exist is missing', async () => {
    const { company } = pending;
    const ids = Array.from({ length: 130 }, (_, index) => `a${index}`);
    await putAssets(table, ...ids.map((id) => anAsset({ id, company })));
    const { result, calls } = await measured(table, () => store.getAssets(company, [...ids, 'none', 'a0']));
    expect([...result.keys()].sort()).toEqual(ids.sort());
    expect(calls.map(({ targets }) => targets.length)).toEqual([100, 31]);
    expect(result.get('a7')).toEqual(anAsset({ id: 'a7', company }));
  });

  it('A record that changes between reading and writing keeps the later change', async () => {
    await putAssets(table, pending);
    beforeNext(table, 'Update', () => putAssets(table, { ...pending, version: 2 }));
    expect(await store.recordPublication(pending, published, defaultSettings)).toBe(false);
    expect(await itemIn(table, table.assets, assetKey(pending.company, 'a'))).toMatchObject({ version: 2 });
  });
}
