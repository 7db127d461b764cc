import { describe, expect, it } from 'vitest';
import { type Asset, lastPublished, type Publication } from '../../../domain/assets/asset.ts';
import {
  afterPublishing,
  afterUpload,
  afterWithdrawal,
  isCurrentOn,
  isOutdatedOn,
  isPending,
  neverPublishedOn,
  orphanedObjects,
  possibleObjects,
  serversFor,
} from '../../../domain/assets/publish-state.ts';
import { defaultSettings, serversOf } from '../../../domain/companies/settings.ts';
import { servers as allServers } from '../../../domain/delivery/server.ts';
import { anAsset } from '../../support/builders.ts';

const at = '2026-11-24T08:00:00.000Z';
const publication = (version: number, key = 'luma/image/a'): Publication => ({ version, at, by: 'ann', key });
const withDirectory = { ...defaultSettings, servers: allServers };

it.each([
  ['image', ['image-serving'], ['image-serving', 'server-directory']],
  ['derived-image', ['image-serving'], ['image-serving']],
  ['animated-gif', ['image-serving'], ['image-serving']],
  ['svg', ['image-serving'], ['image-serving']],
  ['pdf', ['image-serving'], ['image-serving']],
  ['audio', ['image-serving'], ['image-serving']],
  ['font', ['image-serving'], ['image-serving']],
  ['javascript', ['image-serving'], ['image-serving']],
  ['vignette', ['image-rendering'], ['image-rendering']],
  ['video', ['video'], ['video']],
  ['caption', ['video'], ['video']],
  ['adaptive-video-set', ['video'], ['video']],
  ['image-set', ['image-serving'], ['image-serving']],
  ['spin-set', ['image-serving'], ['image-serving', 'server-directory']],
  ['mixed-media-set', ['image-serving'], ['image-serving']],
  ['ecatalog', ['image-serving'], ['image-serving']],
  ['template', ['image-serving'], ['image-serving', 'server-directory']],
] as const)('%s belongs on %s', (type, servers, withServerDirectory) => {
  expect(serversFor(type, defaultSettings)).toEqual(servers);
  expect(serversFor(type, withDirectory)).toEqual(withServerDirectory);
});

it('a company has server-directory only where it turned it on', () => {
  expect(serversOf(defaultSettings)).toEqual(['image-serving', 'image-rendering', 'video']);
  expect(serversOf(withDirectory)).toContain('server-directory');
});

it('an asset is new, changed or current on a server', () => {
  const states = (version: number, asset: Partial<Asset>) => {
    const tested = anAsset({ id: 'a', version, ...asset });
    return [neverPublishedOn, isOutdatedOn, isCurrentOn].map((is) => is(tested, 'image-serving'));
  };
  expect(states(2, {})).toEqual([true, false, false]);
  expect(states(2, { publications: { 'image-serving': publication(1) } })).toEqual([false, true, false]);
  expect(states(2, { publications: { 'image-serving': publication(2) } })).toEqual([false, false, true]);
});

describe('A job could take', () => {
  it.each([
    ['what was never published', { intent: 'pending' }, true],
    ['what waits, marked', { intent: 'live' }, true],
    ['nothing that is held', { intent: 'held' }, false],
    ['nothing in the trash', { intent: 'live', trashed: { at: 'then', by: 'ann' } }, false],
    [
      'what is live and changed',
      { intent: 'live', version: 2, publications: { 'image-serving': publication(1) } },
      true,
    ],
    [
      'nothing that is live as it is',
      { intent: 'live', publications: { 'image-serving': publication(1) } },
      false,
    ],
    [
      'nothing changed that is held',
      { intent: 'held', version: 2, publications: { 'image-serving': publication(1) } },
      false,
    ],
  ] as const)('%s', (_, changes, expected) => {
    expect(isPending(anAsset({ id: 'a', ...changes }), defaultSettings)).toBe(expected);
  });

  it('what is missing on a server that was turned on', () => {
    const asset = anAsset({ id: 'a', intent: 'live', publications: { 'image-serving': publication(1) } });
    expect(isPending(asset, withDirectory)).toBe(true);
  });
});

describe('An upload', () => {
  const mark = { ...defaultSettings, publishOnUpload: 'mark' } as const;
  const noRetain = { ...defaultSettings, retainPublishState: false };
  const published = { intent: 'live', publications: { 'image-serving': publication(1) } } as const;
  const keep = (intent: string, publishNow = false) => ({ intent, publishNow, withdraw: false });

  it.each([
    ['that is new is published', undefined, true, defaultSettings, keep('live', true)],
    ['that is new is marked, where the company marks', undefined, true, mark, keep('live')],
    ['that is new with the option off waits', undefined, false, defaultSettings, keep('pending')],
    ['of a published asset is republished', published, true, defaultSettings, keep('live', true)],
    [
      'of a published asset is republished, also with the option off',
      published,
      false,
      defaultSettings,
      keep('live', true),
    ],
    ['of a published asset becomes changed, where the company marks', published, true, mark, keep('live')],
    [
      'of a pending asset leaves it pending',
      { intent: 'pending', publications: {} },
      true,
      defaultSettings,
      keep('pending'),
    ],
    [
      'of a held asset leaves it held',
      { intent: 'held', publications: {} },
      true,
      defaultSettings,
      keep('held'),
    ],
    [
      'of a marked asset leaves it marked',
      { intent: 'live', publications: {} },
      true,
      defaultSettings,
      keep('live'),
    ],
    [
      'of a held asset publishes it, where no state is retained',
      { intent: 'held', publications: {} },
      true,
      noRetain,
      keep('live', true),
    ],
    [
      'of a pending asset leaves it pending, where no state is retained',
      { intent: 'pending', publications: {} },
      false,
      noRetain,
      keep('pending'),
    ],
    [
      'of a published asset takes it back, where no state is retained and the option is off',
      published,
      false,
      noRetain,
      { intent: 'pending', publishNow: false, withdraw: true },
    ],
  ] as const)('%s', (_, existing, option, settings, expected) => {
    expect(afterUpload(existing, option, settings)).toEqual(expected);
  });
});

describe('Publishing', () => {
  it('makes the asset live where it was put, and leaves the other servers as they are', () => {
    const asset = anAsset({
      id: 'a',
      version: 2,
      publications: { 'server-directory': publication(1, 'luma/a.jpg') },
    });
    expect(afterPublishing(asset, ['image-serving'], { at, by: 'bob', jobId: 'J1' })).toEqual({
      ...asset,
      intent: 'live',
      publications: {
        'server-directory': publication(1, 'luma/a.jpg'),
        'image-serving': { version: 2, at, by: 'bob', jobId: 'J1', key: 'luma/image/a' },
      },
      stateAt: at,
    });
  });

  it('ends what is live on a server that does not take its type any more', () => {
    const before = anAsset({ id: 'a', type: 'video', publications: { 'image-serving': publication(1) } });
    const after = afterPublishing(before, ['video'], { at, by: 'bob' });
    expect(Object.keys(after.publications)).toEqual(['video']);
    expect(orphanedObjects(before, after)).toEqual([{ server: 'image-serving', key: 'luma/image/a' }]);
  });

  it('leaves an object behind where the asset lives at another key now', () => {
    const before = anAsset({
      id: 'a',
      type: 'pdf',
      version: 2,
      publications: { 'image-serving': publication(1) },
    });
    const after = afterPublishing(before, ['image-serving'], { at, by: 'bob' });
    expect(after.publications['image-serving']?.key).toBe('luma/content/a');
    expect(orphanedObjects(before, after)).toEqual([{ server: 'image-serving', key: 'luma/image/a' }]);
  });
});

it('withdrawing holds the asset and ends all its publications', () => {
  const asset = anAsset({ id: 'a', intent: 'live', publications: { 'image-serving': publication(1) } });
  const { at } = publication(1);
  const later = new Date(Date.parse(at) + 1).toISOString();
  const after = afterWithdrawal({ ...asset, stateAt: at }, at);
  expect(after).toEqual({ ...asset, intent: 'held', publications: {}, stateAt: later, lastPublishedAt: at });
  // It is still known when it last went live, also after another withdrawal.
  expect(lastPublished(afterWithdrawal(after, at))).toBe(at);
  expect(afterWithdrawal(anAsset({ id: 'b' }), at)).not.toHaveProperty('lastPublishedAt');
});

it('an object of an asset can be where its record says, and where it belongs', () => {
  const asset = anAsset({ id: 'a', type: 'pdf', publications: { 'image-serving': publication(1) } });
  expect(possibleObjects(asset, defaultSettings)).toEqual([
    { server: 'image-serving', key: 'luma/image/a' },
    { server: 'image-serving', key: 'luma/content/a' },
  ]);
  const settled = anAsset({ id: 'a', publications: { 'image-serving': publication(1) } });
  expect(possibleObjects(settled, defaultSettings)).toHaveLength(1);
});
