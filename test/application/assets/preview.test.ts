import { describe, expect, it } from 'vitest';
import { previewJob, previewPublish, previewWithdrawal } from '../../../application/assets/preview.ts';
import { publishClosures } from '../../../application/assets/publish-closures.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { anAsset, company } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const until = Number.POSITIVE_INFINITY;
const live = (id: string, more: Partial<Asset> = {}) =>
  anAsset({
    id,
    intent: 'live',
    publications: { 'image-serving': { version: 1, at: 'then', by: 'ann', key: `luma/image/${id}` } },
    ...more,
  });
const writes = [
  'recordPublication',
  'recordWithdrawal',
  'copyToOrigin',
  'deleteFromOrigin',
  'confirmHistory',
];

function library(): PublishCloud {
  const cloud = publishCloud();
  cloud.put(anAsset({ id: 'a', bytes: 10 }));
  cloud.put(live('b'));
  cloud.put(anAsset({ id: 'held', intent: 'held', bytes: 5 }));
  cloud.put(anAsset({ id: 'film', type: 'video', bytes: 3 * 1024 ** 3 }));
  cloud.putSet({ id: 'views', bytes: 50 }, ['a', 'b', 'held']);
  cloud.putSet({ id: 'media', type: 'mixed-media-set', bytes: 60 }, ['views', 'film']);
  return cloud;
}

const publish = (cloud: PublishCloud, ids: readonly string[], maxListed = 100) =>
  previewPublish(
    company,
    ids.map((id) => cloud.assets.get(id) as Asset),
    { settings: cloud.settings, until, maxListed },
    cloud.dependencies,
  );

describe('previewPublish', () => {
  it('lists each step in order, and writes nothing', async () => {
    const cloud = library();
    const { items, assets, totals, complete } = await publish(cloud, ['media']);
    expect(items.map(({ id, action, servers: on }) => [id, action, ...on])).toEqual([
      ['film', 'publish', 'video'],
      ['a', 'publish', 'image-serving'],
      ['held', 'publish', 'image-serving'],
      ['views', 'publish', 'image-serving'],
      ['media', 'publish', 'image-serving'],
    ]);
    expect({ assets, complete }).toEqual({ assets: 5, complete: true });
    // 3 GiB are copied in 12 upload parts, with a call to begin and one to complete them.
    expect(totals).toMatchObject({ copies: 4 + 14, bytes: 125 + 3 * 1024 ** 3, gets: 2 });
    for (const call of writes) expect(cloud.calls).not.toContain(call);
  });

  it('lists what publishClosures then does', async () => {
    const cloud = library();
    const { items, totals } = await publish(cloud, ['media', 'b']);
    const roots = ['media', 'b'].map((id) => cloud.assets.get(id) as Asset);
    const publishing = { by: 'bob', settings: cloud.settings, until };
    const results = await publishClosures(company, roots, publishing, cloud.dependencies);
    const said = items.map(({ id, action }) => [id, action === 'none' ? 'already-live' : 'published']);
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries([...results.values()].map(({ id, outcome }) => [id, outcome])),
    );
    const copied = cloud.calls.filter((call) => call === 'copyToOrigin').length;
    expect(totals.copies - 13).toBe(copied);
    // For each: the record, its item in the pending index, its history. For the live asset: its history.
    // The two held assets are not in the pending index.
    expect(totals.writeUnits).toBe(5 * 3 - 1 + 1);
  });

  it('lists refused assets with the reason', async () => {
    const cloud = library();
    cloud.assets.delete('held');
    const { items, assets } = await publish(cloud, ['media']);
    expect(items.filter(({ action }) => action === 'refuse')).toMatchObject([
      { id: 'views', message: 'Member held would not be live: there is no such asset' },
      { id: 'media', message: expect.stringContaining('Member views would not be live') },
    ]);
    expect(assets).toBe(2);
  });

  it('lists at most maxListed items, and counts all', async () => {
    const { items, leftOut, assets } = await publish(library(), ['media'], 2);
    expect([items.length, leftOut, assets]).toEqual([2, 3, 5]);
  });

  it('reports that it is incomplete if the time was up', async () => {
    const cloud = library();
    const options = { settings: cloud.settings, until: 0, maxListed: 9 };
    const preview = await previewPublish(company, [live('b')], options, cloud.dependencies);
    expect(preview).toMatchObject({ complete: false, items: [] });
  });
});

it('previewWithdrawal counts servers, objects, history and invalidations', () => {
  const cloud = library();
  const assets = [live('b'), anAsset({ id: 'a' }), anAsset({ id: 'held', intent: 'held' })];
  const preview = previewWithdrawal(company, assets, { settings: cloud.settings, maxListed: 9 });
  expect(preview.items.map(({ id, action, servers: on }) => [id, action, ...on])).toEqual([
    ['b', 'withdraw', 'image-serving'],
    ['a', 'hold'],
    ['held', 'hold'],
  ]);
  // b: record and history; a: record and pending index; held: record.
  expect(preview.totals).toMatchObject({ deletes: 3, writeUnits: 2 + 2 + 1, invalidations: 2, copies: 0 });
});

describe('previewJob', () => {
  const job = { company, id: 'J', publish: 'new' as const, servers };
  const preview = (cloud: PublishCloud, more: Partial<typeof job> = {}, end = until) =>
    previewJob(
      { ...job, ...more },
      { settings: cloud.settings, until: end, maxListed: 100 },
      cloud.dependencies,
    );

  it('lists the assets that the job would publish, with their closures', async () => {
    const cloud = library();
    const { items, totals, complete } = await preview(cloud);
    expect(items.map(({ id, action }) => [id, action]).sort()).toEqual([
      ['a', 'publish'],
      ['film', 'publish'],
      ['held', 'publish'],
      ['media', 'publish'],
      ['views', 'publish'],
    ]);
    expect(complete).toBe(true);
    expect(totals).toMatchObject({ copies: 18, writeUnits: 15, readUnits: 5, parts: 3 });
    for (const call of writes) expect(cloud.calls).not.toContain(call);
  });

  it("lists sets that would not go live because their members are not published to the job's servers", async () => {
    const { items } = await preview(library(), { servers: ['image-serving'] as never });
    expect(items.find(({ id }) => id === 'media')).toMatchObject({
      action: 'refuse',
      message: 'Member film will not be live on video',
    });
    expect(items.find(({ id }) => id === 'views')?.action).toBe('publish');
  });

  it('reports that it is incomplete if the time was up', async () => {
    const cloud = library();
    expect(await preview(cloud, {}, cloud.time + 1)).toMatchObject({ complete: false });
  });
});
