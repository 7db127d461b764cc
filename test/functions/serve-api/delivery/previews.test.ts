import { previewRoutes } from '@pressroom/api/delivery/preview-routes';
import { type RouteName, routes } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { maxRevoked, previewSettingsKey } from '../../../../adapters/s3/preview-settings.ts';
import { openPreview, revocationOf } from '../../../../adapters/tokens/preview-tokens.ts';
import { type Asset, type AssetType, assetTypes, setTypes } from '../../../../domain/assets/asset.ts';
import { previewKindOf, readPreviewPath } from '../../../../domain/delivery/preview-scope.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { asset, now, previewKey, previewUrl } from '../api-records.ts';
import { ask, askAgain, cloud } from '../ask.ts';

const create = (body: object, replacements = {}) =>
  ask('user', { method: 'POST', path: '/previews', body }, replacements);

/** What the token of a URL opens. */
function scopeIn(url: unknown) {
  const path = readPreviewPath(new URL(String(url)).pathname);
  return path && openPreview(path.token, path, previewKey);
}

const stored = () =>
  JSON.parse(
    Buffer.from(
      cloud.buckets[cloudNames.MASTERS_BUCKET].get(previewSettingsKey('luma'))?.body ?? '',
    ).toString(),
  ) as { generation: number; key: string; revoked: [string, number][] };

describe('a link to a preview', () => {
  it('shows the current version for an hour', async () => {
    const { status, body } = await create({ assetId: 'red shoe' });
    expect(status).toBe(201);
    expect(previewRoutes.createPreview.response.schema.parse(body)).toMatchObject({
      kind: 'image',
      assetId: 'red shoe',
      version: 2,
      expires: '2026-11-24T09:30:00.000Z',
    });
    expect(String(body.url)).toMatch(
      /^https:\/\/cdn\.example\/preview\/3\.[\w-]+\.[\w-]{22}\/is\/image\/luma\/red%20shoe$/,
    );
    expect(scopeIn(body.url)).toMatchObject({
      kind: 'image',
      version: 2,
      masterVersionId: 'm2',
      expires: Date.parse('2026-11-24T09:30:00.000Z') / 1_000,
    });
  });

  it('shows an earlier version', async () => {
    const { body } = await create({ assetId: 'red shoe', version: 1 }, { masterExists: async () => true });
    expect(body).toMatchObject({ version: 1 });
    expect(scopeIn(body.url)).toMatchObject({ version: 1, masterVersionId: 'm1' });
  });

  it('shows a recipe that is not saved, on an image or in place of that of a derived image', async () => {
    for (const assetId of ['red shoe', 'teaser']) {
      const { body } = await create({ assetId, recipe: 'HEI=50&wid=40' });
      expect(scopeIn(body.url)).toMatchObject({ id: assetId, recipe: 'wid=40&hei=50' });
    }
  });

  it('shows a set by what req= says', async () => {
    const { body } = await create({ assetId: 'views' });
    expect(body).toMatchObject({ kind: 'set', version: 1 });
    expect(String(body.url)).toMatch(/\/is\/image\/luma\/views$/);
    expect(scopeIn(body.url)).toMatchObject({ kind: 'set', id: 'views', masterVersionId: expect.anything() });
  });

  it('differs from every other, so that each can be revoked', async () => {
    let count = 0;
    const randomBytes = (bytes: number) => new Uint8Array(bytes).fill(++count);
    const first = await create({ assetId: 'red shoe' }, { randomBytes });
    const second = await create({ assetId: 'red shoe' }, { randomBytes });
    expect(first.body.url).not.toBe(second.body.url);
  });

  it.each([
    [{ assetId: 'unknown' }, 404, 'asset.not-found'],
    [{ assetId: 'old shoe' }, 409, 'asset.trashed'],
    [{ assetId: 'red shoe', version: 9 }, 404, 'version.not-found'],
    [{ assetId: 'red shoe', version: 0 }, 400, 'request.invalid'],
    [{ assetId: 'red shoe', seconds: 59 }, 400, 'request.invalid'],
    [{ assetId: 'red shoe', seconds: 30 * 86_400 + 1 }, 400, 'request.invalid'],
    [{ assetId: 'red shoe', recipe: 'wid=0' }, 400, 'request.invalid'],
    [{ assetId: 'red shoe', recipe: 'widd=10' }, 400, 'request.invalid'],
    [{ assetId: 'views', recipe: 'wid=10' }, 400, 'request.invalid'],
    [{}, 400, 'request.invalid'],
  ])('is refused for %j with %i %s', async (body, status, code) => {
    expect(await create(body)).toMatchObject({ status, body: { code }, faults: [] });
  });

  it('is refused for a version whose bytes are gone', async () => {
    const { status, body } = await create(
      { assetId: 'red shoe', version: 1 },
      { masterExists: async () => false },
    );
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'version.refused' });
  });

  it('is refused for a type that is not delivered', async () => {
    const getAsset = async () => ({ ...asset, type: 'vignette' as const });
    expect((await create({ assetId: 'red shoe' }, { getAsset })).body).toMatchObject({
      code: 'preview.refused',
      detail: 'red shoe is of type vignette, which has no preview',
    });
  });

  it('is allowed for 30 days', async () => {
    const { body } = await create({ assetId: 'red shoe', seconds: 30 * 86_400 });
    expect(body.expires).toBe('2026-12-24T08:30:00.000Z');
  });
});

describe('revoking a preview', () => {
  const revoke = (url: string) => ask('user', { method: 'POST', path: '/previews/revoke', body: { url } });

  it('records its signature until it expires', async () => {
    const { status, body } = await revoke(previewUrl);
    expect({ status, body }).toEqual({
      status: 200,
      body: { assetId: 'red shoe', expires: '2026-11-24T08:40:00.000Z' },
    });
    const token = readPreviewPath(new URL(previewUrl).pathname)?.token ?? '';
    expect(stored().revoked).toEqual([[revocationOf(token), Date.parse(now) / 1_000 + 600]]);
    // Again, and with a query: nothing more is recorded.
    await askAgain('user', {
      method: 'POST',
      path: '/previews/revoke',
      body: { url: `${previewUrl}?wid=9` },
    });
    expect(stored().revoked).toHaveLength(1);
  });

  it.each([
    ['another company', previewUrl.replace('/luma/', '/nova/')],
    ['another id', previewUrl.replace('red%20shoe', 'red')],
    ['another generation', previewUrl.replace('/preview/3.', '/preview/2.')],
    ['a changed token', previewUrl.replace('/preview/3.', '/preview/3.a')],
    ['a delivery URL', 'https://cdn.example/is/image/luma/red%20shoe'],
    ['no URL', 'x'],
  ])('is refused for %s', async (_, url) => {
    expect(await revoke(url)).toMatchObject({ status: 404, body: { code: 'preview.not-found' } });
    expect(stored().revoked).toEqual([]);
  });

  it('is refused above a thousand; expired ones do not count', async () => {
    const seconds = Date.parse(now) / 1_000;
    const settings = (expires: number) => ({
      ...previewKey,
      revoked: Array.from({ length: maxRevoked }, (_, index) => [`signature-${index}`, expires] as const),
    });
    const attempt = (expires: number) =>
      ask(
        'user',
        { method: 'POST', path: '/previews/revoke', body: { url: previewUrl } },
        { changePreviewSettings: async (_, change) => change(settings(expires)) },
      );
    expect((await attempt(seconds + 1)).body).toMatchObject({ code: 'preview.refused' });
    expect((await attempt(seconds)).status).toBe(200);
  });

  it('of all makes another key and the next generation', async () => {
    const key = Buffer.from(previewKey.key).toString('base64');
    const { status, body } = await ask('admin', { method: 'DELETE', path: '/previews' });
    expect({ status, body }).toEqual({ status: 200, body: { generation: 4 } });
    expect(stored()).toMatchObject({ generation: 4, revoked: [] });
    expect(stored().key).not.toBe(key);
  });
});

describe('the previews in responses', () => {
  /** An asset of each type, in the trash or not. */
  const shelfOf = (types: readonly AssetType[], change: Partial<Asset> = {}) =>
    new Map<string, Asset>(
      types.map((type) => [type, { ...asset, ...change, id: type, type, publications: {} }]),
    );
  const shelf = shelfOf(assetTypes);
  const binned = shelfOf(assetTypes, { trashed: { at: now, by: 'ann' } });
  const derived = shelfOf(['derived-image'], { parent: 'red shoe' });
  const sets = shelfOf(setTypes);
  const reading = (assets: ReadonlyMap<string, Asset>) => ({
    getAsset: async (_: string, id: string) => assets.get(id) ?? { ...asset, id },
    getAssets: async (_: string, ids: readonly string[]) =>
      new Map([...assets].filter(([id]) => ids.includes(id))),
  });
  const hitsOf = (assets: ReadonlyMap<string, Asset>) => ({
    hits: [...assets.keys()].map((id) => ({ id, unused: true, incomplete: false, stillLive: false })),
    total: assets.size,
    facets: {},
  });

  /** Every list of assets, with the assets that it has here and what it reads them from. */
  const lists: Partial<
    Record<RouteName, [path: string, ReadonlyMap<string, Asset>, Parameters<typeof ask>[2]]>
  > = {
    listAssets: ['/assets', shelf, { listAssets: async () => ({ items: [...shelf.values()] }) }],
    searchAssets: ['/search', shelf, { ...reading(shelf), search: async () => hitsOf(shelf) }],
    listTrash: [
      '/trash',
      binned,
      { ...reading(binned), listTrash: async () => ({ ids: [...binned.keys()] }) },
    ],
    listDerived: [
      '/assets/red%20shoe/derived',
      derived,
      { ...reading(derived), listDerived: async () => ({ items: [...derived.keys()] }) },
    ],
    listSetsOfAsset: [
      '/assets/red%20shoe/sets',
      sets,
      {
        ...reading(sets),
        listMemberships: async () => ({ items: [...sets.keys()].map((set) => ({ set, places: 1 })) }),
      },
    ],
    readSet: [
      '/sets/pair',
      shelf,
      {
        ...reading(shelf),
        getAsset: async () => ({ ...asset, id: 'pair', type: 'mixed-media-set' as const }),
        readSetRecord: async () => ({
          type: 'mixed-media-set' as const,
          members: [...shelf.keys()].map((id) => ({ id })),
        }),
      },
    ],
  };

  it('are tested for every route that lists assets', () => {
    const listing = Object.entries(routes).filter(
      ([, { method, response }]) =>
        method === 'GET' &&
        /"(items|members)":\{"type":"array","items":.*thumbnailUrl/.test(
          JSON.stringify(z.toJSONSchema(response.schema, { unrepresentable: 'any', reused: 'inline' })),
        ),
    );
    const elsewhere = ['listVersions', 'listPlanEntries'];
    expect(listing.map(([name]) => name).sort()).toEqual([...Object.keys(lists), ...elsewhere].sort());
  });

  it.each(Object.entries(lists))(
    'of %s are a thumbnail and a preview of each asset, of every type',
    async (name, [path, assets, replacements]) => {
      const { status, body } = await ask('viewer', { path }, replacements);
      expect(status, JSON.stringify(body)).toBe(200);
      const items = (body.items ?? body.members) as (Record<string, unknown> & { asset?: object })[];
      const shown = items.map((item) => ({ ...item, ...item.asset }) as Record<string, unknown>);
      expect(shown.map(({ id }) => id).sort(), name).toEqual([...assets.keys()].sort());
      for (const { id, thumbnailUrl, previewUrl: preview } of shown) {
        const kind = previewKindOf(id as AssetType);
        expect(scopeIn(thumbnailUrl), String(id)).toMatchObject({ id, kind: 'thumbnail', version: 2 });
        expect(preview && scopeIn(preview)?.kind, String(id)).toBe(kind);
      }
    },
  );

  it.each(assetTypes)(
    'of the versions of an asset of the type %s are those of each version',
    async (type) => {
      const versions = [2, 1].map((version) => ({
        ...asset,
        type,
        version,
        masterVersionId: `m${version}`,
        at: now,
        by: 'ann',
      }));
      const { body } = await ask(
        'viewer',
        { path: '/assets/red%20shoe/versions' },
        {
          ...reading(new Map([['red shoe', { ...asset, type }]])),
          listVersions: async () => ({ items: versions }),
        },
      );
      const items = body.items as { thumbnailUrl?: string; previewUrl?: string }[];
      expect(items.map(({ thumbnailUrl }) => scopeIn(thumbnailUrl)?.masterVersionId)).toEqual(['m2', 'm1']);
      expect(items.map(({ previewUrl: url }) => url && scopeIn(url)?.masterVersionId)).toEqual(
        previewKindOf(type) ? ['m2', 'm1'] : [undefined, undefined],
      );
    },
  );

  it('are the thumbnail and the image itself where one asset is read', async () => {
    const { body } = await ask('viewer', { path: '/assets/red%20shoe' });
    expect(scopeIn(body.thumbnailUrl)).toMatchObject({ kind: 'thumbnail' });
    expect(scopeIn(body.previewUrl)).toMatchObject({ kind: 'image' });
  });

  it('are that of the first member for a set, also of a set in a set, but not of one in the trash', async () => {
    const set = { ...asset, type: 'mixed-media-set', publications: {} } as const;
    const assets = new Map<string, Asset>([
      ['outer', { ...set, id: 'outer', cover: 'inner' }],
      ['inner', { ...set, id: 'inner', cover: 'red shoe' }],
      ['loop', { ...set, id: 'loop', cover: 'loop' }],
      ['empty', { ...set, id: 'empty' }],
      ['binned', { ...set, id: 'binned', cover: 'old' }],
      ['old', { ...asset, id: 'old', trashed: { at: now, by: 'ann' } }],
      ['red shoe', asset],
    ]);
    const ids = ['outer', 'inner', 'loop', 'empty', 'binned'];
    const { body } = await ask(
      'viewer',
      { path: '/assets' },
      {
        listAssets: async () => ({ items: ids.flatMap((id) => assets.get(id) ?? []) }),
        getAssets: async (_, asked) => new Map([...assets].filter(([id]) => asked.includes(id))),
      },
    );
    const items = body.items as { id: string; thumbnailUrl?: string }[];
    expect(items.map(({ id, thumbnailUrl }) => [id, thumbnailUrl && scopeIn(thumbnailUrl)?.id])).toEqual([
      ['outer', 'red shoe'],
      ['inner', 'red shoe'],
      // A card.
      ['loop', 'loop'],
      ['empty', 'empty'],
      ['binned', 'binned'],
    ]);
  });

  it('are the same within an hour, and work for one to two hours', async () => {
    const at = async (time: string) => {
      const { body } = await ask('viewer', { path: '/assets/red%20shoe' }, { clock: () => Date.parse(time) });
      return String(body.thumbnailUrl);
    };
    const first = await at('2026-11-24T08:00:00.000Z');
    expect(await at('2026-11-24T08:59:59.999Z')).toBe(first);
    expect(await at('2026-11-24T09:00:00.000Z')).not.toBe(first);
    expect(scopeIn(first)?.expires).toBe(Date.parse('2026-11-24T10:00:00.000Z') / 1_000);
  });

  it('are missing if their key cannot be read: the list is there', async () => {
    const ensurePreviewSettings = async () => {
      throw new Error('S3 is down');
    };
    const { status, body } = await ask('viewer', { path: '/assets' }, { ensurePreviewSettings });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('thumbnailUrl');
  });
});
