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
] as const)('an asset of type %s is published on %s', (type, servers, withServerDirectory) => {
  expect(serversFor(type, defaultSettings)).toEqual(servers);
  expect(serversFor(type, withDirectory)).toEqual(withServerDirectory);
});

it('a company has server-directory only if it enabled the server', () => {
  expect(serversOf(defaultSettings)).toEqual(['image-serving', 'image-rendering', 'video']);
  expect(serversOf(withDirectory)).toContain('server-directory');
});

it('an asset is never published, outdated or current on a server', () => {
  const states = (version: number, asset: Partial<Asset>) => {
    const tested = anAsset({ id: 'a', version, ...asset });
    return [neverPublishedOn, isOutdatedOn, isCurrentOn].map((is) => is(tested, 'image-serving'));
  };
  expect(states(2, {})).toEqual([true, false, false]);
  expect(states(2, { publications: { 'image-serving': publication(1) } })).toEqual([false, true, false]);
  expect(states(2, { publications: { 'image-serving': publication(2) } })).toEqual([false, false, true]);
});

describe('the pending index has', () => {
  it.each([
    ['an asset that was never published', { intent: 'pending' }, true],
    ['an asset that is marked for the next job', { intent: 'live' }, true],
    ['no held asset', { intent: 'held' }, false],
    ['no trashed asset', { intent: 'live', trashed: { at: 'then', by: 'ann' } }, false],
    [
      'an asset that changed since publish',
      { intent: 'live', version: 2, publications: { 'image-serving': publication(1) } },
      true,
    ],
    [
      'no asset whose current version is live',
      { intent: 'live', publications: { 'image-serving': publication(1) } },
      false,
    ],
    [
      'no held asset that changed since publish',
      { intent: 'held', version: 2, publications: { 'image-serving': publication(1) } },
      false,
    ],
  ] as const)('%s', (_, changes, expected) => {
    expect(isPending(anAsset({ id: 'a', ...changes }), defaultSettings)).toBe(expected);
  });

  it('an asset that is missing on a newly enabled server', () => {
    const asset = anAsset({ id: 'a', intent: 'live', publications: { 'image-serving': publication(1) } });
    expect(isPending(asset, withDirectory)).toBe(true);
  });
});

describe('an upload', () => {
  const mark = { ...defaultSettings, publishOnUpload: 'mark' } as const;
  const noRetain = { ...defaultSettings, retainPublishState: false };
  const published = { intent: 'live', publications: { 'image-serving': publication(1) } } as const;
  const keep = (intent: string, publishNow = false) => ({ intent, publishNow, withdraw: false });

  it.each([
    ['of a new asset publishes it', undefined, true, defaultSettings, keep('live', true)],
    ['of a new asset marks it if the company marks uploads', undefined, true, mark, keep('live')],
    [
      'of a new asset leaves it pending with the option off',
      undefined,
      false,
      defaultSettings,
      keep('pending'),
    ],
    ['of a published asset republishes it', published, true, defaultSettings, keep('live', true)],
    [
      'of a published asset republishes it also with the option off',
      published,
      false,
      defaultSettings,
      keep('live', true),
    ],
    ['of a published asset marks it if the company marks uploads', published, true, mark, keep('live')],
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
      'of a held asset publishes it if the publish state is not retained',
      { intent: 'held', publications: {} },
      true,
      noRetain,
      keep('live', true),
    ],
    [
      'of a pending asset leaves it pending if the publish state is not retained',
      { intent: 'pending', publications: {} },
      false,
      noRetain,
      keep('pending'),
    ],
    [
      'of a published asset withdraws it if the publish state is not retained and the option is off',
      published,
      false,
      noRetain,
      { intent: 'pending', publishNow: false, withdraw: true },
    ],
  ] as const)('%s', (_, existing, option, settings, expected) => {
    expect(afterUpload(existing, option, settings)).toEqual(expected);
  });
});

describe('publishing', () => {
  it('makes the asset live on the given servers, and keeps the other publications', () => {
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
        'image-serving': { version: 2, at, by: 'bob', jobId: 'J1', key: 'luma/image/a', was: 0 },
      },
      stateAt: at,
    });
  });

  it('records the version that was live on the server before', () => {
    const before = anAsset({ id: 'a', version: 3, publications: { 'image-serving': publication(2) } });
    const { publications } = afterPublishing(before, ['image-serving'], { at, by: 'bob' });
    expect(publications['image-serving']).toMatchObject({ version: 3, was: 2 });
  });

  it('ends the publication on a server that no longer takes the type', () => {
    const before = anAsset({ id: 'a', type: 'video', publications: { 'image-serving': publication(1) } });
    const after = afterPublishing(before, ['video'], { at, by: 'bob' });
    expect(Object.keys(after.publications)).toEqual(['video']);
    expect(orphanedObjects(before, after)).toEqual([{ server: 'image-serving', key: 'luma/image/a' }]);
  });

  it('orphans the previous object if the key changes', () => {
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

it('unpublishing holds the asset and ends all its publications', () => {
  const asset = anAsset({ id: 'a', intent: 'live', publications: { 'image-serving': publication(1) } });
  const { at } = publication(1);
  const later = new Date(Date.parse(at) + 1).toISOString();
  const after = afterWithdrawal({ ...asset, stateAt: at }, at);
  expect(after).toEqual({ ...asset, intent: 'held', publications: {}, stateAt: later, lastPublishedAt: at });
  // The time of the last publication is kept, also after another withdrawal.
  expect(lastPublished(afterWithdrawal(after, at))).toBe(at);
  expect(afterWithdrawal(anAsset({ id: 'b' }), at)).not.toHaveProperty('lastPublishedAt');
});

it('an asset can have objects under the keys of its record and under its expected keys', () => {
  const asset = anAsset({ id: 'a', type: 'pdf', publications: { 'image-serving': publication(1) } });
  expect(possibleObjects(asset, defaultSettings)).toEqual([
    { server: 'image-serving', key: 'luma/image/a' },
    { server: 'image-serving', key: 'luma/content/a' },
  ]);
  const settled = anAsset({ id: 'a', publications: { 'image-serving': publication(1) } });
  expect(possibleObjects(settled, defaultSettings)).toHaveLength(1);
});
