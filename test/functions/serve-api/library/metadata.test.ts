import { describe, expect, it } from 'vitest';
import { type Asset, entityTag } from '../../../../domain/assets/asset.ts';
import type { MetadataSchema } from '../../../../domain/library/metadata-schema.ts';
import { asset, now } from '../api-records.ts';
import { ask, askAgain, reset } from '../ask.ts';

const path = '/assets/red%20shoe';
const schema: MetadataSchema = {
  freeFields: false,
  fields: [{ name: 'sku', label: 'SKU', type: 'text', required: true, maxLength: 5 }],
};

/** The asset in a table that may change under the edit. */
function shelf(...states: Asset[]) {
  const written: Asset[] = [];
  return {
    written,
    getAsset: async () => states[0],
    getAssets: async (_: string, ids: readonly string[]) =>
      new Map(states.filter(({ id }) => ids.includes(id)).map((state) => [state.id, state])),
    recordMetadata: async (before: Asset, after: Asset) => {
      if (before.modified !== states.find(({ id }) => id === before.id)?.modified) return false;
      written.push(after);
      return true;
    },
  };
}

describe('an edit of metadata', () => {
  it('answers the asset in the same version with its new ETag', async () => {
    const { written, ...table } = shelf(asset);
    const response = await ask(
      'user',
      { method: 'PATCH', path, body: { title: 'Red shoe', keywords: ['a', 'b'] } },
      table,
    );
    expect(response).toMatchObject({
      status: 200,
      headers: { etag: `"2-${now}"` },
      body: { version: 2, title: 'Red shoe', keywords: ['a', 'b'], modified: now, modifiedBy: 'user' },
    });
    expect(written).toHaveLength(1);
  });

  it.each([
    ['the current one', entityTag(asset), 200],
    ['several, among them the current one', `"1-x", ${entityTag(asset)}`, 200],
    ['any', '*', 200],
    ['an older one', '"1-2026-11-23T08:00:00.000Z"', 412],
  ])('that names %s as If-Match answers accordingly', async (_, tag, status) => {
    const { written, ...table } = shelf(asset);
    const request = { method: 'PATCH', path, body: { title: 'x' }, headers: { 'If-Match': tag } };
    const response = await ask('user', request, table);
    expect(response.status).toBe(status);
    if (status === 412) {
      expect(response.body).toMatchObject({ code: 'asset.stale', etag: entityTag(asset) });
      expect(written).toEqual([]);
    }
  });

  it('is made again on what somebody else wrote meanwhile', async () => {
    const newer = { ...asset, title: 'Theirs', modified: '2026-11-24T08:00:00.001Z' };
    const reads = [asset, newer];
    const written: Asset[] = [];
    const response = await ask(
      'user',
      { method: 'PATCH', path, body: { altText: 'Ours' } },
      {
        getAsset: async () => reads.shift() ?? newer,
        recordMetadata: async (before, after) => {
          if (before !== newer) return false;
          written.push(after);
          return true;
        },
      },
    );
    expect(response.body).toMatchObject({ title: 'Theirs', altText: 'Ours' });
    expect(written).toHaveLength(1);
  });

  it.each([
    ['nothing to change', {}, 'body', 'must change something'],
    ['a value of a wrong type', { title: 5 }, 'title', 'must be a text'],
    ['an unknown name', { colour: 'red' }, 'colour', 'is not known here'],
    ['a field that the schema does not have', { fields: { colour: 'red' } }, 'fields.colour', 'schema'],
    ['a field against its rule', { fields: { sku: 'too long' } }, 'fields.sku', 'at most 5'],
    ['a list as a field', { fields: { sku: [] } }, 'fields.sku', 'must be a text, a number'],
    ['keywords that are no list', { keywords: 'a' }, 'keywords', 'must be a list'],
    ['many keywords', { keywords: Array.from({ length: 101 }, String) }, 'keywords', 'at most 100'],
  ])('with %s is refused by field and rule', async (_, body, field, message) => {
    const response = await ask(
      'user',
      { method: 'PATCH', path, body },
      { ...shelf(asset), getMetadataSchema: async () => schema },
    );
    expect(response).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(response.body.errors).toContainEqual({ field, message: expect.stringContaining(message) });
  });

  it('with a field named as something that all objects have is refused, though any field is taken', async () => {
    const { written, ...table } = shelf(asset);
    const request = { method: 'PATCH', path, body: { fields: { constructor: 'x' } } };
    const response = await ask('user', request, {
      ...table,
      getMetadataSchema: async () => ({ fields: [], freeFields: true }),
    });
    const message = 'is a reserved name. Choose another one';
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'fields.constructor', message }] },
    });
    expect(written).toEqual([]);
  });

  it.each([
    ['unknown', undefined, 404, 'asset.not-found'],
    ['in the trash', { ...asset, trashed: { at: now, by: 'ann' } }, 409, 'asset.trashed'],
  ])('of an asset that is %s: %i', async (_, state, status, code) => {
    const request = { method: 'PATCH', path, body: { title: 'x' } };
    expect(await ask('user', request, { getAsset: async () => state })).toMatchObject({
      status,
      body: { code },
    });
  });
});

describe('an edit of many', () => {
  const other = { ...asset, id: 'boot', keywords: ['sale'] };
  const edit = (body: object) => ({ method: 'POST', path: '/assets/metadata', body });

  it('tells of each asset what became of it', async () => {
    const { written, ...table } = shelf(asset, other);
    const response = await ask(
      'user',
      edit({ assetIds: ['red shoe', 'boot'], addKeywords: ['SALE'] }),
      table,
    );
    expect(response).toMatchObject({
      status: 200,
      body: {
        results: [
          { id: 'red shoe', outcome: 'changed', etag: `"2-${now}"` },
          { id: 'boot', outcome: 'unchanged', etag: entityTag(other) },
        ],
      },
    });
    expect(written.map(({ keywords }) => keywords)).toEqual([['SALE']]);
  });

  it('changes none where one is unknown, and names all that are', async () => {
    const { written, ...table } = shelf(asset);
    const response = await ask('user', edit({ assetIds: ['red shoe', 'x', 'y'], addKeywords: ['a'] }), table);
    expect(response).toMatchObject({ status: 404, body: { code: 'asset.not-found' } });
    expect(response.body.errors).toEqual([
      { field: 'assetIds[1]', message: 'There is no asset x' },
      { field: 'assetIds[2]', message: 'There is no asset y' },
    ]);
    expect(written).toEqual([]);
  });

  it('changes none where one would break a rule', async () => {
    const filled = { ...other, fields: { sku: 'B-1' } };
    const { written, ...table } = shelf(asset, filled);
    const response = await ask('user', edit({ assetIds: ['red shoe', 'boot'], fields: { size: 4 } }), {
      ...table,
      getMetadataSchema: async () => ({ ...schema, freeFields: true }),
    });
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'fields.sku', message: 'red shoe: is required' }] },
    });
    expect(written).toEqual([]);
  });

  it('changes what it can where that is asked for', async () => {
    const trashed = { ...other, id: 'old', trashed: { at: now, by: 'ann' } };
    const { written, ...table } = shelf(asset, other, trashed);
    const response = await ask(
      'user',
      edit({ assetIds: ['red shoe', 'x', 'old'], removeKeywords: ['a'], addKeywords: ['b'], partial: true }),
      table,
    );
    expect(response.body).toMatchObject({
      results: [
        { id: 'red shoe', outcome: 'changed' },
        { id: 'x', outcome: 'failed', code: 'asset.not-found' },
        { id: 'old', outcome: 'failed', code: 'asset.trashed' },
      ],
    });
    expect(written).toHaveLength(1);
  });

  it.each([
    ['nothing to change', { assetIds: ['a'] }, 'body'],
    ['no asset', { assetIds: [], addKeywords: ['a'] }, 'assetIds'],
    ['an asset twice', { assetIds: ['a', 'a'], addKeywords: ['a'] }, 'assetIds'],
    [
      'too many assets',
      { assetIds: Array.from({ length: 1_001 }, (_, n) => `a${n}`), addKeywords: ['a'] },
      'assetIds',
    ],
  ])('with %s is refused', async (_, body, field) => {
    expect(await ask('user', edit(body))).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});

describe('the metadata schema', () => {
  it('is replaced as a whole, by an admin', async () => {
    const kept: unknown[] = [];
    const response = await ask(
      'admin',
      {
        method: 'PUT',
        path: '/metadata-schema',
        body: { fields: [{ name: 'season', label: 'Season', type: 'choice', values: ['a', 'b'] }] },
      },
      {
        putMetadataSchema: async (company, _, chosen) => {
          kept.push({ company, chosen });
          return true;
        },
      },
    );
    const chosen = {
      fields: [{ name: 'season', label: 'Season', type: 'choice', values: ['a', 'b'], required: false }],
      freeFields: true,
      modified: now,
      modifiedBy: 'admin',
    };
    expect(response).toMatchObject({ status: 200, body: chosen });
    expect(kept).toEqual([{ company: 'luma', chosen }]);
    expect(response.headers).toMatchObject({ etag: `"${now}"` });
  });

  it('is not replaced by somebody who has read an older one', async () => {
    await reset();
    const write = (name: string, tag?: string) =>
      askAgain('admin', {
        method: 'PUT',
        path: '/metadata-schema',
        body: { fields: [{ name, label: name, type: 'text' }] },
        ...(tag !== undefined && { headers: { 'if-match': tag } }),
      });
    const read = await askAgain('viewer', { path: '/metadata-schema' });
    expect(read.headers).toMatchObject({ etag: '"0"' });
    const first = await write('sku', '"0"');
    expect(first.status).toBe(200);
    const late = await write('season', '"0"');
    expect(late).toMatchObject({ status: 412, body: { code: 'settings.stale' } });
    expect(late.body.detail).toContain(`changed at ${first.body.modified} by admin; read them again`);
    const next = await write('season', String(first.headers?.etag));
    expect(next).toMatchObject({ status: 200, body: { fields: [{ name: 'season' }] } });
    // The clock of the tests stands still; each change has a later time all the same.
    expect(String(next.body.modified) > String(first.body.modified)).toBe(true);
    expect((await write('size')).status).toBe(200);
  });

  it.each([
    ['a name with a blank', { name: 'a b', label: 'A', type: 'text' }, 'fields[0].name'],
    ['no label', { name: 'a', type: 'text' }, 'fields[0].label'],
    ['an unknown type', { name: 'a', label: 'A', type: 'colour' }, 'fields[0].type'],
    ['a choice of nothing', { name: 'a', label: 'A', type: 'choice', values: [] }, 'fields[0].values'],
    [
      'a choice named twice',
      { name: 'a', label: 'A', type: 'choice', values: ['x', 'x'] },
      'fields[0].values',
    ],
    ['a length of a number', { name: 'a', label: 'A', type: 'number', maxLength: 3 }, 'fields[0].maxLength'],
    [
      'a length above what any text may have',
      { name: 'a', label: 'A', type: 'text', maxLength: 1e6 },
      'fields[0].maxLength',
    ],
  ])('with %s is refused', async (_, field, where) => {
    const response = await ask('admin', {
      method: 'PUT',
      path: '/metadata-schema',
      body: { fields: [field] },
    });
    expect(response.status).toBe(400);
    expect(response.body.errors).toContainEqual({ field: where, message: expect.any(String) });
  });

  it('refuses two fields of one name', async () => {
    const field = { name: 'a', label: 'A', type: 'text' };
    const request = { method: 'PUT', path: '/metadata-schema', body: { fields: [field, field] } };
    expect(await ask('admin', request)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'fields' }] },
    });
  });
});
