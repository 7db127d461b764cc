import { describe, expect, it } from 'vitest';
import { createDerived, refreshDerived } from '../../../application/assets/derive-image.ts';
import { publishAsset } from '../../../application/assets/publish-asset.ts';
import { type ModifiersEdit, setModifiers } from '../../../application/assets/set-modifiers.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { uploadAsset } from '../../../domain/uploads/upload-asset.ts';
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
const set = (
  library: LibraryCloud,
  modifiers: ModifiersEdit['modifiers'],
  more: Partial<ModifiersEdit> = {},
) => setModifiers({ company, id: 'a', modifiers, ...more }, later, library.dependencies);
const get = (library: LibraryCloud, id: string): Asset => {
  const asset = library.assets.get(id);
  if (!asset) throw new Error(`There is no ${id}`);
  return asset;
};
const live = async (library: LibraryCloud, id: string) => {
  await publishAsset(get(library, id), ['image-serving'], { ...saving, force: false }, library.dependencies);
};
const publishedFacts = (library: LibraryCloud, id: string) => {
  const { metadata } = library.memory.buckets['image-serving'].get(`luma/image/${id}`) ?? {};
  return JSON.parse(decodeURIComponent(metadata?.asset ?? '')) as unknown;
};
const invalidated = (library: LibraryCloud) =>
  library.calls.filter((call) => call.startsWith('invalidateAssets')).length;

describe('the modifiers of an image', () => {
  it('are part of its next version, which goes live at once, and the CDN is invalidated', async () => {
    const library = libraryCloud([imageAsset('a', { intent: 'live' })]);
    await live(library, 'a');
    const { asset } = await set(library, { modifier: 'op_sharpen=1', postModifier: '$mark$' });
    expect(asset).toMatchObject({ version: 2, modifier: 'op_sharpen=1', postModifier: '$mark$' });
    expect(asset.publications['image-serving']?.version).toBe(2);
    expect(publishedFacts(library, 'a')).toMatchObject({ modifier: 'op_sharpen=1', postModifier: '$mark$' });
    expect(invalidated(library)).toBe(1);
  });

  it('of an image that is not live wait for its publication', async () => {
    const library = libraryCloud([imageAsset('a', { intent: 'pending' })]);
    const { asset } = await set(library, { postModifier: 'wid=3' });
    expect(asset).toMatchObject({ version: 2, intent: 'pending', publications: {} });
    expect(invalidated(library)).toBe(0);
  });

  it('that are the same change nothing, and without any they are removed', async () => {
    const library = libraryCloud([imageAsset('a', { modifier: 'wid=3' })]);
    expect((await set(library, { modifier: 'wid=3' })).asset.version).toBe(1);
    const { asset } = await set(library, {});
    expect(asset.version).toBe(2);
    expect(get(library, 'a')).not.toHaveProperty('modifier');
  });

  it('go live and are invalidated by a repeated call after one that died', async () => {
    for (const died of ['copyToOrigin', 'invalidateAssets']) {
      const library = libraryCloud([imageAsset('a', { intent: 'live' })]);
      await live(library, 'a');
      library.fault = (call) => {
        if (call === died) throw new Crash();
      };
      await set(library, { modifier: 'wid=3' }).catch(() => undefined);
      library.fault = () => {};
      const { asset } = await set(library, { modifier: 'wid=3' });
      expect(asset).toMatchObject({ version: 2, publications: { 'image-serving': { version: 2 } } });
      expect(publishedFacts(library, 'a')).toMatchObject({ modifier: 'wid=3' });
      expect(library.calls.at(-1)).toContain('invalidateAssets');
    }
  });

  it('stay when a file of the same type is uploaded, and go with one of another type', () => {
    const before = imageAsset('a', { modifier: 'wid=3', focus: { x: 0, y: 0 } });
    const upload = {
      ...{ company, id: 'a', folder: '/', fileName: 'a.png', masterKey: 'luma/a', masterVersionId: '2' },
      ...{ uploadedAt: at, uploadJobId: 'j', uploadedBy: 'ann' },
    };
    const facts = { type: 'image', mimeType: 'image/png', bytes: 3 } as const;
    expect(uploadAsset(before, { ...upload, facts }, 'live', at)).toHaveProperty('modifier', 'wid=3');
    const video = { ...facts, type: 'video' } as const;
    expect(uploadAsset(before, { ...upload, facts: video }, 'live', at)).not.toHaveProperty('modifier');
  });

  it('are not those of its derived images, which keep their own with each new version of their parent', async () => {
    const library = libraryCloud([imageAsset('a', { modifier: 'wid=3' })]);
    const recipe = 'wid=40&hei=40&fit=crop';
    const derived = { company, parent: 'a', id: 'teaser', recipe, publish: true };
    await createDerived(derived, saving, library.dependencies);
    expect(get(library, 'teaser')).not.toHaveProperty('modifier');
    await set(library, { postModifier: '$mark$' }, { id: 'teaser' });
    library.assets.set('a', { ...get(library, 'a'), version: 2, masterVersionId: 'a-2' });
    await refreshDerived(get(library, 'a'), later, library.dependencies);
    expect(get(library, 'teaser')).toMatchObject({
      version: 3,
      masterVersionId: 'a-2',
      postModifier: '$mark$',
    });
    expect(publishedFacts(library, 'teaser')).toMatchObject({ version: 3, postModifier: '$mark$' });
  });

  it.each([
    ['an unknown asset', [], {}, 'asset.not-found'],
    ['a video', [imageAsset('a', { type: 'video' })], {}, 'modifiers.refused'],
    ['what is in the trash', [imageAsset('a', { trashed: { at, by: 'ann' } })], {}, 'asset.trashed'],
    ['another state than the caller has seen', [imageAsset('a')], { ifMatch: '"1-x"' }, 'asset.stale'],
    [
      'more than the metadata of an object can have',
      [imageAsset('a')],
      { modifiers: { modifier: 'x'.repeat(600), postModifier: 'x'.repeat(600) } },
      'request.invalid',
    ],
  ])('are refused for %s', async (_, assets, more, code) => {
    const library = libraryCloud(assets);
    await expect(set(library, { modifier: 'wid=3' }, more)).rejects.toMatchObject({ code });
  });
});
