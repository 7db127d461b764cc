import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSet, editSet, missingMembers } from '../../../application/sets/save-set.ts';
import { entityTag, isPublished } from '../../../domain/assets/asset.ts';
import type { SetMember, SetRecord } from '../../../domain/sets/set-record.ts';
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

const ids = ['a', 'b', 'c', 'd'];
const newLibrary = () => libraryCloud(ids.map((id) => imageAsset(id)));
const members = (...list: string[]): SetMember[] => list.map((id) => ({ id }));
const later = { ...saving, by: 'bob', at: '2026-11-24T08:31:00.000Z' };

const create = (
  library: LibraryCloud,
  list: readonly SetMember[],
  publish = false,
  id = 'set',
  type = 'image-set',
) =>
  createSet(
    {
      company,
      id,
      folder: '/',
      record: { type, members: list } as SetRecord,
      metadata: { title: 'T' },
      publish,
    },
    saving,
    library.dependencies,
  );
const edit = (library: LibraryCloud, list: readonly SetMember[], publish = false, ifMatch?: string) =>
  editSet(
    { company, id: 'set', change: ({ type }) => ({ type, members: list }), publish, ifMatch },
    later,
    library.dependencies,
  );

describe('a new set', () => {
  it('has its record as its master, and its members link to it', async () => {
    const library = newLibrary();
    const { asset, record } = await create(library, members('a', 'b', 'a'));
    expect(asset).toMatchObject({
      type: 'image-set',
      version: 1,
      memberCount: 3,
      cover: 'a',
      intent: 'pending',
      publications: {},
      masterKey: 'luma/set',
      title: 'T',
      createdBy: 'ann',
    });
    expect(library.records.get(`${asset.masterKey}@${asset.masterVersionId}`)).toEqual(record);
    expect(Object.fromEntries(library.memberships)).toEqual({ 'a in set': 2, 'b in set': 1 });
  });

  it('writes its record and its members before itself', async () => {
    const library = newLibrary();
    await create(library, members('a'), true);
    expect(library.calls.filter((call) => /^(put|create|publish)/.test(call))).toEqual([
      'putSetRecord',
      'putMemberships',
      'createAsset',
      'publishWithMembers',
    ]);
  });

  it('is refused before anything is written if a member does not exist', async () => {
    const library = newLibrary();
    await expect(create(library, members('a', 'x', 'y'))).rejects.toMatchObject({
      code: 'asset.not-found',
      details: [
        { field: 'members[1].id', message: 'there is no asset x' },
        { field: 'members[2].id', message: 'there is no asset y' },
      ],
    });
    expect(library.calls).toEqual(['getAsset', 'getAssets']);
  });

  it.each([
    ['an asset', {}, /a is an image in \//],
    ['something in the trash', { trashed: { at, by: 'ann' } }, /a is an image in the trash/],
  ])('does not take the id of %s', async (_, change, message) => {
    const library = libraryCloud([imageAsset('a', change), imageAsset('b')]);
    await expect(create(library, members('b'), false, 'a')).rejects.toThrow(message);
    expect(library.memberships.size).toBe(0);
  });

  it('keeps the memberships of another set that was created first with the id', async () => {
    const library = newLibrary();
    let done = false;
    library.fault = (call, when) => {
      if (done || call !== 'createAsset' || when !== 'before') return;
      done = true;
      library.records.set('luma/set@first', { type: 'image-set', members: members('b', 'b') });
      library.assets.set('set', imageAsset('set', { type: 'image-set', masterVersionId: 'first' }));
    };
    await expect(create(library, members('a', 'b'))).rejects.toMatchObject({ code: 'asset.id-taken' });
    // One set too many for `a`, never one too few.
    expect(Object.fromEntries(library.memberships)).toEqual({ 'a in set': 1, 'b in set': 2 });
  });

  it('is refused if it would contain itself through another set', async () => {
    // The id of a deleted member was taken by a set that shows the set that names it.
    const library = newLibrary();
    await create(library, members('a'), false, 'inner');
    library.memberships.set('outer in inner', 1);
    await expect(create(library, members('inner'), false, 'outer', 'mixed-media-set')).rejects.toMatchObject({
      code: 'set.refused',
      details: [{ field: 'members', message: 'would contain itself: outer → inner → outer' }],
    });
  });
});

describe('an edit of a set', () => {
  it('makes a new version, and writes the memberships that changed', async () => {
    const library = newLibrary();
    await create(library, members('a', 'b'));
    const { asset } = await edit(library, members('c', 'b', 'b'));
    expect(asset).toMatchObject({
      version: 2,
      memberCount: 3,
      cover: 'c',
      modifiedBy: 'bob',
      createdBy: 'ann',
      title: 'T',
    });
    expect(library.records.size).toBe(2);
    expect(library.wrongMemberships()).toEqual([]);
  });

  it.each([
    ['with the tag that it has read', 'current', undefined],
    ['of anything', '*', undefined],
    ['with an old tag', '"1-2020-01-01T00:00:00.000Z"', 'asset.stale'],
  ])('is made %s: If-Match %s', async (_, given, code) => {
    const library = newLibrary();
    const { asset } = await create(library, members('a'));
    const saved = edit(library, members('b'), false, given === 'current' ? entityTag(asset) : given);
    if (code) await expect(saved).rejects.toMatchObject({ code });
    else expect((await saved).asset.version).toBe(2);
  });

  it('is repeated on the new state if another edit came first, but refused with If-Match', async () => {
    const library = newLibrary();
    const { asset } = await create(library, members('a'));
    const overtake = () => {
      let done = false;
      library.fault = (call, when) => {
        if (done || call !== 'replaceAsset' || when !== 'before') return;
        done = true;
        const now = library.assets.get('set');
        library.records.set('luma/set@other', { type: 'image-set', members: members('d') });
        library.memberships.set('d in set', 1);
        if (now) {
          const version = now.version + 1;
          library.assets.set('set', {
            ...now,
            version,
            masterVersionId: 'other',
            modified: `later ${version}`,
          });
        }
      };
    };
    overtake();
    const saved = await edit(library, members('b', 'a'));
    expect(saved.asset.version).toBe(3);
    expect(saved.record.members).toEqual(members('b', 'a'));
    expect(library.wrongMemberships()).toEqual([]);
    overtake();
    const seen = library.assets.get('set') ?? asset;
    await expect(edit(library, members('c'), false, entityTag(seen))).rejects.toMatchObject({
      code: 'asset.stale',
    });
    expect(library.assets.get('set')?.masterVersionId).toBe('other');
  });

  it.each([
    ['trashed', imageAsset('set', { type: 'image-set', trashed: { at, by: 'ann' } }), /in the trash/],
    ['no set', imageAsset('set'), /and no set/],
    ['not there', undefined, /no set set/],
  ])('of what is %s is refused', async (_, asset, message) => {
    const library = libraryCloud(asset ? [asset, imageAsset('a')] : [imageAsset('a')]);
    await expect(edit(library, members('a'))).rejects.toThrow(message);
  });
});

describe('publish after a save', () => {
  // Rows of the table: was it published, is the option ticked; then the set, an old member, a new one.
  it.each([
    ['new', true, true, true, true],
    ['new', false, false, false, false],
    ['published', true, true, true, true],
    ['published', false, true, true, false],
    ['unpublished', true, true, true, true],
    ['unpublished', false, false, false, false],
  ] as const)(
    'a %s set, ticked %s: set live %s, old member %s, new member %s',
    async (was, ticked, set, old, added) => {
      const library = newLibrary();
      if (was === 'new') {
        await create(library, members('a', 'b'), ticked);
      } else {
        await create(library, members('a'), was === 'published');
        await edit(library, members('a', 'b'), ticked);
      }
      const live = (id: string) => isPublished(library.assets.get(id) ?? { publications: {} });
      expect([live('set'), live('a'), live('b')]).toEqual([set, old, added]);
    },
  );

  it('warns of members of a live set that are not live', async () => {
    const library = newLibrary();
    await create(library, members('a'), true);
    const { asset, warnings } = await edit(library, members('a', 'b'));
    expect(asset.publications['image-serving']?.version).toBe(2);
    expect(warnings).toEqual(['The member b is not live on image-serving']);
  });

  it('warns of members that no longer exist or are in the trash', () => {
    const record: SetRecord = { type: 'image-set', members: members('a', 'b') };
    const found = new Map([['b', imageAsset('b', { trashed: { at, by: 'ann' } })]]);
    expect(missingMembers(record, found, saving.settings)).toEqual([
      'The member a no longer exists',
      'The member b is in the trash',
    ]);
  });

  it('warns of members whose type changed since', () => {
    const record: SetRecord = { type: 'image-set', members: members('a') };
    const live = { 'image-serving': { version: 1, at, by: 'ann', key: 'luma/content/a' } };
    const found = new Map([['a', imageAsset('a', { type: 'pdf', publications: live })]]);
    expect(missingMembers(record, found, saving.settings)).toEqual([
      'a is a pdf; members of an image-set must be of type image, derived-image',
    ]);
  });
});

describe('a save that dies anywhere', () => {
  it('leaves the old or the new set, and is completed by saving again', async () => {
    const list = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        list,
        list,
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('before' as const, 'after' as const),
        async (first, second, publish, nth, when) => {
          const library = newLibrary();
          await create(library, members(...first), publish);
          const before = library.assets.get('set');
          crashAt(library, nth, when);
          try {
            await edit(library, members(...second), publish);
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
          }
          library.fault = () => {};
          const between = library.assets.get('set');
          const record = library.records.get(`${between?.masterKey}@${between?.masterVersionId}`);
          const expected = between?.version === before?.version ? first : second;
          expect(record?.members.map(({ id }) => id)).toEqual(expected);
          // Every member links to the set.
          for (const id of expected) expect(library.memberships.has(`${id} in set`)).toBe(true);

          await edit(library, members(...second), publish);
          await edit(library, members(...ids), publish);
          await edit(library, members(...second), publish);
          expect(library.wrongMemberships()).toEqual([]);
          expect(isPublished(library.assets.get('set') ?? { publications: {} })).toBe(publish);
        },
      ),
    );
  });
});
