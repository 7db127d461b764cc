import { describe, expect, it } from 'vitest';
import { publishClosures } from '../../../application/assets/publish-closures.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { anAsset, company } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const live: Partial<Asset> = {
  intent: 'live',
  publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: 'luma/image/x' } },
};

/** Images a, b and c; a set of a and b; a mixed media set of that set, c and a film. */
function library(): PublishCloud {
  const cloud = publishCloud();
  for (const id of ['a', 'b', 'c']) cloud.put(anAsset({ id }));
  cloud.put(anAsset({ id: 'film', type: 'video' }));
  cloud.putSet({ id: 'views' }, ['a', 'b', 'a']);
  cloud.putSet({ id: 'media', type: 'mixed-media-set' }, ['views', 'c', 'film']);
  return cloud;
}

async function publish(cloud: PublishCloud, ids: readonly string[], until = Number.POSITIVE_INFINITY) {
  const roots = ids.map((id) => cloud.assets.get(id) as Asset);
  const publishing = { by: 'bob', settings: cloud.settings, until };
  const results = await publishClosures(company, roots, publishing, cloud.dependencies);
  return {
    results,
    outcomes: Object.fromEntries([...results.values()].map(({ id, outcome }) => [id, outcome])),
  };
}

const copies = (cloud: PublishCloud) => [...cloud.origins.keys()].sort();

describe('publishClosures', () => {
  it('publishes a whole closure, members before their sets', async () => {
    const cloud = library();
    const order: string[] = [];
    cloud.fault = (call, when, [asset]) => {
      if (call === 'recordPublication' && when === 'after') order.push((asset as Asset).id);
    };
    const { outcomes } = await publish(cloud, ['media']);
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['published']));
    expect(order.slice(0, 4).sort()).toEqual(['a', 'b', 'c', 'film']);
    expect(order.slice(4)).toEqual(['views', 'media']);
    expect(copies(cloud)).toEqual([
      'image-serving:luma/image/a',
      'image-serving:luma/image/b',
      'image-serving:luma/image/c',
      'image-serving:luma/set/media',
      'image-serving:luma/set/views',
      'video:luma/film',
    ]);
  });

  it('publishes held members again, and copies nothing that is live', async () => {
    const cloud = library();
    cloud.put(anAsset({ id: 'a', ...live }));
    cloud.put(anAsset({ id: 'b', intent: 'held' }));
    const { outcomes } = await publish(cloud, ['views']);
    expect(outcomes).toEqual({ views: 'published', b: 'published' });
    expect(cloud.assets.get('b')?.intent).toBe('live');
    expect(copies(cloud)).toEqual(['image-serving:luma/image/b', 'image-serving:luma/set/views']);
  });

  it('reports a selected asset that is already live, once', async () => {
    const cloud = library();
    await publish(cloud, ['views']);
    cloud.calls.length = 0;
    const { outcomes } = await publish(cloud, ['views', 'a']);
    expect(outcomes).toEqual({ views: 'already-live', a: 'already-live' });
    expect(cloud.calls).not.toContain('copyToOrigin');
    expect(cloud.calls).not.toContain('recordPublication');
  });

  it('publishes derived images with their parent', async () => {
    const cloud = library();
    cloud.put(anAsset({ id: 'a', derivedCount: 1, ...live }));
    cloud.put(anAsset({ id: 'small', type: 'derived-image', parent: 'a', recipe: 'wid=9' }));
    cloud.putDerived('a', ['small']);
    expect((await publish(cloud, ['a'])).outcomes).toEqual({ a: 'already-live', small: 'published' });
  });

  it.each([
    [
      'gone',
      (cloud: PublishCloud) => cloud.assets.delete('b'),
      /Member b is not live: there is no such asset/,
    ],
    [
      'in the trash',
      (cloud: PublishCloud) =>
        cloud.put(anAsset({ id: 'b', trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } })),
      /Member b is not live: it is in the trash/,
    ],
  ])('refuses a set one of whose members is %s, and what shows that set', async (_, change, message) => {
    const cloud = library();
    change(cloud);
    const { results, outcomes } = await publish(cloud, ['media']);
    expect(outcomes).toMatchObject({ media: 'refused', views: 'refused', a: 'published' });
    expect(results.get('views')?.message).toMatch(message);
    expect(results.get('media')?.message).toMatch(/Member views is not live: Member b/);
    expect(copies(cloud)).not.toContain('image-serving:luma/set/views');
  });

  it('refuses a set with a member that could not be copied, and publishes the others', async () => {
    const cloud = library();
    cloud.fault = (call, when, [asset]) => {
      if (call === 'copyToOrigin' && when === 'before' && (asset as Asset).id === 'b') throw new Error('503');
    };
    const { results, outcomes } = await publish(cloud, ['views', 'c']);
    expect(outcomes).toEqual({ views: 'refused', a: 'published', b: 'error', c: 'published' });
    expect(results.get('b')).toMatchObject({ servers: [], error: new Error('503') });
    cloud.fault = () => {};
    expect((await publish(cloud, ['views'])).outcomes).toEqual({ views: 'published', b: 'published' });
  });

  it('reports an error of one asset, and publishes the others', async () => {
    const cloud = library();
    cloud.fault = (call, when, [asset]) => {
      if (call === 'recordPublication' && when === 'before' && (asset as Asset).id === 'a')
        throw new Error('down');
    };
    expect((await publish(cloud, ['a', 'b'])).outcomes).toEqual({ a: 'error', b: 'published' });
  });

  it('refuses assets in the trash', async () => {
    const cloud = library();
    cloud.put(anAsset({ id: 'a', trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } }));
    const { results } = await publish(cloud, ['a']);
    expect(results.get('a')).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('Restore it first'),
    });
  });

  it('publishes no further asset when the time is up, and continues when it is called again', async () => {
    const cloud = library();
    cloud.fault = (call, when) => {
      if (call === 'recordPublication' && when === 'after') cloud.time += 10_000;
    };
    const { outcomes } = await publish(cloud, ['media'], cloud.time + 15_000);
    expect(outcomes.media).toBe('not-reached');
    for (let call = 0; call < 5; call += 1) await publish(cloud, ['media'], cloud.time + 15_000);
    expect((await publish(cloud, ['media'], cloud.time + 15_000)).outcomes).toEqual({
      media: 'already-live',
    });
  });

  it('reads nothing if the time was up from the start', async () => {
    const cloud = library();
    const ids = ['a', 'views'];
    expect((await publish(cloud, ids, 0)).outcomes).toEqual({ a: 'not-reached', views: 'not-reached' });
    expect(cloud.calls).toEqual([]);
  });

  it('refuses sets that contain each other', async () => {
    const cloud = publishCloud();
    cloud.putSet({ id: 'one' }, ['two']);
    cloud.putSet({ id: 'two' }, ['one']);
    expect((await publish(cloud, ['one'])).outcomes).toEqual({ one: 'refused', two: 'refused' });
  });
});
