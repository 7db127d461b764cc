import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDerived, editDerived, refreshDerived } from '../../../application/assets/derive-image.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { company } from '../../support/builders.ts';
import {
  at,
  Crash,
  crashAt,
  imageAsset,
  type LibraryCloud,
  libraryCloud,
  saving,
} from '../../support/library-cloud.ts';

const derive = (library: LibraryCloud, id: string, publish = true, parent = 'a') =>
  createDerived({ company, parent, id, recipe: 'wid=400', publish }, saving, library.dependencies);
const get = (library: LibraryCloud, id: string): Asset => {
  const asset = library.assets.get(id);
  if (!asset) throw new Error(`There is no ${id}`);
  return asset;
};

describe('a derived image', () => {
  it('uses the master of its parent, and is counted by the parent', async () => {
    const library = libraryCloud([imageAsset('a', { folder: '/autumn/', hasAlpha: true })]);
    const { asset } = await derive(library, 'teaser');
    expect(asset).toMatchObject({
      type: 'derived-image',
      parent: 'a',
      recipe: 'wid=400',
      folder: '/autumn/',
      masterKey: 'luma/a',
      masterVersionId: 'a-1',
      width: 64,
      hasAlpha: true,
      version: 1,
      intent: 'live',
    });
    expect(asset.publications['image-serving']?.version).toBe(1);
    expect(get(library, 'a').derivedCount).toBe(1);
  });

  it('waits for a job if it is created without publishing', async () => {
    const library = libraryCloud([imageAsset('a')]);
    const { asset } = await derive(library, 'teaser', false);
    expect(asset).toMatchObject({ intent: 'pending', publications: {} });
  });

  it.each([
    ['a video', imageAsset('a', { type: 'video' }), 'derived.refused'],
    ['a derived image', imageAsset('a', { type: 'derived-image' }), 'derived.refused'],
    ['what is in the trash', imageAsset('a', { trashed: { at, by: 'ann' } }), 'asset.trashed'],
  ])('is not made of %s', async (_, parent, code) => {
    const library = libraryCloud([parent]);
    await expect(derive(library, 'teaser')).rejects.toMatchObject({ code });
    expect(library.assets.size).toBe(1);
  });

  it('is refused for a taken id, and the count of the parent stays', async () => {
    const library = libraryCloud([imageAsset('a'), imageAsset('b')]);
    await expect(derive(library, 'b')).rejects.toMatchObject({ code: 'asset.id-taken' });
    let done = false;
    library.fault = (call, when) => {
      if (done || call !== 'createAsset' || when !== 'before') return;
      done = true;
      library.assets.set('c', imageAsset('c'));
    };
    await expect(derive(library, 'c')).rejects.toMatchObject({ code: 'asset.id-taken' });
    expect(get(library, 'a').derivedCount).toBe(0);
    expect(library.links()).toEqual([]);
  });

  it('uses a version of its parent that comes while it is created', async () => {
    const library = libraryCloud([imageAsset('a')]);
    library.fault = (call, when) => {
      if (call === 'linkDerived' && when === 'before') {
        library.assets.set('a', imageAsset('a', { version: 2, masterVersionId: 'a-2' }));
      }
    };
    expect((await derive(library, 'teaser')).asset.masterVersionId).toBe('a-2');
  });

  it('gets a new version with a new recipe, and none with the same recipe', async () => {
    const library = libraryCloud([imageAsset('a')]);
    await derive(library, 'teaser');
    const change = { company, parent: 'a', id: 'teaser', recipe: 'wid=200' };
    const edited = await editDerived(change, saving, library.dependencies);
    expect(edited.asset).toMatchObject({ version: 2, recipe: 'wid=200' });
    expect(edited.asset.publications['image-serving']?.version).toBe(2);
    expect((await editDerived(change, saving, library.dependencies)).asset.version).toBe(2);
    await expect(editDerived({ ...change, parent: 'b' }, saving, library.dependencies)).rejects.toMatchObject(
      {
        code: 'asset.not-found',
      },
    );
    await expect(
      editDerived({ ...change, recipe: 'wid=1', ifMatch: '"1-x"' }, saving, library.dependencies),
    ).rejects.toMatchObject({ code: 'asset.stale' });
  });
});

describe('a new version of the parent', () => {
  const reuploaded = (library: LibraryCloud, change: Partial<Asset> = {}): Asset => {
    const { width, height, ...parent } = get(library, 'a');
    const next = { ...parent, version: 2, masterVersionId: 'a-2', bytes: 200, width: 99, ...change };
    library.assets.set('a', next);
    return next;
  };

  it('gives the derived images a new version, which is published if they were live', async () => {
    const library = libraryCloud([imageAsset('a')]);
    await derive(library, 'live');
    await derive(library, 'waiting', false);
    await derive(library, 'trashed', false);
    library.assets.set('trashed', { ...get(library, 'trashed'), trashed: { at, by: 'ann' } });
    const result = await refreshDerived(reuploaded(library), saving, library.dependencies);
    expect(result).toEqual({ refreshed: ['live', 'trashed', 'waiting'], warnings: [] });
    for (const id of ['live', 'waiting', 'trashed']) {
      expect(get(library, id)).toMatchObject({ version: 2, masterVersionId: 'a-2', bytes: 200, width: 99 });
      expect(get(library, id)).not.toHaveProperty('height');
    }
    expect(get(library, 'live').publications['image-serving']?.version).toBe(2);
    expect(get(library, 'waiting').publications).toEqual({});
    expect(get(library, 'trashed').publications).toEqual({});
  });

  it('leaves the derived images their old bytes if it is not an image, with a warning', async () => {
    const library = libraryCloud([imageAsset('a')]);
    await derive(library, 'live');
    const result = await refreshDerived(reuploaded(library, { type: 'video' }), saving, library.dependencies);
    expect(result).toEqual({ refreshed: [], warnings: [expect.stringContaining('a is a video now')] });
    expect(get(library, 'live').version).toBe(1);
  });

  it('reads nothing if the parent has no derived images', async () => {
    const library = libraryCloud([imageAsset('a')]);
    await refreshDerived(get(library, 'a'), saving, library.dependencies);
    expect(library.calls).toEqual([]);
  });

  it('has the same result after a crash at any call and a repetition', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('before' as const, 'after' as const),
        async (nth, when) => {
          const library = libraryCloud([imageAsset('a')]);
          await derive(library, 'one');
          await derive(library, 'two');
          const parent = reuploaded(library);
          crashAt(library, nth, when);
          try {
            await refreshDerived(parent, saving, library.dependencies);
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
          }
          library.fault = () => {};
          await refreshDerived(parent, saving, library.dependencies);
          for (const id of ['one', 'two']) {
            expect(get(library, id)).toMatchObject({ version: 2, masterVersionId: 'a-2' });
            expect(get(library, id).publications['image-serving']?.version).toBe(2);
          }
        },
      ),
    );
  });
});
