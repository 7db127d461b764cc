import { describe, expect, it } from 'vitest';
import { moveAsset } from '../../../application/library/move-asset.ts';
import { purgeAsset } from '../../../application/library/purge-asset.ts';
import { finishRename, renameAsset } from '../../../application/library/rename-asset.ts';
import { republish, restoreAsset } from '../../../application/library/restore-asset.ts';
import { setsLeftIncomplete, trashAsset } from '../../../application/library/trash-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { at } from '../../support/library-cloud.ts';
import { type FurnishedLibrary, furnishedLibrary, settings, survives } from './furnished-library.ts';

const until = 1;
const trashing = { by: 'ann', at, settings, until };
const renaming = {
  to: 'crimson',
  at: '2026-11-24T09:00:00.000Z',
  by: 'ann',
  redirect: false,
  settings,
  until,
};

/** An image with a derived image, in two sets; one of them is live and shows it as a swatch. */
async function furnished(more: Partial<Asset> = {}): Promise<FurnishedLibrary> {
  const library = furnishedLibrary();
  await library.addFile('red', { keywords: ['Shoe'], folder: '/a/', ...more });
  await library.addFile('blue');
  await library.addDerived('red small', 'red');
  await library.addSet('pair', [{ id: 'blue' }, { id: 'red', label: 'Front' }]);
  await library.addSet('swatches', [{ id: 'blue', swatch: { id: 'red' } }, { id: 'red' }]);
  return library;
}

const trash = async (library: FurnishedLibrary, id: string) =>
  trashAsset(library.get(id), trashing, library.dependencies);

describe('renameAsset', () => {
  it('publishes the asset under its new id only, and moves every link to it', async () => {
    const library = await furnished();
    const { asset, warnings } = await renameAsset('luma', 'red', renaming, library.dependencies);
    expect(warnings).toEqual([]);
    expect(asset).toMatchObject({ id: 'crimson', version: 1, fileName: 'crimson.png', derivedCount: 1 });
    expect(library.seen()).toMatchObject({
      origins: {
        'image-serving:luma/image/crimson': 'crimson 1 of luma/red',
        'server-directory:luma/a/crimson.png': 'crimson 1 of luma/red',
        'image-serving:luma/image/red small': 'red small 1 of luma/red',
      },
      derived: { crimson: ['red small'] },
      memberships: { crimson: { pair: 1, swatches: 2 }, blue: { pair: 1, swatches: 1 } },
      invalidated: ['red'],
    });
    expect(library.get('red small').parent).toBe('crimson');
    const [first] = await library.membersOf('pair');
    expect(library.get('pair')).toMatchObject({ version: 2, cover: first?.id });
    expect(await library.membersOf('swatches')).toEqual([
      { id: 'blue', swatch: { id: 'crimson' } },
      { id: 'crimson' },
    ]);
    expect(library.assets.has('red')).toBe(false);
    expect(library.seen().own).not.toHaveProperty('red');
    // Its version, and on two servers: published, withdrawn, published under the new id.
    expect(library.seen().own.crimson).toHaveLength(7);
    expect(library.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it.each([false, true])(
    'has the same result after a crash at any call and a repetition (redirect: %s)',
    async (redirect) => {
      const { expected, others } = await survives(furnished, (library) =>
        renameAsset('luma', 'red', { ...renaming, redirect }, library.dependencies),
      );
      expect(others.length).toBeGreaterThanOrEqual(60);
      for (const { death, library } of others)
        expect(library.seen(), JSON.stringify(death)).toEqual(expected.seen());
    },
  );

  it('is finished by clean-up-library if no call repeats it', async () => {
    const { expected, others } = await survives(furnished, async (library) => {
      if (library.assets.has('crimson')) {
        const former = library.assets.get('red');
        if (former) await purgeAsset(former, { at, until, settings }, library.dependencies);
      } else await renameAsset('luma', 'red', renaming, library.dependencies);
    });
    for (const { death, library } of others)
      expect(library.seen(), JSON.stringify(death)).toEqual(expected.seen());
  });

  it('finishes an interrupted rename before the next one', async () => {
    const make = async () => {
      const library = await furnished();
      await renameAsset('luma', 'red', renaming, library.dependencies);
      return renameAsset('luma', 'crimson', { ...renaming, to: 'ruby' }, library.dependencies).then(
        () => library,
      );
    };
    const expected = (await make()).seen();
    const first = await furnished();
    first.dieAt({ call: 4, when: 'after' });
    await expect(renameAsset('luma', 'red', renaming, first.dependencies)).rejects.toThrow('died');
    expect(first.assets.has('crimson')).toBe(true);
    first.dieAt(undefined);
    await renameAsset('luma', 'crimson', { ...renaming, to: 'ruby' }, first.dependencies);
    expect(first.seen()).toEqual(expected);
  });

  it('redirects former addresses directly to the last one, and lets an asset take a former id back', async () => {
    const library = await furnished();
    await library.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    for (const [from, to] of [
      ['red', 'crimson'],
      ['crimson', 'ruby'],
      ['manual', 'guide'],
    ] as const) {
      await renameAsset('luma', from, { ...renaming, to, redirect: true }, library.dependencies);
    }
    expect(library.seen().origins).toMatchObject({
      'image-serving:luma/image/red': '→ ruby',
      'image-serving:luma/image/crimson': '→ ruby',
      'image-serving:luma/image/ruby': 'ruby 1 of luma/red',
      'image-serving:luma/content/manual': 'manual 1 of luma/manual',
      'image-serving:luma/content/guide': 'guide 1 of luma/manual',
    });
    expect(library.seen().origins).not.toHaveProperty('server-directory:luma/a/red.png');
    await renameAsset('luma', 'ruby', { ...renaming, to: 'red' }, library.dependencies);
    expect(library.get('red')).toMatchObject({ version: 1, redirectsFrom: ['crimson'] });
    expect(library.seen().origins).toMatchObject({
      'image-serving:luma/image/red': 'red 1 of luma/red',
      'image-serving:luma/image/crimson': '→ red',
    });
    expect(library.assets.has('ruby')).toBe(false);
  });

  it('delivers nothing at the former address once the asset is in the trash', async () => {
    const library = furnishedLibrary();
    await library.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    await renameAsset('luma', 'manual', { ...renaming, to: 'guide', redirect: true }, library.dependencies);
    const { wasLive } = await trash(library, 'guide');
    expect(wasLive).toEqual(['guide', 'manual']);
    expect(library.seen().origins).toEqual({});
  });

  it('frees former ids after 30 days', async () => {
    const library = furnishedLibrary();
    await library.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    await renameAsset('luma', 'manual', { ...renaming, to: 'guide', redirect: true }, library.dependencies);
    await purgeAsset(library.get('manual'), { at, until, settings }, library.dependencies);
    expect(library.assets.has('manual')).toBe(false);
    expect(library.get('guide')).not.toHaveProperty('redirectsFrom');
    await library.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    await trash(library, 'guide');
    expect(Object.keys(library.seen().origins)).toEqual(['image-serving:luma/content/manual']);
  });

  it.each([
    ['is not there', 'none', 'crimson', 'asset.not-found'],
    ['is in the trash', 'binned', 'crimson', 'asset.trashed'],
    ['is a former id that leads on', 'old', 'crimson', 'asset.not-found'],
    ['would be called like another', 'red', 'blue', 'asset.id-taken'],
    ['would be called like one in the trash', 'red', 'binned', 'asset.id-taken'],
    ['would be called like one that leads on', 'red', 'old', 'asset.id-taken'],
  ])('is refused where it %s', async (_, from, to, code) => {
    const library = await furnished();
    await library.addFile('binned');
    await trash(library, 'binned');
    await library.addFile('old');
    await renameAsset('luma', 'old', { ...renaming, to: 'new', redirect: true }, library.dependencies);
    const before = library.seen();
    await expect(renameAsset('luma', from, { ...renaming, to }, library.dependencies)).rejects.toMatchObject({
      code,
    });
    expect(library.seen()).toEqual(before);
  });

  it('asks for a repetition if there are more sets than time', async () => {
    const library = await furnished();
    await expect(
      renameAsset('luma', 'red', { ...renaming, until: 0 }, library.dependencies),
    ).rejects.toMatchObject({ code: 'storage.busy' });
    await renameAsset('luma', 'red', renaming, library.dependencies);
    expect(library.seen().memberships).not.toHaveProperty('red');
  });

  it('deletes the former id if the new one no longer exists', async () => {
    const library = await furnished();
    library.dieAt({ call: 4, when: 'after' });
    await expect(renameAsset('luma', 'red', renaming, library.dependencies)).rejects.toThrow('died');
    library.dieAt(undefined);
    library.assets.delete('crimson');
    await expect(finishRename(library.get('red'), renaming, library.dependencies)).rejects.toMatchObject({
      code: 'asset.not-found',
    });
    expect(library.assets.has('red')).toBe(false);
    expect(library.seen().origins).not.toHaveProperty('image-serving:luma/image/red');
  });
});

describe('an asset in the trash', () => {
  it('is not live, nor are its derived images, and sets keep naming it', async () => {
    const library = await furnished();
    const { trashed, wasLive } = await trash(library, 'red');
    expect(trashed.map(({ id }) => id)).toEqual(['red small', 'red']);
    expect(wasLive).toEqual(['red small', 'red']);
    expect(library.get('red')).toMatchObject({
      intent: 'live',
      publications: {},
      trashed: { at, by: 'ann' },
    });
    expect(library.get('red small').trashed).toEqual({ at, by: 'ann', with: 'red' });
    expect(await library.membersOf('pair')).toEqual([{ id: 'blue' }, { id: 'red', label: 'Front' }]);
    expect(await setsLeftIncomplete(trashed, library.dependencies)).toEqual([
      'pair is live and its member red is missing',
      'swatches is live and its member red is missing',
    ]);
    expect(library.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it('gets there after a crash at any call and a repetition', async () => {
    const { expected, others } = await survives(furnished, (library) => trash(library, 'red'));
    for (const { death, library } of others) {
      const { own, ...seen } = library.seen();
      const { own: expectedOwn, ...expectedSeen } = expected.seen();
      expect(seen, JSON.stringify(death)).toEqual(expectedSeen);
      // History may be missing if the call died before writing it.
      for (const [id, lines] of Object.entries(own))
        expect(expectedOwn[id]).toEqual(expect.arrayContaining(lines));
    }
  });

  it('is restored with its intent and its derived images, and is published again', async () => {
    const library = await furnished();
    const before = library.seen();
    await trash(library, 'red');
    library.deleteFolder('/a/');
    const restored = await restoreAsset(library.get('red'), trashing, library.dependencies);
    expect(restored.map(({ id }) => id)).toEqual(['red', 'red small']);
    const { problems } = await republish(restored, trashing, library.dependencies);
    expect(problems).toEqual([]);
    const { own, invalidated, ...after } = library.seen();
    const { own: _, invalidated: __, ...expected } = before;
    // Except the times of its publications.
    const timeless = (seen: unknown) =>
      JSON.parse(JSON.stringify(seen).replace(/"(stateAt|at)":"[^"]*"/g, '"$1":""'));
    expect(timeless(after)).toEqual(timeless(expected));
  });

  it('is restored after a crash at any call and a repetition', async () => {
    const make = async () => {
      const library = await furnished();
      await trash(library, 'red');
      return library;
    };
    const { expected, others } = await survives(make, async (library) => {
      const restored = await restoreAsset(library.get('red'), trashing, library.dependencies);
      // Also called for assets that are restored already.
      const all = restored.concat(
        restored.some(({ id }) => id === 'red small') ? [] : [library.get('red small')],
      );
      await republish(all, trashing, library.dependencies);
    });
    for (const { death, library } of others)
      expect(library.seen(), JSON.stringify(death)).toEqual(expected.seen());
  });

  it.each([
    ['held', 'now', []],
    ['pending', 'now', []],
    ['live', 'mark', []],
    ['live', 'now', ['image-serving', 'server-directory']],
  ] as const)(
    'with the intent %s and the setting "%s" is then live on %j',
    async (intent, publishOnUpload, on) => {
      const library = furnishedLibrary();
      await library.addFile('x', { intent });
      await trash(library, 'x');
      const chosen = { ...trashing, settings: { ...settings, publishOnUpload } };
      const { assets } = await republish(
        await restoreAsset(library.get('x'), chosen, library.dependencies),
        chosen,
        library.dependencies,
      );
      expect(Object.keys(assets.get('x')?.publications ?? {})).toEqual(on);
      expect(assets.get('x')?.intent).toBe(intent);
    },
  );

  it('is not restored while its parent is in the trash', async () => {
    const library = await furnished();
    await trash(library, 'red');
    await expect(
      restoreAsset(library.get('red small'), trashing, library.dependencies),
    ).rejects.toMatchObject({
      code: 'asset.trashed',
    });
  });

  it('stays there if it is a derived image that was trashed before its parent', async () => {
    const library = await furnished();
    const before = '2026-11-20T00:00:00.000Z';
    await trashAsset(library.get('red small'), { ...trashing, at: before }, library.dependencies);
    await trash(library, 'red');
    await restoreAsset(library.get('red'), trashing, library.dependencies);
    expect(library.get('red small').trashed).toEqual({ at: before, by: 'ann' });
  });

  it('is published as a set only if all its members are live, inner sets first', async () => {
    const library = await furnished();
    await trash(library, 'pair');
    await trash(library, 'blue');
    const restored = await restoreAsset(library.get('pair'), trashing, library.dependencies);
    const { problems } = await republish(restored, trashing, library.dependencies);
    expect(problems).toEqual(['pair stays unpublished: member blue is not live: it is in the trash']);
    const blue = await restoreAsset(library.get('blue'), trashing, library.dependencies);
    const again = await republish([library.get('pair'), ...blue], trashing, library.dependencies);
    expect(again.problems).toEqual([]);
    expect(library.get('pair').publications).toHaveProperty('image-serving');
  });

  it('is published as far as the time allows, and the rest by the next call', async () => {
    const library = await furnished();
    const ids = ['red', 'blue', 'pair'];
    for (const id of ids) await trash(library, id);
    const restored: Asset[] = [];
    for (const id of ids)
      restored.push(...(await restoreAsset(library.get(id), trashing, library.dependencies)));
    let calls = 0;
    const late = { ...library.dependencies, clock: () => (++calls > 2 ? until : 0) };
    const first = await republish(restored, trashing, late);
    expect(first).toMatchObject({ problems: [], remaining: true });
    const live = () => restored.filter(({ id }) => Object.keys(library.get(id).publications).length > 0);
    expect(live()).toHaveLength(2);
    const again = restored.map(({ id }) => library.get(id));
    expect(await republish(again, trashing, library.dependencies)).toMatchObject({
      problems: [],
      remaining: false,
    });
    expect(live()).toHaveLength(restored.length);
  });
});

describe('purgeAsset', () => {
  it('deletes the reductions and posters of all versions with the masters', async () => {
    const library = await furnished();
    const before = library.get('red');
    const { masters } = library.memory.buckets;
    masters.put('luma/reductions/r4nd0m', 'jpeg', { versionId: 'r1' });
    masters.put('luma/reductions/p0ster', 'webp', { versionId: 'p1' });
    const reduction = { divisor: 4, name: 'r4nd0m', versionId: 'r1' };
    const poster = { name: 'p0ster', versionId: 'p1' };
    library.assets.set('red', { ...before, reduction, poster, trashed: { at, by: 'ann' } });
    await purgeAsset(library.get('red'), { at, until, settings }, library.dependencies);
    expect(masters.get('luma/reductions/r4nd0m', 'r1')).toBeUndefined();
    expect(masters.get('luma/reductions/p0ster', 'p1')).toBeUndefined();
  });

  const purge = (library: FurnishedLibrary, id: string) =>
    purgeAsset(library.get(id), { at, until, settings }, library.dependencies);

  it('deletes everything except the links of others to the asset', async () => {
    const library = await furnished();
    await trash(library, 'red');
    expect(await purge(library, 'red')).toEqual(['red small', 'red']);
    const { assets, own, derived, memberships } = library.seen();
    expect(Object.keys(assets)).toEqual(['blue', 'pair', 'swatches']);
    expect(Object.keys(own)).toEqual(['blue', 'pair', 'swatches']);
    expect(derived).toEqual({});
    expect(memberships.red).toEqual({ pair: 1, swatches: 2 });
    expect(library.masters().some((key) => key.startsWith('luma/red@'))).toBe(false);
    expect(library.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it('keeps the parent’s bytes of a derived image, and lowers the parent’s count', async () => {
    const library = await furnished();
    await trash(library, 'red small');
    await purge(library, 'red small');
    expect(library.get('red').derivedCount).toBe(0);
    expect(library.masters()).toContain('luma/red@red v1');
  });

  it('keeps the members of a set, and deletes their links to it', async () => {
    const library = await furnished();
    await trash(library, 'pair');
    await purge(library, 'pair');
    expect(library.seen().memberships).toEqual({ red: { swatches: 2 }, blue: { swatches: 1 } });
  });

  it('has the same result after a crash at any call and a repetition', async () => {
    const make = async () => {
      const library = await furnished();
      await trash(library, 'red');
      await trash(library, 'pair');
      return library;
    };
    const { expected, others } = await survives(make, async (library) => {
      for (const id of ['red', 'pair']) if (library.assets.has(id)) await purge(library, id);
      // clean-up-library finds an interrupted derived image by its own date, even if its parent no longer exists.
      for (const { id, trashed } of [...library.assets.values()])
        if (trashed?.purging) await purge(library, id);
    });
    for (const { death, library } of others) {
      expect(library.seen(), JSON.stringify(death)).toEqual(expected.seen());
      expect(library.masters().sort()).toEqual(expected.masters().sort());
    }
  });

  it('makes a restore impossible after its first step, and skips an asset that was restored before', async () => {
    const library = await furnished();
    await trash(library, 'red');
    const doomed = library.get('red');
    library.dieAt({ call: 1, when: 'after' });
    await expect(purge(library, 'red')).rejects.toThrow('died');
    library.dieAt(undefined);
    await expect(restoreAsset(library.get('red'), trashing, library.dependencies)).rejects.toMatchObject({
      code: 'asset.not-found',
    });
    const other = await furnished();
    await trash(other, 'red');
    await restoreAsset(other.get('red'), trashing, other.dependencies);
    expect(await purgeAsset(doomed, { at, until, settings }, other.dependencies)).toEqual([]);
    expect(await purgeAsset(other.get('red'), { at, until, settings }, other.dependencies)).toEqual([]);
    expect(other.get('red')).not.toHaveProperty('trashed');
  });

  it('deletes no bytes of a later owner of the asset’s first id', async () => {
    const library = furnishedLibrary();
    await library.addFile('red');
    await renameAsset('luma', 'red', renaming, library.dependencies);
    await library.addFile('red', { masterVersionId: 'red v2' });
    await trash(library, 'red');
    await purge(library, 'red');
    expect(library.masters()).toEqual(['luma/red@red v1']);
  });
});

describe('moveAsset', () => {
  const move = { to: '/b/', at: '2026-11-24T09:00:00.000Z', by: 'ben', settings };

  it('keeps the version, and moves the object on Server Directory', async () => {
    const library = await furnished();
    const moved = await moveAsset(library.get('red'), move, library.dependencies);
    expect(moved).toMatchObject({ folder: '/b/', version: 1, modified: move.at, modifiedBy: 'ben' });
    expect(library.seen().origins).toMatchObject({
      'image-serving:luma/image/red': 'red 1 of luma/red',
      'server-directory:luma/b/red.png': 'red 1 of luma/red',
    });
    expect(library.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it('leaves the asset live at one key after a crash at any call, and at most an orphan at the other', async () => {
    const { expected, others } = await survives(furnished, (library) =>
      moveAsset(library.get('red'), move, library.dependencies),
    );
    for (const { library } of others) {
      expect(library.get('red')).toEqual(expected.get('red'));
      expect(library.strays().missing).toEqual([]);
    }
  });

  it.each([
    ['in the trash', '/a/', true],
    ['somewhere else by now', '/elsewhere/', false],
  ])('is left alone %s', async (_, from, binned) => {
    const library = await furnished();
    if (binned) await trash(library, 'red');
    const before = library.seen();
    expect(await moveAsset(library.get('red'), { ...move, from }, library.dependencies)).toBeUndefined();
    expect(library.seen()).toEqual(before);
  });

  it('changes nothing if the asset is already in the folder', async () => {
    const library = await furnished();
    const { calls } = library;
    library.dieAt(undefined);
    expect(await moveAsset(library.get('red'), { ...move, to: '/a/' }, library.dependencies)).toEqual(
      library.get('red'),
    );
    expect(calls).toEqual([]);
  });
});
