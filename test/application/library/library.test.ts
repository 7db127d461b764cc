import { describe, expect, it } from 'vitest';
import { moveAsset } from '../../../application/library/move-asset.ts';
import { purgeAsset } from '../../../application/library/purge-asset.ts';
import { finishRename, renameAsset } from '../../../application/library/rename-asset.ts';
import { republish, restoreAsset } from '../../../application/library/restore-asset.ts';
import { setsLeftIncomplete, trashAsset } from '../../../application/library/trash-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { at, type LibraryWorld, libraryWorld, settings, survives } from './library-world.ts';

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
async function furnished(more: Partial<Asset> = {}): Promise<LibraryWorld> {
  const world = libraryWorld();
  await world.addFile('red', { keywords: ['Shoe'], folder: '/a/', ...more });
  await world.addFile('blue');
  await world.addDerived('red small', 'red');
  await world.addSet('pair', [{ id: 'blue' }, { id: 'red', label: 'Front' }]);
  await world.addSet('swatches', [{ id: 'blue', swatch: { id: 'red' } }, { id: 'red' }]);
  return world;
}

const trash = async (world: LibraryWorld, id: string) =>
  trashAsset(world.get(id), trashing, world.dependencies);

describe('renameAsset', () => {
  it('publishes the asset under its new id only, and moves every link to it', async () => {
    const world = await furnished();
    const { asset, warnings } = await renameAsset('luma', 'red', renaming, world.dependencies);
    expect(warnings).toEqual([]);
    expect(asset).toMatchObject({ id: 'crimson', version: 1, fileName: 'crimson.png', derivedCount: 1 });
    expect(world.seen()).toMatchObject({
      origins: {
        'image-serving:luma/image/crimson': 'crimson 1 of luma/red',
        'server-directory:luma/a/crimson.png': 'crimson 1 of luma/red',
        'image-serving:luma/image/red small': 'red small 1 of luma/red',
      },
      derived: { crimson: ['red small'] },
      memberships: { crimson: { pair: 1, swatches: 2 }, blue: { pair: 1, swatches: 1 } },
      keywords: { shoe: ['crimson'] },
      flushed: ['red'],
    });
    expect(world.get('red small').parent).toBe('crimson');
    expect(world.get('pair')).toMatchObject({ version: 2 });
    expect(await world.membersOf('swatches')).toEqual([
      { id: 'blue', swatch: { id: 'crimson' } },
      { id: 'crimson' },
    ]);
    expect(world.assets.has('red')).toBe(false);
    expect(world.seen().own).not.toHaveProperty('red');
    expect(world.seen().own.crimson).toHaveLength(5);
    expect(world.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it.each([false, true])(
    'has the same result after a crash at any call and a repetition (redirect: %s)',
    async (redirect) => {
      const { expected, others } = await survives(furnished, (world) =>
        renameAsset('luma', 'red', { ...renaming, redirect }, world.dependencies),
      );
      expect(others.length).toBeGreaterThanOrEqual(60);
      for (const { death, world } of others)
        expect(world.seen(), JSON.stringify(death)).toEqual(expected.seen());
    },
  );

  it('is finished by clean-up-library if no call repeats it', async () => {
    const { expected, others } = await survives(furnished, async (world) => {
      if (world.assets.has('crimson')) {
        const former = world.assets.get('red');
        if (former) await purgeAsset(former, { at, until, settings }, world.dependencies);
      } else await renameAsset('luma', 'red', renaming, world.dependencies);
    });
    for (const { death, world } of others)
      expect(world.seen(), JSON.stringify(death)).toEqual(expected.seen());
  });

  it('finishes an interrupted rename before the next one', async () => {
    const make = async () => {
      const world = await furnished();
      await renameAsset('luma', 'red', renaming, world.dependencies);
      return renameAsset('luma', 'crimson', { ...renaming, to: 'ruby' }, world.dependencies).then(
        () => world,
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
    const world = await furnished();
    await world.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    for (const [from, to] of [
      ['red', 'crimson'],
      ['crimson', 'ruby'],
      ['manual', 'guide'],
    ] as const) {
      await renameAsset('luma', from, { ...renaming, to, redirect: true }, world.dependencies);
    }
    expect(world.seen().origins).toMatchObject({
      'image-serving:luma/image/red': '→ ruby',
      'image-serving:luma/image/crimson': '→ ruby',
      'image-serving:luma/image/ruby': 'ruby 1 of luma/red',
      'image-serving:luma/content/manual': 'manual 1 of luma/manual',
      'image-serving:luma/content/guide': 'guide 1 of luma/manual',
    });
    expect(world.seen().origins).not.toHaveProperty('server-directory:luma/a/red.png');
    await renameAsset('luma', 'ruby', { ...renaming, to: 'red' }, world.dependencies);
    expect(world.get('red')).toMatchObject({ version: 1, redirectsFrom: ['crimson'] });
    expect(world.seen().origins).toMatchObject({
      'image-serving:luma/image/red': 'red 1 of luma/red',
      'image-serving:luma/image/crimson': '→ red',
    });
    expect(world.assets.has('ruby')).toBe(false);
  });

  it('delivers nothing at the former address once the asset is in the trash', async () => {
    const world = libraryWorld();
    await world.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    await renameAsset('luma', 'manual', { ...renaming, to: 'guide', redirect: true }, world.dependencies);
    const { wasLive } = await trash(world, 'guide');
    expect(wasLive).toEqual(['guide', 'manual']);
    expect(world.seen().origins).toEqual({});
  });

  it('frees former ids after 30 days', async () => {
    const world = libraryWorld();
    await world.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    await renameAsset('luma', 'manual', { ...renaming, to: 'guide', redirect: true }, world.dependencies);
    await purgeAsset(world.get('manual'), { at, until, settings }, world.dependencies);
    expect(world.assets.has('manual')).toBe(false);
    expect(world.get('guide')).not.toHaveProperty('redirectsFrom');
    await world.addFile('manual', { type: 'pdf', fileName: 'manual.pdf' });
    await trash(world, 'guide');
    expect(Object.keys(world.seen().origins)).toEqual(['image-serving:luma/content/manual']);
  });

  it.each([
    ['is not there', 'none', 'crimson', 'asset.not-found'],
    ['is in the trash', 'binned', 'crimson', 'asset.trashed'],
    ['is a former id that leads on', 'old', 'crimson', 'asset.not-found'],
    ['would be called like another', 'red', 'blue', 'asset.id-taken'],
    ['would be called like one in the trash', 'red', 'binned', 'asset.id-taken'],
    ['would be called like one that leads on', 'red', 'old', 'asset.id-taken'],
  ])('is refused where it %s', async (_, from, to, code) => {
    const world = await furnished();
    await world.addFile('binned');
    await trash(world, 'binned');
    await world.addFile('old');
    await renameAsset('luma', 'old', { ...renaming, to: 'new', redirect: true }, world.dependencies);
    const before = world.seen();
    await expect(renameAsset('luma', from, { ...renaming, to }, world.dependencies)).rejects.toMatchObject({
      code,
    });
    expect(world.seen()).toEqual(before);
  });

  it('asks for a repetition if there are more sets than time', async () => {
    const world = await furnished();
    await expect(
      renameAsset('luma', 'red', { ...renaming, until: 0 }, world.dependencies),
    ).rejects.toMatchObject({ code: 'storage.busy' });
    await renameAsset('luma', 'red', renaming, world.dependencies);
    expect(world.seen().memberships).not.toHaveProperty('red');
  });

  it('deletes the former id if the new one no longer exists', async () => {
    const world = await furnished();
    world.dieAt({ call: 4, when: 'after' });
    await expect(renameAsset('luma', 'red', renaming, world.dependencies)).rejects.toThrow('died');
    world.dieAt(undefined);
    world.assets.delete('crimson');
    await expect(finishRename(world.get('red'), renaming, world.dependencies)).rejects.toMatchObject({
      code: 'asset.not-found',
    });
    expect(world.assets.has('red')).toBe(false);
    expect(world.origins.has('image-serving:luma/image/red')).toBe(false);
  });
});

describe('an asset in the trash', () => {
  it('is not live, nor are its derived images, and sets keep naming it', async () => {
    const world = await furnished();
    const { trashed, wasLive } = await trash(world, 'red');
    expect(trashed.map(({ id }) => id)).toEqual(['red small', 'red']);
    expect(wasLive).toEqual(['red small', 'red']);
    expect(world.get('red')).toMatchObject({ intent: 'live', publications: {}, trashed: { at, by: 'ann' } });
    expect(world.get('red small').trashed).toEqual({ at, by: 'ann', with: 'red' });
    expect(await world.membersOf('pair')).toEqual([{ id: 'blue' }, { id: 'red', label: 'Front' }]);
    expect(await setsLeftIncomplete(trashed, world.dependencies)).toEqual([
      'pair is live and its member red is missing',
      'swatches is live and its member red is missing',
    ]);
    expect(world.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it('gets there after a crash at any call and a repetition', async () => {
    const { expected, others } = await survives(furnished, (world) => trash(world, 'red'));
    for (const { death, world } of others) {
      const { own, ...seen } = world.seen();
      const { own: expectedOwn, ...expectedSeen } = expected.seen();
      expect(seen, JSON.stringify(death)).toEqual(expectedSeen);
      // History may be missing if the call died before writing it.
      for (const [id, lines] of Object.entries(own))
        expect(expectedOwn[id]).toEqual(expect.arrayContaining(lines));
    }
  });

  it('is restored with its intent and its derived images, and is published again', async () => {
    const world = await furnished();
    const before = world.seen();
    await trash(world, 'red');
    world.folders.delete('/a/');
    const restored = await restoreAsset(world.get('red'), trashing, world.dependencies);
    expect(restored.map(({ id }) => id)).toEqual(['red', 'red small']);
    const { problems } = await republish(restored, trashing, world.dependencies);
    expect(problems).toEqual([]);
    const { own, flushed, ...after } = world.seen();
    const { own: _, flushed: __, ...expected } = before;
    // Except the times of its publications.
    const timeless = (seen: unknown) =>
      JSON.parse(JSON.stringify(seen).replace(/"(stateAt|at)":"[^"]*"/g, '"$1":""'));
    expect(timeless(after)).toEqual(timeless(expected));
  });

  it('is restored after a crash at any call and a repetition', async () => {
    const make = async () => {
      const world = await furnished();
      await trash(world, 'red');
      return world;
    };
    const { expected, others } = await survives(make, async (world) => {
      const restored = await restoreAsset(world.get('red'), trashing, world.dependencies);
      // Also called for assets that are restored already.
      const all = restored.concat(
        restored.some(({ id }) => id === 'red small') ? [] : [world.get('red small')],
      );
      await republish(all, trashing, world.dependencies);
    });
    for (const { death, world } of others)
      expect(world.seen(), JSON.stringify(death)).toEqual(expected.seen());
  });

  it.each([
    ['held', 'now', []],
    ['pending', 'now', []],
    ['live', 'mark', []],
    ['live', 'now', ['image-serving', 'server-directory']],
  ] as const)(
    'with the intent %s and the setting "%s" is then live on %j',
    async (intent, publishOnUpload, on) => {
      const world = libraryWorld();
      await world.addFile('x', { intent });
      await trash(world, 'x');
      const chosen = { ...trashing, settings: { ...settings, publishOnUpload } };
      const { assets } = await republish(
        await restoreAsset(world.get('x'), chosen, world.dependencies),
        chosen,
        world.dependencies,
      );
      expect(Object.keys(assets.get('x')?.publications ?? {})).toEqual(on);
      expect(assets.get('x')?.intent).toBe(intent);
    },
  );

  it('is not restored while its parent is in the trash', async () => {
    const world = await furnished();
    await trash(world, 'red');
    await expect(restoreAsset(world.get('red small'), trashing, world.dependencies)).rejects.toMatchObject({
      code: 'asset.trashed',
    });
  });

  it('stays there if it is a derived image that was trashed before its parent', async () => {
    const world = await furnished();
    const before = '2026-11-20T00:00:00.000Z';
    await trashAsset(world.get('red small'), { ...trashing, at: before }, world.dependencies);
    await trash(world, 'red');
    await restoreAsset(world.get('red'), trashing, world.dependencies);
    expect(world.get('red small').trashed).toEqual({ at: before, by: 'ann' });
  });

  it('is published as a set only if all its members are live, inner sets first', async () => {
    const world = await furnished();
    await trash(world, 'pair');
    await trash(world, 'blue');
    const restored = await restoreAsset(world.get('pair'), trashing, world.dependencies);
    const { problems } = await republish(restored, trashing, world.dependencies);
    expect(problems).toEqual(['pair stays unpublished: member blue is not live: it is in the trash']);
    const blue = await restoreAsset(world.get('blue'), trashing, world.dependencies);
    const again = await republish([world.get('pair'), ...blue], trashing, world.dependencies);
    expect(again.problems).toEqual([]);
    expect(world.get('pair').publications).toHaveProperty('image-serving');
  });

  it('is published as far as the time allows, and the rest by the next call', async () => {
    const world = await furnished();
    const ids = ['red', 'blue', 'pair'];
    for (const id of ids) await trash(world, id);
    const restored: Asset[] = [];
    for (const id of ids) restored.push(...(await restoreAsset(world.get(id), trashing, world.dependencies)));
    let calls = 0;
    const late = { ...world.dependencies, clock: () => (++calls > 2 ? until : 0) };
    const first = await republish(restored, trashing, late);
    expect(first).toMatchObject({ problems: [], remaining: true });
    const live = () => restored.filter(({ id }) => Object.keys(world.get(id).publications).length > 0);
    expect(live()).toHaveLength(2);
    const again = restored.map(({ id }) => world.get(id));
    expect(await republish(again, trashing, world.dependencies)).toMatchObject({
      problems: [],
      remaining: false,
    });
    expect(live()).toHaveLength(restored.length);
  });
});

describe('purgeAsset', () => {
  const purge = (world: LibraryWorld, id: string) =>
    purgeAsset(world.get(id), { at, until, settings }, world.dependencies);

  it('deletes everything except the links of others to the asset', async () => {
    const world = await furnished();
    await trash(world, 'red');
    expect(await purge(world, 'red')).toEqual(['red small', 'red']);
    const { assets, own, derived, keywords, memberships } = world.seen();
    expect(Object.keys(assets)).toEqual(['blue', 'pair', 'swatches']);
    expect(Object.keys(own)).toEqual(['blue', 'pair', 'swatches']);
    expect(derived).toEqual({});
    expect(keywords).toEqual({});
    expect(memberships.red).toEqual({ pair: 1, swatches: 2 });
    expect([...world.masters.keys()].some((key) => key.startsWith('luma/red@'))).toBe(false);
    expect(world.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it('keeps the parent’s bytes of a derived image, and lowers the parent’s count', async () => {
    const world = await furnished();
    await trash(world, 'red small');
    await purge(world, 'red small');
    expect(world.get('red').derivedCount).toBe(0);
    expect(world.masters.has('luma/red@red v1')).toBe(true);
  });

  it('keeps the members of a set, and deletes their links to it', async () => {
    const world = await furnished();
    await trash(world, 'pair');
    await purge(world, 'pair');
    expect(world.seen().memberships).toEqual({ red: { swatches: 2 }, blue: { swatches: 1 } });
  });

  it('has the same result after a crash at any call and a repetition', async () => {
    const make = async () => {
      const world = await furnished();
      await trash(world, 'red');
      await trash(world, 'pair');
      return world;
    };
    const { expected, others } = await survives(make, async (world) => {
      for (const id of ['red', 'pair']) if (world.assets.has(id)) await purge(world, id);
      // clean-up-library finds an interrupted derived image by its own date, even if its parent no longer exists.
      for (const { id, trashed } of [...world.assets.values()]) if (trashed?.purging) await purge(world, id);
    });
    for (const { death, world } of others) {
      expect(world.seen(), JSON.stringify(death)).toEqual(expected.seen());
      expect([...world.masters.keys()].sort()).toEqual([...expected.masters.keys()].sort());
    }
  });

  it('makes a restore impossible after its first step, and skips an asset that was restored before', async () => {
    const world = await furnished();
    await trash(world, 'red');
    const doomed = world.get('red');
    world.dieAt({ call: 1, when: 'after' });
    await expect(purge(world, 'red')).rejects.toThrow('died');
    world.dieAt(undefined);
    await expect(restoreAsset(world.get('red'), trashing, world.dependencies)).rejects.toMatchObject({
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
    const world = libraryWorld();
    await world.addFile('red');
    await renameAsset('luma', 'red', renaming, world.dependencies);
    await world.addFile('red', { masterVersionId: 'red v2' });
    await trash(world, 'red');
    await purge(world, 'red');
    expect([...world.masters.keys()]).toEqual(['luma/red@red v1']);
  });
});

describe('moveAsset', () => {
  const move = { to: '/b/', at: '2026-11-24T09:00:00.000Z', by: 'ben', settings };

  it('keeps the version, and moves the object on Server Directory', async () => {
    const world = await furnished();
    const moved = await moveAsset(world.get('red'), move, world.dependencies);
    expect(moved).toMatchObject({ folder: '/b/', version: 1, modified: move.at, modifiedBy: 'ben' });
    expect(world.seen().origins).toMatchObject({
      'image-serving:luma/image/red': 'red 1 of luma/red',
      'server-directory:luma/b/red.png': 'red 1 of luma/red',
    });
    expect(world.strays()).toEqual({ unnamed: [], missing: [] });
  });

  it('leaves the asset live at one key after a crash at any call, and at most an orphan at the other', async () => {
    const { expected, others } = await survives(furnished, (world) =>
      moveAsset(world.get('red'), move, world.dependencies),
    );
    for (const { world } of others) {
      expect(world.get('red')).toEqual(expected.get('red'));
      expect(world.strays().missing).toEqual([]);
    }
  });

  it.each([
    ['in the trash', '/a/', true],
    ['somewhere else by now', '/elsewhere/', false],
  ])('is left alone %s', async (_, from, binned) => {
    const world = await furnished();
    if (binned) await trash(world, 'red');
    const before = world.seen();
    expect(await moveAsset(world.get('red'), { ...move, from }, world.dependencies)).toBeUndefined();
    expect(world.seen()).toEqual(before);
  });

  it('changes nothing if the asset is already in the folder', async () => {
    const world = await furnished();
    const { calls } = world;
    world.dieAt(undefined);
    expect(await moveAsset(world.get('red'), { ...move, to: '/a/' }, world.dependencies)).toEqual(
      world.get('red'),
    );
    expect(calls).toEqual([]);
  });
});
