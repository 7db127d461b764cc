import { describe, expect, it } from 'vitest';
import type { NewDerived } from '../../../../application/assets/derive-image.ts';
import type { NewSet, SavedSet, SetEdit } from '../../../../application/sets/save-set.ts';
import type { SetMember } from '../../../../domain/sets/set-record.ts';
import { asset, derived, now, preset, set } from '../api-records.ts';
import { ask, shipped } from '../ask.ts';

const saved: SavedSet = {
  asset: set,
  record: {
    type: 'image-set',
    members: [{ id: asset.id, label: 'Front' }, { id: 'gone' }],
  },
  members: new Map([[asset.id, asset]]),
  warnings: ['The member gone no longer exists'],
};

describe('a set', () => {
  it('is made as asked, in the name of who asks', async () => {
    let made: NewSet | undefined;
    const response = await ask(
      'user',
      {
        method: 'POST',
        path: '/sets',
        body: {
          type: 'swatch-set',
          id: 'views',
          title: 'Views',
          members: [{ id: 'red shoe', label: 'Front', swatch: { color: '#A1B2C3', label: 'Grey' } }],
        },
      },
      {
        createSet: async (wanted, saving) => {
          made = wanted;
          expect(saving).toMatchObject({ by: 'user', at: now });
          return saved;
        },
      },
    );
    expect(made).toEqual({
      company: 'luma',
      id: 'views',
      folder: '/',
      record: {
        type: 'swatch-set',
        members: [{ id: 'red shoe', label: 'Front', swatch: { color: 'a1b2c3', label: 'Grey' } }],
      },
      metadata: { title: 'Views' },
      publish: true,
    });
    expect(response.status).toBe(201);
    expect(response.headers.etag).toBe(`"1-${set.modified}"`);
    expect(response.body).toMatchObject({
      id: 'views',
      members: [
        { id: 'red shoe', label: 'Front', type: 'image', published: true },
        { id: 'gone', published: false },
      ],
      warnings: saved.warnings,
    });
  });

  it('is edited as asked, if it is as it was seen', async () => {
    let edited: SetEdit | undefined;
    const response = await ask(
      'user',
      {
        method: 'PUT',
        path: '/sets/views',
        body: { members: [{ id: 'red shoe' }], publish: false },
        headers: { 'if-match': '"1-x"' },
      },
      {
        editSet: async (edit) => {
          edited = edit;
          return saved;
        },
      },
    );
    expect(response.status).toBe(200);
    expect(edited).toMatchObject({ company: 'luma', id: 'views', publish: false, ifMatch: '"1-x"' });
    expect(edited?.change({ type: 'spin-set', members: [] })).toEqual({
      type: 'spin-set',
      members: [{ id: 'red shoe' }],
    });
  });

  it('is read with what visitors do not find of it, while it is live', async () => {
    const members: SetMember[] = [{ id: asset.id }, { id: 'gone' }];
    const live = { ...set, publications: asset.publications };
    const read = (found: typeof set) =>
      ask(
        'viewer',
        { method: 'GET', path: '/sets/views' },
        { getAsset: async () => found, readSetRecord: async () => ({ type: 'image-set', members }) },
      );
    expect((await read(live)).body.warnings).toEqual(['The member gone no longer exists']);
    expect((await read(set)).body.warnings).toEqual([]);
  });

  it.each([
    ['an unknown one', 'nothing', 'There is no set nothing'],
    ['an image', 'red%20shoe', 'red shoe is an image in /autumn/, and no set'],
  ])('is not %s', async (_, id, detail) => {
    const response = await ask('viewer', { method: 'GET', path: `/sets/${id}` });
    expect(response).toMatchObject({ status: 404, body: { code: 'asset.not-found', detail } });
  });

  const valid = { type: 'image-set', id: 'views', members: [{ id: 'a' }] };
  it.each<[string, unknown, string, string]>([
    ['an unknown type', { ...valid, type: 'image' }, 'type', 'must be one of image-set'],
    ['no members', { ...valid, members: [] }, 'members', 'at least one'],
    ['no id', { ...valid, id: undefined }, 'id', 'is needed'],
    [
      'a swatch that is an image and a colour',
      { ...valid, members: [{ id: 'a', swatch: { id: 'b', color: 'ff0000' } }] },
      'members[0].swatch',
      'must be either an image',
    ],
    ['1,001 members', { ...valid, members: Array(1_001).fill({ id: 'a' }) }, 'members', 'at most 1000'],
    ['an id with a slash', { ...valid, id: 'a/b' }, 'id', 'is not a valid id'],
    ['an id of control characters', { ...valid, id: 'a\u0007b' }, 'id', 'is not a valid id'],
    [
      'a label of 256 characters',
      { ...valid, members: [{ id: 'a', label: 'x'.repeat(256) }] },
      'members[0].label',
      '255',
    ],
    [
      'a label with a control character',
      { ...valid, members: [{ id: 'a', label: '\u0007' }] },
      'members[0].label',
      'control',
    ],
    ['a negative row', { ...valid, members: [{ id: 'a', row: -1 }] }, 'members[0].row', 'at least 0'],
    ['row 1000', { ...valid, members: [{ id: 'a', row: 1_000 }] }, 'members[0].row', 'at most 999'],
    [
      'an unknown role',
      { ...valid, members: [{ id: 'a', role: 'cover' }] },
      'members[0].role',
      'must be one of',
    ],
    [
      'an unknown field',
      { ...valid, members: [{ id: 'a', colour: 'red' }] },
      'members[0].colour',
      'not known',
    ],
    ['a folder that is none', { ...valid, folder: 'shoes' }, 'folder', 'slash'],
    ['a title with a control character', { ...valid, title: '\u0000' }, 'title', 'control'],
  ])('is refused with %s, before anything is read', async (_, body, field, message) => {
    const refuse = async () => {
      throw new Error('asked for');
    };
    const response = await ask('user', { method: 'POST', path: '/sets', body }, { createSet: refuse });
    expect(response.body).toMatchObject({
      code: 'request.invalid',
      errors: expect.arrayContaining([{ field, message: expect.stringContaining(message) }]),
    });
  });
});

describe('a derived image', () => {
  it('is made by its recipe in one spelling', async () => {
    let made: NewDerived | undefined;
    const response = await ask(
      'user',
      {
        method: 'POST',
        path: '/assets/red%20shoe/derived',
        body: { id: 'teaser', recipe: 'hei=300&WID=400&fit=crop', publish: false },
      },
      {
        createDerived: async (wanted) => {
          made = wanted;
          return { asset: derived, warnings: ['teaser: It could not be copied'] };
        },
      },
    );
    expect(made).toMatchObject({
      parent: 'red shoe',
      id: 'teaser',
      recipe: 'wid=400&hei=300&fit=crop',
      publish: false,
    });
    expect(response).toMatchObject({
      status: 201,
      body: { id: 'teaser', parent: 'red shoe', warnings: ['teaser: It could not be copied'] },
    });
  });

  it.each([
    ['a wrong command', { id: 'teaser', recipe: 'wdi=1' }, 'recipe.wdi'],
    ['no recipe', { id: 'teaser', recipe: '' }, 'recipe'],
    ['a wrong id', { id: 'a*b', recipe: 'wid=1' }, 'id'],
  ])('is refused with %s', async (_, body, field) => {
    const response = await ask('user', { method: 'POST', path: '/assets/red%20shoe/derived', body });
    expect(response).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('is listed under its parent, without what a link leads to in vain', async () => {
    const response = await ask(
      'viewer',
      { method: 'GET', path: '/assets/red%20shoe/derived', query: 'limit=2' },
      {
        listDerived: async () => ({ items: ['dangling', 'teaser'], next: 'teaser' }),
        getAssets: async () => new Map([[derived.id, derived]]),
      },
    );
    expect(response.body).toMatchObject({ items: [{ id: 'teaser' }], next: expect.any(String) });
    expect(
      (
        await ask(
          'viewer',
          { method: 'GET', path: '/assets/nothing/derived' },
          { listDerived: shipped.derivedImages.listDerived },
        )
      ).status,
    ).toBe(404);
  });
});

describe('batch set presets', () => {
  const body = { setType: 'image-set', members: '{base}-{view}' };

  it('have what was not said by default', async () => {
    const response = await ask('admin', { method: 'PUT', path: '/batch-set-presets/views', body });
    expect(response).toMatchObject({
      status: 200,
      body: { name: 'views', ...body, setId: '{base}-set', active: true },
    });
  });

  it.each([
    ['a pattern without a base', { ...body, members: '{view}' }, 'members', '{base}'],
    ['an empty pattern', { ...body, members: '' }, 'members', 'must not be empty'],
    ['a type that cannot be built', { ...body, setType: 'template' }, 'setType', 'must be one of'],
    ['an unknown field', { ...body, regex: '.*' }, 'regex', 'not known'],
  ])('are refused with %s', async (_, wrong, field, message) => {
    const response = await ask('admin', { method: 'PUT', path: '/batch-set-presets/views', body: wrong });
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field, message: expect.stringContaining(message) }] },
    });
  });

  it('are at most 50; one that is there is replaced all the same', async () => {
    const fifty = Array.from({ length: 50 }, (_, index) => ({ ...preset, name: `p${index}` }));
    const put = (name: string) =>
      ask(
        'admin',
        { method: 'PUT', path: `/batch-set-presets/${name}`, body },
        { listPresets: async () => fifty },
      );
    expect((await put('new')).body).toMatchObject({ code: 'request.invalid' });
    expect((await put('p7')).status).toBe(200);
  });

  it('that do not exist cannot be deleted', async () => {
    const response = await ask('admin', { method: 'DELETE', path: '/batch-set-presets/nothing' });
    expect(response).toMatchObject({ status: 404, body: { code: 'preset.not-found' } });
  });

  it('that an upload names must exist, all of them', async () => {
    const response = await ask('user', {
      method: 'POST',
      path: '/uploads',
      body: {
        files: [
          {
            name: 'a.png',
            bytes: 9,
            type: 'image/png',
            sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
          },
        ],
        batchSetPresets: ['all around', 'no-1', 'no-2'],
      },
    });
    expect(response.body).toMatchObject({
      code: 'request.invalid',
      errors: [
        { field: 'batchSetPresets[1]', message: 'there is no preset no-1' },
        { field: 'batchSetPresets[2]', message: 'there is no preset no-2' },
      ],
    });
  });
});
