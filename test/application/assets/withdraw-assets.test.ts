import { describe, expect, it } from 'vitest';
import { incompleteSets, withdrawAssets } from '../../../application/assets/withdraw-assets.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { createWorld, type World } from '../../functions/publish-world.ts';
import { anAsset, company } from '../../support/builders.ts';

const live = (id: string, more: Partial<Asset> = {}) =>
  anAsset({
    id,
    intent: 'live',
    publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: `luma/image/${id}` } },
    ...more,
  });

async function withdraw(world: World, ids: readonly string[], until = Number.POSITIVE_INFINITY) {
  const messages: string[][] = [];
  const results = await withdrawAssets(
    company,
    ids.map((id) => world.assets.get(id) as Asset),
    { by: 'bob', settings: world.settings, until },
    {
      ...world.dependencies,
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
    const world = createWorld();
    world.put(live('a'));
    world.putSet({ ...live('set'), type: 'image-set' }, ['a']);
    expect(await withdraw(world, ['set'])).toEqual({ outcomes: { set: 'unpublished' }, messages: [['set']] });
    expect(world.assets.get('a')?.intent).toBe('live');
  });

  it('holds assets that are not live, and invalidates held assets, because their invalidation may be missing', async () => {
    const world = createWorld();
    world.put(anAsset({ id: 'new' }));
    world.put(anAsset({ id: 'held', intent: 'held' }));
    expect(await withdraw(world, ['new', 'held'])).toEqual({
      outcomes: { new: 'not-live', held: 'not-live' },
      messages: [['held']],
    });
    expect(world.assets.get('new')?.intent).toBe('held');
  });

  it('withdraws and invalidates the others if one fails', async () => {
    const world = createWorld();
    for (const id of ['a', 'b', 'c']) world.put(live(id));
    world.fault = (call, when, [asset]) => {
      if (call === 'recordWithdrawal' && when === 'before' && (asset as Asset).id === 'b')
        throw new Error('down');
    };
    expect(await withdraw(world, ['a', 'b', 'c'])).toEqual({
      outcomes: { a: 'unpublished', b: 'error', c: 'unpublished' },
      messages: [['a', 'c']],
    });
  });

  it('leaves an asset alone that was put into the trash meanwhile', async () => {
    const world = createWorld();
    world.put(live('a'));
    world.fault = (call, when) => {
      if (call !== 'recordWithdrawal' || when !== 'before') return;
      world.put(live('a', { publications: {}, trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } }));
    };
    expect((await withdraw(world, ['a'])).outcomes).toEqual({ a: 'not-live' });
    expect(world.assets.get('a')?.intent).toBe('live');
  });

  it('withdraws no further asset when the time is up', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 30 }, (_, index) => `a${index}`);
    for (const id of ids) world.put(live(id));
    world.fault = (call, when) => {
      if (call === 'recordWithdrawal' && when === 'after') world.time += 1_000;
    };
    const { outcomes, messages } = await withdraw(world, ids, world.time + 10_000);
    expect(outcomes).toMatchObject({ a0: 'unpublished', a24: 'unpublished', a25: 'not-reached' });
    expect(messages).toHaveLength(1);
    expect((await withdraw(world, ids)).outcomes.a25).toBe('unpublished');
  });
});

describe('warnings', () => {
  it('name the published sets that show an asset, and no other sets', async () => {
    const world = createWorld();
    const set = (id: string, more: Partial<Asset>) =>
      world.putSet({ ...live(id), type: 'image-set', masterKey: `luma/${id}`, ...more }, ['a', 'b']);
    set('one', {});
    set('two', {});
    set('hidden', { publications: {} });
    set('binned', { trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } });
    world.put(live('c'));
    expect(await incompleteSets(company, ['a', 'c'], new Set(), world.dependencies)).toEqual([
      'a is missing now in the published sets one, two',
    ]);
    expect(await incompleteSets(company, ['b'], new Set(['two']), world.dependencies)).toEqual([
      'b is missing now in the published set one',
    ]);
  });

  it('count the sets after the twentieth', async () => {
    const world = createWorld();
    for (let index = 10; index < 33; index += 1) {
      const id = `s${index}`;
      world.putSet({ ...live(id), type: 'image-set', masterKey: `luma/${id}` }, ['a']);
    }
    const [warning] = await incompleteSets(company, ['a'], new Set(), world.dependencies);
    expect(warning).toMatch(/s10, .*s29 and 3 more$/);
  });
});
