import { describe, expect, it } from 'vitest';
import { derivedStillLive } from '../../../application/assets/withdraw-assets.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { anAsset, company } from '../../support/builders.ts';

const publications = {
  'image-serving': { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/image/x' },
};
const derived = (id: string, more: Partial<Asset> = {}) =>
  anAsset({ id, type: 'derived-image', parent: 'shoe', recipe: 'wid=400', publications, ...more });
const trashed = { at: '2026-11-24T08:00:00.000Z', by: 'ann' };

describe('derived images that stay live', () => {
  it.each([
    ['a live one', {}, [derived('teaser')], [], ['teaser']],
    ['two live ones', {}, [derived('a'), derived('b')], [], ['a', 'b']],
    ['one that is not live', {}, [derived('teaser', { publications: {} })], [], []],
    ['one in the trash', {}, [derived('teaser', { trashed })], [], []],
    ['one that is withdrawn too', {}, [derived('a'), derived('b')], ['a'], ['b']],
    ['a link without an image', {}, [undefined], [], []],
    ['an older version that is live', {}, [derived('teaser', { version: 2 })], [], ['teaser']],
    [
      'one that is held and still live elsewhere',
      {},
      [derived('teaser', { intent: 'held' })],
      [],
      ['teaser'],
    ],
    ['nothing that the record counts', { derivedCount: 0 }, [derived('teaser')], [], []],
    ['another type than an image', { type: 'pdf' as const }, [derived('teaser')], [], []],
  ])('are listed for a parent with %s', async (_, more, images, except, expected) => {
    const parent = anAsset({ id: 'shoe', derivedCount: images.length, ...more });
    const stillLive = await derivedStillLive(company, [parent], new Set(except), {
      derivedOf: async () => images.map((image) => image?.id ?? 'gone'),
      getAssets: async (_company, ids) =>
        new Map(images.flatMap((image) => (image && ids.includes(image.id) ? [[image.id, image]] : []))),
    });
    expect(stillLive).toEqual(expected);
  });
});
