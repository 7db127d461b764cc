import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { applyServerToggle } from '../../../functions/publish-part/apply-server-toggle.ts';
import { anAsset } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

const at = '2026-11-24T09:00:00.000Z';
const entry = { id: 'a', type: 'image', version: 1, servers: ['server-directory'], bytes: 9 } as const;
const live = {
  'server-directory': { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/a.png' },
};

async function toggle(publish: 'enable-server' | 'disable-server', changes: Partial<Asset> | undefined) {
  const servers: Server[] =
    publish === 'enable-server' ? ['image-serving', 'server-directory'] : ['image-serving'];
  const cloud = publishCloud({ settings: { servers } });
  const asset = changes && anAsset({ id: 'a', ...changes });
  if (asset) cloud.put(asset);
  const context = { by: 'bob', at, settings: cloud.settings };
  const run = (now: Asset | undefined) =>
    applyServerToggle(entry, now, { publish }, context, cloud.dependencies);
  return { first: await run(asset), second: await run(cloud.assets.get('a')) };
}

describe('applyServerToggle', () => {
  it.each([
    [
      'disable-server',
      'is live there',
      { publications: live },
      'withdrawn',
      /no longer live on server-directory/,
    ],
    ['disable-server', 'is not live there', {}, 'withdrawn', /no longer live on server-directory/],
    ['disable-server', 'no longer exists', undefined, 'skipped', /no longer exists/],
    [
      'enable-server',
      'is pending',
      {},
      'recorded',
      /next publish job publishes the asset to server-directory/,
    ],
    ['enable-server', 'is held', { intent: 'held' }, 'skipped', /after the plan was made/],
    ['enable-server', 'no longer exists', undefined, 'skipped', /no longer exists/],
  ] as const)(
    '%s: logs an asset that %s (%j) as %s, also in a second run',
    async (publish, _, changes, outcome, text) => {
      const { first, second } = await toggle(publish, changes as Partial<Asset> | undefined);
      expect(first.logEntries).toMatchObject([{ asset: 'a', server: 'server-directory', outcome, time: at }]);
      expect(first.logEntries[0]?.message).toMatch(text);
      expect(second.logEntries.map((logged) => logged.outcome)).toEqual([outcome]);
    },
  );

  it('leaves an asset live on a server that was enabled again', async () => {
    const cloud = publishCloud({ settings: { servers: ['server-directory'] } });
    const asset = anAsset({ id: 'a', publications: live });
    cloud.put(asset);
    const context = { by: 'bob', at, settings: cloud.settings };
    const { logEntries } = await applyServerToggle(
      entry,
      asset,
      { publish: 'disable-server' },
      context,
      cloud.dependencies,
    );
    expect(logEntries).toMatchObject([{ outcome: 'skipped', message: 'server-directory was enabled again' }]);
    expect(cloud.assets.get('a')).toEqual(asset);
  });

  it('reports a withdrawal by an earlier run as a repeat', async () => {
    const { first, second } = await toggle('disable-server', { publications: live });
    expect([first.isRepeat, second.isRepeat]).toEqual([false, true]);
  });
});
