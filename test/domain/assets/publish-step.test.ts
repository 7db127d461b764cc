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
  );

describe('What publishing does', () => {
  it('with what is not live, or live in an older version, or held: it publishes it', () => {
    const publish = { action: 'publish', servers: ['image-serving'] };
    expect(step(anAsset({ id: 'a' }))).toEqual(publish);
    expect(step({ ...image, version: 2 })).toEqual(publish);
    expect(step({ ...image, intent: 'held' })).toEqual(publish);
  });

  it('with what is live as it is: nothing', () => {
    expect(step(image)).toEqual({ action: 'none', servers: ['image-serving'] });
  });

  it.each([
    [{ ...trashed }, /in the trash/],
    [{ ...trashed, purging: true as const }, /being deleted/],
    [{ ...trashed, renamedTo: 'b' }, /is b now/],
  ])('with what is in the trash: it refuses', (how, because) => {
    expect(step({ ...image, trashed: how })).toEqual({
      action: 'refuse',
      because: expect.stringMatching(because) as string,
    });
  });

  it('with a set whose members are live: it publishes it, wherever they are delivered', () => {
    const film = anAsset({ id: 'film', type: 'video', publications: on('video') });
    expect(step(set, [image, film])).toEqual({ action: 'publish', servers: ['image-serving'] });
  });

  it.each([
    ['never published', anAsset({ id: 'b' }), /not published on image-serving/],
    ['live in an older version', { ...image, id: 'b', version: 2 }, /an older version of it is on/],
    ['in the trash', { ...image, id: 'b', trashed }, /in the trash/],
    ['gone', { ...image, id: 'x' }, /no such asset/],
    ['a video that is not live', anAsset({ id: 'b', type: 'video' }), /not published on video/],
  ])('with a set one of whose members is %s: it refuses, and names it', (_, member, because) => {
    expect(step(set, [image, member])).toEqual({
      action: 'refuse',
      member: member.id,
      because: expect.stringMatching(because) as string,
    });
  });

  it('asks of the plain files of Server Directory only their like', () => {
    const settings = { ...defaultSettings, servers: allServers };
    const spin = anAsset({ id: 'spin', type: 'spin-set', publications: on('image-serving') });
    expect(step(spin, [image], settings)).toMatchObject({
      action: 'refuse',
      because: expect.stringContaining('server-directory') as string,
    });
    // A mixed media set does not belong there, so nothing is asked of its members there.
    expect(step(set, [image], settings)).toMatchObject({ action: 'publish' });
  });
});
