import { describe, expect, it } from 'vitest';
import {
  markPending,
  type ServerToggleContext,
  withdrawFromServer,
} from '../../../application/companies/toggle-server.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { servers as allServers, type Server } from '../../../domain/delivery/server.ts';
import { anAsset } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const then = '2026-11-24T08:00:00.000Z';
const now = '2026-11-24T09:00:00.000Z';

const onBoth = {
  'image-serving': { version: 1, at: then, by: 'ann', key: 'luma/image/a' },
  'server-directory': { version: 1, at: then, by: 'ann', key: 'luma/a.png' },
};
const { 'image-serving': onImages, 'server-directory': onFiles } = onBoth;

function cloudWith(
  changes: Partial<Asset>,
  servers: readonly Server[],
): { cloud: PublishCloud; asset: Asset } {
  const cloud = publishCloud({ settings: { servers } });
  const asset = anAsset({ id: 'a', ...changes });
  cloud.put(asset);
  for (const [server, { key, version }] of Object.entries(asset.publications)) {
    cloud.origins.set(`${server}:${key}`, version);
  }
  return { cloud, asset };
}

const contextOf = (cloud: PublishCloud): ServerToggleContext => ({
  by: 'bob',
  at: now,
  settings: cloud.settings,
});

describe('withdrawFromServer', () => {
  it('withdraws the asset from the disabled server; its intent and other servers do not change', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: onBoth }, ['image-serving']);
    expect(await withdrawFromServer(asset, 'server-directory', contextOf(cloud), cloud.dependencies)).toBe(
      true,
    );
    expect(cloud.assets.get('a')).toMatchObject({
      intent: 'live',
      publications: { 'image-serving': onImages },
      stateAt: now,
    });
    expect([...cloud.origins.keys()]).toEqual(['image-serving:luma/image/a']);
    expect([...cloud.history.keys()]).toEqual([`a#WITHDRAWN#${now}#server-directory`]);
  });

  it('keeps the time of the last publication if the asset was live on no other server', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: { 'server-directory': onFiles } }, [
      'image-serving',
    ]);
    await withdrawFromServer(asset, 'server-directory', contextOf(cloud), cloud.dependencies);
    expect(cloud.assets.get('a')).toMatchObject({ publications: {}, lastPublishedAt: then });
  });

  it('does nothing for an asset that is not live there', async () => {
    const { cloud, asset } = cloudWith({ publications: { 'image-serving': onImages } }, ['image-serving']);
    expect(await withdrawFromServer(asset, 'server-directory', contextOf(cloud), cloud.dependencies)).toBe(
      false,
    );
    expect(cloud.calls).toEqual([]);
  });

  it.each(['deleteFromOrigin', 'recordWithdrawal'])(
    'ends what died at %s when it is done again',
    async (at) => {
      const { cloud, asset } = cloudWith({ intent: 'live', publications: onBoth }, ['image-serving']);
      cloud.fault = (call, when) => {
        if (call === at && when === 'after') throw new Error('made by a test');
      };
      await expect(
        withdrawFromServer(asset, 'server-directory', contextOf(cloud), cloud.dependencies),
      ).rejects.toThrow('made by a test');
      cloud.fault = () => {};
      const again = cloud.assets.get('a') ?? asset;
      await withdrawFromServer(again, 'server-directory', contextOf(cloud), cloud.dependencies);
      expect(cloud.assets.get('a')?.publications).toEqual({ 'image-serving': onImages });
      expect([...cloud.origins.keys()]).toEqual(['image-serving:luma/image/a']);
    },
  );

  it('tries again if the asset was published there meanwhile', async () => {
    const { cloud, asset } = cloudWith({ intent: 'live', publications: onBoth }, ['image-serving']);
    let isFirst = true;
    cloud.fault = (call, when) => {
      if (call !== 'recordWithdrawal' || when !== 'before' || !isFirst) return;
      isFirst = false;
      cloud.put({ ...asset, stateAt: '2026-11-24T08:59:00.000Z' });
      cloud.origins.set('server-directory:luma/a.png', 1);
    };
    expect(await withdrawFromServer(asset, 'server-directory', contextOf(cloud), cloud.dependencies)).toBe(
      true,
    );
    expect(cloud.origins.has('server-directory:luma/a.png')).toBe(false);
  });
});

describe('markPending', () => {
  it.each([
    ['wanted live', { intent: 'live', publications: { 'image-serving': onImages } }, true],
    ['never published', { intent: 'pending' }, true],
    ['held', { intent: 'held' }, false],
    ['live there already', { intent: 'live', publications: onBoth }, false],
    ['of a type that does not belong there', { type: 'video', intent: 'held' }, false],
  ] as const)('is due an asset that is %s: %j → %s', async (_, changes, isPending) => {
    const { cloud, asset } = cloudWith(changes as Partial<Asset>, allServers);
    expect(await markPending(asset, contextOf(cloud), cloud.dependencies)).toBe(isPending);
    const after = cloud.assets.get('a');
    expect(after?.publications).toEqual(asset.publications);
    expect(after?.intent).toBe(asset.intent);
    expect(cloud.history.size).toBe(0);
    expect(after?.stateAt === now).toBe(isPending);
  });
});
