import { describe, expect, it } from 'vitest';
import { publishAsset, withdrawAsset } from '../../../application/assets/publish-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { servers as allServers } from '../../../domain/delivery/server.ts';
import { anAsset } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const then = '2026-11-24T08:00:00.000Z';
const now = '2026-11-24T09:00:00.000Z';
const later = '2026-11-24T10:00:00.000Z';

const key = 'image-serving:luma/image/a';
const live = (version: number) => ({
  'image-serving': { version, at: then, by: 'ann', key: 'luma/image/a' },
});
const publishing = (cloud: PublishCloud) => ({ by: 'bob', at: now, settings: cloud.settings });

function cloudWith(changes: Partial<Asset> = {}, settings = {}): { cloud: PublishCloud; asset: Asset } {
  const cloud = publishCloud({ settings });
  const asset = anAsset({ id: 'a', ...changes });
  cloud.put(asset);
  for (const [server, publication] of Object.entries(asset.publications)) {
    cloud.origins.set(`${server}:${publication.key}`, publication.version);
  }
  return { cloud, asset };
}

describe('publishAsset', () => {
  it.each(['pending', 'held', 'live'] as const)(
    'publishes an asset with the intent %s, with its history',
    async (intent) => {
      const { cloud, asset } = cloudWith({ intent });
      const result = await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
      expect(result).toMatchObject({
        published: ['image-serving'],
        alreadyLive: [],
        failed: [],
        changed: false,
      });
      expect(result.asset).toEqual(cloud.assets.get('a'));
      expect(cloud.assets.get('a')).toMatchObject({
        intent: 'live',
        publications: { 'image-serving': { version: 1, by: 'bob', at: now, key: 'luma/image/a' } },
      });
      expect(cloud.origins.get(key)).toBe(1);
      expect([...cloud.history.keys()]).toEqual([`a#PUBLISHED#${now}#image-serving`]);
      expect(cloud.calls).toEqual(['copyToOrigin', 'recordPublication']);
    },
  );

  it('emits what has become live, and not what was live before', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: live(1) }, { servers: allServers });
    const both = ['image-serving', 'server-directory'] as const;
    await publishAsset(asset, both, { ...publishing(cloud), jobId: 'J1' }, cloud.dependencies);
    expect(cloud.emittedPublications).toEqual([
      { id: 'a', version: 1, servers: ['server-directory'], by: 'bob', jobId: 'J1' },
    ]);
  });

  it('emits a version that replaces an older one', async () => {
    const { cloud, asset } = cloudWith({ version: 2, intent: 'live', publications: live(1) });
    await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect(cloud.emittedPublications).toEqual([
      { id: 'a', version: 2, servers: ['image-serving'], by: 'bob' },
    ]);
  });

  it('emits nothing if the record was not written', async () => {
    const { cloud, asset } = cloudWith();
    cloud.fault = (call, when) => {
      if (call === 'recordPublication' && when === 'before')
        cloud.assets.set('a', { ...asset, intent: 'held', stateAt: later });
    };
    const result = await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect(result.changed).toBe(true);
    expect(cloud.emittedPublications).toEqual([]);
  });

  it('copies nothing that is live in this version, but confirms its history', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: live(1) });
    const result = await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect(result).toMatchObject({ published: [], alreadyLive: ['image-serving'], changed: false });
    expect(cloud.calls).toEqual(['confirmHistory']);
    expect(cloud.assets.get('a')).toEqual(asset);
  });

  it('copies a live version again with force', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: live(1) });
    const forced = { ...publishing(cloud), force: true };
    const result = await publishAsset(asset, ['image-serving'], forced, cloud.dependencies);
    expect(result.published).toEqual(['image-serving']);
    expect(cloud.history.size).toBe(1);
  });

  it('records the servers that succeeded if the copy to another server failed', async () => {
    const { cloud, asset } = cloudWith({}, { servers: allServers });
    cloud.fault = (call, when, [, object]) => {
      if (
        call === 'copyToOrigin' &&
        when === 'before' &&
        (object as { server: string }).server === 'server-directory'
      ) {
        throw new Error('made by a test');
      }
    };
    const both = ['image-serving', 'server-directory'] as const;
    const result = await publishAsset(asset, both, publishing(cloud), cloud.dependencies);
    expect(result.published).toEqual(['image-serving']);
    expect(result.failed).toMatchObject([
      { server: 'server-directory', error: { message: 'made by a test' } },
    ]);
    expect(Object.keys(cloud.assets.get('a')?.publications ?? {})).toEqual(['image-serving']);
  });

  it('records nothing if every copy failed', async () => {
    const { cloud, asset } = cloudWith();
    cloud.fault = () => {
      throw new Error('made by a test');
    };
    const result = await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect(result).toMatchObject({ published: [], changed: false, failed: [{ server: 'image-serving' }] });
    expect(cloud.calls).toEqual(['copyToOrigin']);
  });

  it('deletes the object of an older version at another key', async () => {
    const { cloud, asset } = cloudWith({ type: 'pdf', version: 2, intent: 'live', publications: live(1) });
    await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect([...cloud.origins]).toEqual([['image-serving:luma/content/a', 2]]);
  });

  it('records both servers if two callers publish to different servers at once', async () => {
    const { cloud, asset } = cloudWith({}, { servers: allServers });
    const [one, other] = await Promise.all([
      publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies),
      publishAsset(asset, ['server-directory'], publishing(cloud), cloud.dependencies),
    ]);
    expect([one.changed, other.changed]).toEqual([false, false]);
    expect(Object.keys(cloud.assets.get('a')?.publications ?? {}).sort()).toEqual([
      'image-serving',
      'server-directory',
    ]);
    expect(cloud.calls.filter((call) => call === 'copyToOrigin')).toHaveLength(2);
  });

  it('writes one history event if two callers publish the same version at once', async () => {
    const { cloud, asset } = cloudWith();
    const call = (at: string) =>
      publishAsset(asset, ['image-serving'], { ...publishing(cloud), at }, cloud.dependencies);
    const [one, other] = await Promise.all([call('one'), call('other')]);
    expect([...one.published, ...other.published]).toEqual(['image-serving']);
    expect([...one.alreadyLive, ...other.alreadyLive]).toEqual(['image-serving']);
    expect(cloud.history.size).toBe(1);
  });

  it.each<[string, Partial<Asset> | undefined, number | undefined]>([
    ['was withdrawn', { intent: 'held' }, undefined],
    ['has a new version that is not live', { version: 2 }, undefined],
    ['has a new version that is live', { version: 2, intent: 'live', publications: live(2) }, 2],
    ['is gone', undefined, undefined],
  ])('leaves the origin as the record says when the asset %s meanwhile', async (_, changes, expected) => {
    const { cloud, asset } = cloudWith();
    cloud.fault = (call, when) => {
      if (call !== 'copyToOrigin' || when !== 'after') return;
      cloud.fault = () => {};
      if (changes) cloud.put({ ...asset, ...changes });
      else cloud.assets.delete('a');
    };
    const result = await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect(result).toMatchObject({ changed: true, published: [] });
    expect(result.asset).toEqual(cloud.assets.get('a'));
    expect(cloud.origins.get(key)).toBe(expected);
    expect(cloud.history.size).toBe(0);
  });

  it('keeps an older version live that cannot be restored, until the asset is published again', async () => {
    const { cloud, asset } = cloudWith();
    cloud.fault = (call, when) => {
      if (call !== 'copyToOrigin' || when !== 'after') return;
      cloud.fault = () => {};
      cloud.put({ ...asset, version: 3, intent: 'live', publications: live(2) });
    };
    await publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    expect(cloud.origins.has(key)).toBe(true);
  });
});

describe('withdrawAsset', () => {
  it('deletes the objects, holds the asset, and writes its history', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: live(1) });
    const result = await withdrawAsset(asset, publishing(cloud), cloud.dependencies);
    expect(result.withdrawn).toEqual(['image-serving']);
    expect(cloud.assets.get('a')).toEqual({
      ...asset,
      intent: 'held',
      publications: {},
      stateAt: now,
      lastPublishedAt: then,
    });
    expect(cloud.origins.size).toBe(0);
    expect([...cloud.history.values()]).toEqual([
      { event: 'WITHDRAWN', at: now, server: 'image-serving', version: 1, by: 'bob' },
    ]);
  });

  it('holds an asset that was never published, and deletes objects that an interrupted publication may have left', async () => {
    const { cloud, asset } = cloudWith();
    cloud.origins.set(key, 1);
    const result = await withdrawAsset(asset, publishing(cloud), cloud.dependencies);
    expect(result).toMatchObject({ withdrawn: [], asset: { intent: 'held' } });
    expect(cloud.origins.size).toBe(0);
    expect(cloud.history.size).toBe(0);
  });

  it('completes a withdrawal that died between the origin and the record', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: live(1) });
    cloud.fault = (call) => {
      if (call === 'recordWithdrawal') throw new Error('made by a test');
    };
    await expect(withdrawAsset(asset, publishing(cloud), cloud.dependencies)).rejects.toThrow(
      'made by a test',
    );
    expect(cloud.origins.size).toBe(0);
    cloud.fault = () => {};
    const result = await withdrawAsset(asset, publishing(cloud), cloud.dependencies);
    expect(result.withdrawn).toEqual(['image-serving']);
  });

  it('invalidates an asset that went live at another address, also if the call dies then', async () => {
    const old = { 'image-serving': { version: 1, at: 'then', by: 'ann', key: 'luma/image/a' } };
    const { cloud, asset } = cloudWith({ version: 2, type: 'pdf', intent: 'live', publications: old });
    const go = () => publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    cloud.fault = (call, when) => {
      if (call === 'recordPublication' && when === 'before') throw new Error('made by a test');
    };
    await expect(go()).rejects.toThrow('made by a test');
    expect(cloud.invalidated).toEqual(['a']);
    cloud.fault = () => {};
    expect((await go()).published).toEqual(['image-serving']);
    expect(cloud.invalidated).toEqual(['a', 'a']);
    expect([...cloud.origins.keys()]).toEqual(['image-serving:luma/content/a']);
    // The address stays the same: a stale copy may stay there for ten hours.
    await publishAsset(
      cloud.assets.get('a') ?? asset,
      ['image-serving'],
      { ...publishing(cloud), force: true },
      cloud.dependencies,
    );
    expect(cloud.invalidated).toHaveLength(2);
  });

  it('also withdraws a version that was published meanwhile', async () => {
    const { cloud, asset } = cloudWith({ version: 2, intent: 'live', publications: live(1) });
    const publish = publishAsset(asset, ['image-serving'], publishing(cloud), cloud.dependencies);
    const withdraw = withdrawAsset(asset, { ...publishing(cloud), at: later }, cloud.dependencies);
    await Promise.all([publish, withdraw]);
    expect(cloud.assets.get('a')).toMatchObject({ intent: 'held', publications: {} });
    expect(cloud.origins.size).toBe(0);
  });

  it('gives up on an asset that keeps changing, or that no longer exists', async () => {
    const { cloud, asset } = cloudWith();
    cloud.fault = (call, when) => {
      const now = cloud.assets.get('a');
      if (call === 'recordWithdrawal' && when === 'before' && now)
        cloud.put({ ...now, version: now.version + 1 });
    };
    const withdraw = () => withdrawAsset(asset, publishing(cloud), cloud.dependencies);
    await expect(withdraw()).rejects.toMatchObject({ name: 'asset.changed-meanwhile' });
    cloud.assets.clear();
    await expect(withdraw()).rejects.toMatchObject({ name: 'asset.not-found' });
  });
});
