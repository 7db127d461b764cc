import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { applyServerToggle } from '../../../functions/publish-part/apply-server-toggle.ts';
import { anAsset } from '../../support/builders.ts';
import { createWorld } from '../publish-world.ts';

const at = '2026-11-24T09:00:00.000Z';
const entry = { id: 'a', type: 'image', version: 1, servers: ['server-directory'], bytes: 9 } as const;
const live = {
  'server-directory': { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/a.png' },
};

async function toggle(publish: 'enable-server' | 'disable-server', changes: Partial<Asset> | undefined) {
  const servers: Server[] =
    publish === 'enable-server' ? ['image-serving', 'server-directory'] : ['image-serving'];
  const world = createWorld({ settings: { servers } });
  const asset = changes && anAsset({ id: 'a', ...changes });
  if (asset) world.put(asset);
  const turning = { by: 'bob', at, settings: world.settings };
  const run = (now: Asset | undefined) =>
    applyServerToggle(entry, now, { publish }, turning, world.dependencies);
  return { first: await run(asset), again: await run(world.assets.get('a')) };
}

describe("a server's turn", () => {
  it.each([
    [
      'disable-server',
      'live there',
      { publications: live },
      'withdrawn',
      /not live on server-directory any more/,
    ],
    ['disable-server', 'live there no more', {}, 'withdrawn', /not live on server-directory any more/],
    ['disable-server', 'gone', undefined, 'skipped', /gone/],
    [
      'enable-server',
      'due there',
      {},
      'recorded',
      /is due on server-directory; the next publish job takes it/,
    ],
    ['enable-server', 'held meanwhile', { intent: 'held' }, 'skipped', /since the plan was made/],
    ['enable-server', 'gone', undefined, 'skipped', /gone/],
  ] as const)('%s: of an asset that is %s tells %j as %s', async (publish, _, changes, outcome, text) => {
    const { first, again } = await toggle(publish, changes as Partial<Asset> | undefined);
    expect(first.lines).toMatchObject([{ asset: 'a', server: 'server-directory', outcome, time: at }]);
    expect(first.lines[0]?.message).toMatch(text);
    // Doing it again tells the same.
    expect(again.lines.map((line) => line.outcome)).toEqual([outcome]);
  });

  it('leaves what is live on a server that was turned on again', async () => {
    const world = createWorld({ settings: { servers: ['server-directory'] } });
    const asset = anAsset({ id: 'a', publications: live });
    world.put(asset);
    const turning = { by: 'bob', at, settings: world.settings };
    const { lines } = await applyServerToggle(
      entry,
      asset,
      { publish: 'disable-server' },
      turning,
      world.dependencies,
    );
    expect(lines).toMatchObject([{ outcome: 'skipped', message: 'server-directory was turned on again' }]);
    expect(world.assets.get('a')).toEqual(asset);
  });

  it('counts what an earlier run has withdrawn as done by that', async () => {
    const { first, again } = await toggle('disable-server', { publications: live });
    expect([first.again, again.again]).toEqual([false, true]);
  });
});
