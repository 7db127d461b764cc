import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { type PosterStore, posterStore } from '../../../adapters/dynamodb/assets/poster-store.ts';
import { versionStore } from '../../../adapters/dynamodb/assets/version-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { anAsset } from '../../support/builders.ts';
import { measured, newCompany, putAssets, repeatNext, type StoreTable } from '../store-table.ts';

const modified = '2026-11-24T09:00:00.000Z';

/** Posters of videos, on the record and on the item of its version. */
export function describePosterStore(open: () => StoreTable): void {
  let table: StoreTable;
  let store: PosterStore;
  let before: Asset;
  let after: Asset;

  beforeAll(() => {
    table = open();
    store = posterStore(table.documents, table.assets);
  });
  beforeEach(async () => {
    before = anAsset({ id: 'film', company: newCompany(), type: 'video', version: 3 });
    after = { ...before, poster: { name: 'p', versionId: 'p1' }, modified, modifiedBy: 'bob' };
    await putAssets(table, before);
    await versionStore(table.documents, table.assets).putVersion(before);
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const read = async () => ({
    asset: await assetStore(table.documents, table.assets).getAsset(before.company, 'film'),
    version: await versionStore(table.documents, table.assets).getVersion(before.company, 'film', 3),
  });

  describe('Recording a poster', () => {
    it('changes the record and its version by one call, and nothing else of them', async () => {
      const { version } = await read();
      const { result, calls } = await measured(table, () => store.recordPoster(before, after));
      expect([result, calls.map(({ command }) => command)]).toEqual([true, ['TransactWrite']]);
      expect(await read()).toEqual({ asset: after, version: { ...version, poster: after.poster } });
      const { poster: _poster, ...without } = { ...after, modified: '2026-11-24T09:00:00.001Z' };
      expect(await store.recordPoster(after, without)).toBe(true);
      expect(await read()).toEqual({ asset: without, version });
    });

    it('holds also if its response was lost and the client has repeated it', async () => {
      repeatNext(table, 'TransactWrite');
      expect(await store.recordPoster(before, after)).toBe(true);
    });

    it('changes nothing if the record has changed, or has no item of its version', async () => {
      const stale = { ...before, modified: '2026-11-24T08:00:00.009Z' };
      const unknown = { ...before, version: 4 };
      const found = await read();
      expect(await store.recordPoster(stale, after)).toBe(false);
      expect(await store.recordPoster(unknown, after)).toBe(false);
      expect(await read()).toEqual(found);
    });
  });
}
