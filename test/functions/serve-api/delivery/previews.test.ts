import { previewRoutes } from '@pressroom/api/delivery/preview-routes';
import { describe, expect, it } from 'vitest';
import { maxRevoked, previewSettingsKey } from '../../../../adapters/s3/preview-settings.ts';
import { openPreview, revocationOf } from '../../../../adapters/tokens/preview-tokens.ts';
import type { Asset } from '../../../../domain/assets/asset.ts';
import { readPreviewPath } from '../../../../domain/delivery/preview-scope.ts';
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
  it('are a thumbnail for each asset of a list', async () => {
    const { body } = await ask('viewer', { path: '/assets' });
    const items = body.items as { id: string; thumbnailUrl?: string; previewUrl?: string }[];
    const [listed] = items.filter(({ id }) => id === 'red shoe');
    expect(scopeIn(listed?.thumbnailUrl)).toMatchObject({ kind: 'thumbnail', version: 2 });
    expect(listed).not.toHaveProperty('previewUrl');
    expect(items.filter(({ thumbnailUrl }) => !thumbnailUrl)).toEqual([]);
  });

  it('are the thumbnail and the image itself where one asset is read', async () => {
    const { body } = await ask('viewer', { path: '/assets/red%20shoe' });
    expect(scopeIn(body.thumbnailUrl)).toMatchObject({ kind: 'thumbnail' });
    expect(scopeIn(body.previewUrl)).toMatchObject({ kind: 'image' });
  });

  it.each([
    ['/search', ''],
    ['/trash', ''],
    ['/assets/red%20shoe/derived', ''],
    ['/sets/views', ''],
  ])('are in %s', async (path) => {
    const { body } = await ask('viewer', { path });
    expect(JSON.stringify(body)).toContain('"thumbnailUrl":"https://cdn.example/preview/3.');
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
