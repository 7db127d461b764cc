import { describe, expect, it } from 'vitest';
import { incompleteSets, withdrawAssets } from '../../../application/assets/withdraw-assets.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { anAsset, company } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const live = (id: string, more: Partial<Asset> = {}) =>
  anAsset({
    id,
    intent: 'live',
    publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: `luma/image/${id}` } },
    ...more,
  });

async function withdraw(cloud: PublishCloud, ids: readonly string[], until = Number.POSITIVE_INFINITY) {
  const messages: string[][] = [];
  const results = await withdrawAssets(
    company,
    ids.map((id) => cloud.assets.get(id) as Asset),
    { by: 'bob', settings: cloud.settings, until },
    {
      ...cloud.dependencies,
      invalidateAssets: async (_, invalidated) => {
        if (invalidated.length > 0) messages.push([...invalidated]);
      },
    },
  );
  return {
    messages,
    outcomes: Object.fromEntries([...results.values()].map(({ id, outcome }) => [id, outcome])),
  };
}

describe('withdrawAssets', () => {
  it('withdraws and invalidates each asset; members stay', async () => {
    const cloud = publishCloud();
    cloud.put(live('a'));
    cloud.putSet({ ...live('set'), type: 'image-set' }, ['a']);
    expect(await withdraw(cloud, ['set'])).toEqual({ outcomes: { set: 'unpublished' }, messages: [['set']] });
    expect(cloud.assets.get('a')?.intent).toBe('live');
  });

  it('holds assets that are not live, and invalidates held assets, because their invalidation may be missing', async () => {
    const cloud = publishCloud();
    cloud.put(anAsset({ id: 'new' }));
    cloud.put(anAsset({ id: 'held', intent: 'held' }));
    expect(await withdraw(cloud, ['new', 'held'])).toEqual({
      outcomes: { new: 'not-live', held: 'not-live' },
      messages: [['held']],
    });
    expect(cloud.assets.get('new')?.intent).toBe('held');
  });

  it('withdraws and invalidates the others if one fails', async () => {
    const cloud = publishCloud();
    for (const id of ['a', 'b', 'c']) cloud.put(live(id));
    cloud.fault = (call, when, [asset]) => {
      if (call === 'recordWithdrawal' && when === 'before' && (asset as Asset).id === 'b')
        throw new Error('down');
    };
    expect(await withdraw(cloud, ['a', 'b', 'c'])).toEqual({
      outcomes: { a: 'unpublished', b: 'error', c: 'unpublished' },
      messages: [['a', 'c']],
    });
  });

  it('leaves an asset alone that was put into the trash meanwhile', async () => {
    const cloud = publishCloud();
    cloud.put(live('a'));
    cloud.fault = (call, when) => {
      if (call !== 'recordWithdrawal' || when !== 'before') return;
      cloud.put(live('a', { publications: {}, trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } }));
    };
    expect((await withdraw(cloud, ['a'])).outcomes).toEqual({ a: 'not-live' });
    expect(cloud.assets.get('a')?.intent).toBe('live');
  });

  it('withdraws no further asset when the time is up', async () => {
    const cloud = publishCloud();
    const ids = Array.from({ length: 30 }, (_, index) => `a${index}`);
    for (const id of ids) cloud.put(live(id));
    cloud.fault = (call, when) => {
      if (call === 'recordWithdrawal' && when === 'after') cloud.time += 1_000;
    };
    const { outcomes, messages } = await withdraw(cloud, ids, cloud.time + 10_000);
    expect(outcomes).toMatchObject({ a0: 'unpublished', a24: 'unpublished', a25: 'not-reached' });
    expect(messages).toHaveLength(1);
    expect((await withdraw(cloud, ids)).outcomes.a25).toBe('unpublished');
  });
});

describe('warnings', () => {
  it('name the published sets that show an asset, and no other sets', async () => {
    const cloud = publishCloud();
    const set = (id: string, more: Partial<Asset>) =>
      cloud.putSet({ ...live(id), type: 'image-set', masterKey: `luma/${id}`, ...more }, ['a', 'b']);
    set('one', {});
    set('two', {});
    set('hidden', { publications: {} });
    set('binned', { trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } });
    cloud.put(live('c'));
    expect(await incompleteSets(company, ['a', 'c'], new Set(), cloud.dependencies)).toEqual([
      'a is missing now in the published sets one, two',
    ]);
    expect(await incompleteSets(company, ['b'], new Set(['two']), cloud.dependencies)).toEqual([
      'b is missing now in the published set one',
    ]);
  });

  it('count the sets after the twentieth', async () => {
    const cloud = publishCloud();
    for (let index = 10; index < 33; index += 1) {
      const id = `s${index}`;
      cloud.putSet({ ...live(id), type: 'image-set', masterKey: `luma/${id}` }, ['a']);
    }
    const [warning] = await incompleteSets(company, ['a'], new Set(), cloud.dependencies);
    expect(warning).toMatch(/s10, .*s29 and 3 more$/);
  });
});
