import { describe, expect, it } from 'vitest';
import type { Asset, Publication } from '../../../domain/assets/asset.ts';
import { publishStep } from '../../../domain/assets/publish-step.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { servers as allServers } from '../../../domain/delivery/server.ts';
import { anAsset } from '../../support/builders.ts';

const on = (server: Server, version = 1): Asset['publications'] => ({
  [server]: { version, at: 'then', by: 'ann', key: 'k' } satisfies Publication,
});
const image = anAsset({ id: 'a', intent: 'live', publications: on('image-serving') });
const set = anAsset({ id: 'set', type: 'mixed-media-set' });
const trashed = { at: 'then', by: 'ann' };

const step = (asset: Asset, members: readonly Asset[] = [], settings = defaultSettings) =>
  publishStep(
    asset,
    members.map(({ id }) => id),
    (id) => members.find((member) => member.id === id && !id.startsWith('x')),
    settings,
    '2026-11-24T08:30:00.000Z',
  );

describe('publishing', () => {
  it('publishes an asset that is not live, outdated or held', () => {
    const publish = { action: 'publish', servers: ['image-serving'] };
    expect(step(anAsset({ id: 'a' }))).toEqual(publish);
    expect(step({ ...image, version: 2 })).toEqual(publish);
    expect(step({ ...image, intent: 'held' })).toEqual(publish);
  });

  it('does nothing with an asset whose current version is live', () => {
    expect(step(image)).toEqual({ action: 'none', servers: ['image-serving'] });
  });

  it.each([
    [{ ...trashed }, /in the trash/],
    [{ ...trashed, purging: true as const }, /being deleted/],
    [{ ...trashed, renamedTo: 'b' }, /renamed to b/],
  ])('refuses a trashed asset: %j', (how, because) => {
    expect(step({ ...image, trashed: how })).toEqual({
      action: 'refuse',
      because: expect.stringMatching(because) as string,
    });
  });

  it.each([
    ['html', false, 'refuse'],
    ['javascript', false, 'refuse'],
    ['html', true, 'publish'],
    ['javascript', true, 'publish'],
    ['svg', false, 'publish'],
    ['xml', false, 'publish'],
    ['css', false, 'publish'],
    ['pdf', false, 'publish'],
  ] as const)('of %s where active content is allowed: %s → %s', (type, allowActiveContent, action) => {
    const decided = step(anAsset({ id: 'a', type }), [], { ...defaultSettings, allowActiveContent });
    expect(decided.action).toBe(action);
    if (decided.action === 'refuse') expect(decided.because).toMatch(/does not allow active content/);
  });

  it('publishes a set whose members are live, on whichever servers deliver them', () => {
    const film = anAsset({ id: 'film', type: 'video', publications: on('video') });
    expect(step(set, [image, film])).toEqual({ action: 'publish', servers: ['image-serving'] });
  });

  it.each([
    ['never published', anAsset({ id: 'b' }), /not published on image-serving/],
    ['live in an older version', { ...image, id: 'b', version: 2 }, /an older version of it is on/],
    ['in the trash', { ...image, id: 'b', trashed }, /in the trash/],
    ['missing', { ...image, id: 'x' }, /no such asset/],
    ['a video that is not live', anAsset({ id: 'b', type: 'video' }), /not published on video/],
  ])('refuses a set with a member that is %s, and names the member', (_, member, because) => {
    expect(step(set, [image, member])).toEqual({
      action: 'refuse',
      member: member.id,
      because: expect.stringMatching(because) as string,
    });
  });

  it('requires members on server-directory only for sets that server-directory takes', () => {
    const settings = { ...defaultSettings, servers: allServers };
    const spin = anAsset({ id: 'spin', type: 'spin-set', publications: on('image-serving') });
    expect(step(spin, [image], settings)).toMatchObject({
      action: 'refuse',
      because: expect.stringContaining('server-directory') as string,
    });
    // server-directory does not take mixed media sets, so their members need not be live there.
    expect(step(set, [image], settings)).toMatchObject({ action: 'publish' });
  });
});
