import { describe, expect, it } from 'vitest';
import { createDerived } from '../../../application/assets/derive-image.ts';
import { publishAsset } from '../../../application/assets/publish-asset.ts';
import { type FocusEdit, setFocus } from '../../../application/assets/set-focus.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { company } from '../../support/builders.ts';
import {
  at,
  Crash,
  imageAsset,
  type LibraryCloud,
  libraryCloud,
  saving,
} from '../../support/library-cloud.ts';

const later = { ...saving, at: '2026-11-24T09:00:00.000Z' };
const set = (library: LibraryCloud, focus: FocusEdit['focus'], more: Partial<FocusEdit> = {}) =>
  setFocus({ company, id: 'a', focus, ...more }, later, library.dependencies);
const get = (library: LibraryCloud, id: string): Asset => {
  const asset = library.assets.get(id);
  if (!asset) throw new Error(`There is no ${id}`);
  return asset;
};
const live = async (library: LibraryCloud, id: string) => {
  await publishAsset(get(library, id), ['image-serving'], { ...saving, force: false }, library.dependencies);
};

describe('the focal point of an image', () => {
  it('is part of its next version, which goes live at once if the image is live', async () => {
    const library = libraryCloud([imageAsset('a', { intent: 'live' })]);
    await live(library, 'a');
    const { asset } = await set(library, { x: 0.25, y: 0.4567 });
    expect(asset).toMatchObject({ version: 2, focus: { x: 0.25, y: 0.457 }, modified: later.at });
    expect(asset.publications['image-serving']?.version).toBe(2);
    const { metadata } = library.memory.buckets['image-serving'].get('luma/image/a') ?? {};
    expect(JSON.parse(decodeURIComponent(metadata?.asset ?? ''))).toMatchObject({ focus: [0.25, 0.457] });
  });

  it('leaves an image that is not live as it is, in a new version', async () => {
    const library = libraryCloud([imageAsset('a', { intent: 'pending' })]);
    const { asset } = await set(library, { x: 0, y: 1 });
    expect(asset).toMatchObject({ version: 2, intent: 'pending', publications: {} });
  });

  it('that is the same changes nothing, except that a member confirms a proposed one', async () => {
    const library = libraryCloud([imageAsset('a', { focus: { x: 0.5, y: 0.5, proposed: true } })]);
    expect((await set(library, { x: 0.5, y: 0.5 })).asset).toMatchObject({
      version: 2,
      focus: { x: 0.5, y: 0.5 },
    });
    expect(get(library, 'a').focus).not.toHaveProperty('proposed');
    expect((await set(library, { x: 0.5, y: 0.5 })).asset.version).toBe(2);
  });

  it('is removed with null', async () => {
    const library = libraryCloud([imageAsset('a', { focus: { x: 0.1, y: 0.1 } })]);
    expect((await set(library, null)).asset).not.toHaveProperty('focus');
    expect(get(library, 'a')).not.toHaveProperty('focus');
    expect((await set(library, null)).asset.version).toBe(2);
  });

  it('gives derived images a new version, too', async () => {
    const library = libraryCloud([imageAsset('a')]);
    await createDerived(
      { company, parent: 'a', id: 'teaser', recipe: 'wid=40&hei=40&fit=crop', publish: true },
      saving,
      library.dependencies,
    );
    await set(library, { x: 0, y: 0 });
    const teaser = get(library, 'teaser');
    expect(teaser).toMatchObject({ version: 2, focus: { x: 0, y: 0 } });
    expect(teaser.publications['image-serving']?.version).toBe(2);
  });

  it('reaches derived images by a repeated call after one that died', async () => {
    const library = libraryCloud([imageAsset('a')]);
    await createDerived(
      { company, parent: 'a', id: 'teaser', recipe: 'wid=40&hei=40&fit=crop', publish: true },
      saving,
      library.dependencies,
    );
    library.fault = (call) => {
      if (call === 'derivedOf') throw new Crash();
    };
    await expect(set(library, { x: 0, y: 0 })).rejects.toThrow(Crash);
    library.fault = () => {};
    expect(get(library, 'teaser')).not.toHaveProperty('focus');
    await set(library, { x: 0, y: 0 });
    expect(get(library, 'a').version).toBe(2);
    expect(get(library, 'teaser').focus).toEqual({ x: 0, y: 0 });
  });

  it.each([
    ['an unknown asset', [], {}, 'asset.not-found'],
    ['a video', [imageAsset('a', { type: 'video' })], {}, 'focus.refused'],
    ['a derived image', [imageAsset('a', { type: 'derived-image', parent: 'b' })], {}, 'focus.refused'],
    ['what is in the trash', [imageAsset('a', { trashed: { at, by: 'ann' } })], {}, 'asset.trashed'],
    ['another state than the caller has seen', [imageAsset('a')], { ifMatch: '"1-x"' }, 'asset.stale'],
  ])('is refused for %s', async (_, assets, more, code) => {
    const library = libraryCloud(assets);
    await expect(set(library, { x: 0, y: 0 }, more)).rejects.toMatchObject({ code });
  });
});
