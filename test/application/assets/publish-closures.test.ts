import { describe, expect, it } from 'vitest';
import { publishClosures } from '../../../application/assets/publish-closures.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { createWorld, type World } from '../../functions/publish-world.ts';
import { anAsset, company } from '../../support/builders.ts';

const live: Partial<Asset> = {
  intent: 'live',
  publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: 'luma/image/x' } },
};

/** Images a, b and c; a set of a and b; a mixed media set of that set, c and a film. */
function library(): World {
  const world = createWorld();
  for (const id of ['a', 'b', 'c']) world.put(anAsset({ id }));
  world.put(anAsset({ id: 'film', type: 'video' }));
  world.putSet({ id: 'views' }, ['a', 'b', 'a']);
  world.putSet({ id: 'media', type: 'mixed-media-set' }, ['views', 'c', 'film']);
  return world;
}

async function publish(world: World, ids: readonly string[], until = Number.POSITIVE_INFINITY) {
  const roots = ids.map((id) => world.assets.get(id) as Asset);
  const publishing = { by: 'bob', settings: world.settings, until };
  const results = await publishClosures(company, roots, publishing, world.dependencies);
  return {
    results,
    outcomes: Object.fromEntries([...results.values()].map(({ id, outcome }) => [id, outcome])),
  };
}

const copies = (world: World) => [...world.origins.keys()].sort();

describe('publishClosures', () => {
  it('publishes a whole closure, members before their sets', async () => {
    const world = library();
    const order: string[] = [];
    world.fault = (call, when, [asset]) => {
      if (call === 'recordPublication' && when === 'after') order.push((asset as Asset).id);
    };
    const { outcomes } = await publish(world, ['media']);
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['published']));
    expect(order.slice(0, 4).sort()).toEqual(['a', 'b', 'c', 'film']);
    expect(order.slice(4)).toEqual(['views', 'media']);
    expect(copies(world)).toEqual([
      'image-serving:luma/image/a',
      'image-serving:luma/image/b',
      'image-serving:luma/image/c',
      'image-serving:luma/set/media',
      'image-serving:luma/set/views',
      'video:luma/film',
    ]);
  });

  it('publishes held members again, and copies nothing that is live', async () => {
    const world = library();
    world.put(anAsset({ id: 'a', ...live }));
    world.put(anAsset({ id: 'b', intent: 'held' }));
    const { outcomes } = await publish(world, ['views']);
    expect(outcomes).toEqual({ views: 'published', b: 'published' });
    expect(world.assets.get('b')?.intent).toBe('live');
    expect(copies(world)).toEqual(['image-serving:luma/image/b', 'image-serving:luma/set/views']);
  });

  it('reports a selected asset that is already live, once', async () => {
    const world = library();
    await publish(world, ['views']);
    world.calls.length = 0;
    const { outcomes } = await publish(world, ['views', 'a']);
    expect(outcomes).toEqual({ views: 'already-live', a: 'already-live' });
    expect(world.calls).not.toContain('copyToOrigin');
    expect(world.calls).not.toContain('recordPublication');
  });

  it('publishes derived images with their parent', async () => {
    const world = library();
    world.put(anAsset({ id: 'a', derivedCount: 1, ...live }));
    world.put(anAsset({ id: 'small', type: 'derived-image', parent: 'a', recipe: 'wid=9' }));
    world.derived.set('a', ['small']);
    expect((await publish(world, ['a'])).outcomes).toEqual({ a: 'already-live', small: 'published' });
  });

  it.each([
    ['gone', (world: World) => world.assets.delete('b'), /Member b is not live: there is no such asset/],
    [
      'in the trash',
      (world: World) =>
        world.put(anAsset({ id: 'b', trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } })),
      /Member b is not live: it is in the trash/,
    ],
  ])('refuses a set one of whose members is %s, and what shows that set', async (_, change, message) => {
    const world = library();
    change(world);
    const { results, outcomes } = await publish(world, ['media']);
    expect(outcomes).toMatchObject({ media: 'refused', views: 'refused', a: 'published' });
    expect(results.get('views')?.message).toMatch(message);
    expect(results.get('media')?.message).toMatch(/Member views is not live: Member b/);
    expect(copies(world)).not.toContain('image-serving:luma/set/views');
  });

  it('refuses a set with a member that could not be copied, and publishes the others', async () => {
    const world = library();
    world.fault = (call, when, [asset]) => {
      if (call === 'copyToOrigin' && when === 'before' && (asset as Asset).id === 'b') throw new Error('503');
    };
    const { results, outcomes } = await publish(world, ['views', 'c']);
    expect(outcomes).toEqual({ views: 'refused', a: 'published', b: 'error', c: 'published' });
    expect(results.get('b')).toMatchObject({ servers: [], error: new Error('503') });
    world.fault = () => {};
    expect((await publish(world, ['views'])).outcomes).toEqual({ views: 'published', b: 'published' });
  });

  it('reports an error of one asset, and publishes the others', async () => {
    const world = library();
    world.fault = (call, when, [asset]) => {
      if (call === 'recordPublication' && when === 'before' && (asset as Asset).id === 'a')
        throw new Error('down');
    };
    expect((await publish(world, ['a', 'b'])).outcomes).toEqual({ a: 'error', b: 'published' });
  });

  it('refuses assets in the trash', async () => {
    const world = library();
    world.put(anAsset({ id: 'a', trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } }));
    const { results } = await publish(world, ['a']);
    expect(results.get('a')).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('Restore it first'),
    });
  });

  it('publishes no further asset when the time is up, and continues when it is called again', async () => {
    const world = library();
    world.fault = (call, when) => {
      if (call === 'recordPublication' && when === 'after') world.time += 10_000;
    };
    const { outcomes } = await publish(world, ['media'], world.time + 15_000);
    expect(outcomes.media).toBe('not-reached');
    for (let call = 0; call < 5; call += 1) await publish(world, ['media'], world.time + 15_000);
    expect((await publish(world, ['media'], world.time + 15_000)).outcomes).toEqual({
      media: 'already-live',
    });
  });

  it('reads nothing if the time was up from the start', async () => {
    const world = library();
    const ids = ['a', 'views'];
    expect((await publish(world, ids, 0)).outcomes).toEqual({ a: 'not-reached', views: 'not-reached' });
    expect(world.calls).toEqual([]);
  });

  it('refuses sets that contain each other', async () => {
    const world = createWorld();
    world.putSet({ id: 'one' }, ['two']);
    world.putSet({ id: 'two' }, ['one']);
    expect((await publish(world, ['one'])).outcomes).toEqual({ one: 'refused', two: 'refused' });
  });
});
