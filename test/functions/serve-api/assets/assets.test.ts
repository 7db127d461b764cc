import { describe, expect, it } from 'vitest';
import { writeCursor } from '../../../../adapters/http/cursor.ts';
import { asset } from '../api-records.ts';
import { ask, cursorAt } from '../ask.ts';

describe('an asset as it is shown', () => {
  it('tells where it is live and delivered, and nothing of where its bytes lie', async () => {
    const { body } = await ask('viewer', { path: '/assets/red%20shoe' });
    expect(body).toMatchObject({
      id: 'red shoe',
      published: true,
      lastPublished: '2026-11-24T08:00:00.000Z',
      publications: { 'image-serving': { version: 2, at: '2026-11-24T08:00:00.000Z', by: 'ann' } },
      urls: { image: 'https://cdn.example/is/image/luma/red%20shoe' },
    });
    for (const hidden of ['company', 'masterKey', 'masterVersionId']) expect(body).not.toHaveProperty(hidden);
    expect(JSON.stringify(body)).not.toContain('luma/image');
  });

  it('that never went live was never published', async () => {
    const { body } = await ask(
      'viewer',
      { path: '/assets/red%20shoe' },
      { getAsset: async () => ({ ...asset, publications: {} }) },
    );
    expect(body).toMatchObject({ published: false, publications: {} });
    expect(body).not.toHaveProperty('lastPublished');
  });

  it('is found by its id in either form of its accents', async () => {
    const asked: string[] = [];
    await ask(
      'viewer',
      { path: '/assets/bla%CC%8A' },
      {
        getAsset: async (_, id) => {
          asked.push(id);
          return asset;
        },
      },
    );
    expect(asked).toEqual(['bl\u00e5']);
  });
});

describe('several assets', () => {
  it('are read each once, in the order of the request, also those in the trash', async () => {
    const request = { method: 'POST', path: '/assets/read' } as const;
    const assetIds = ['old shoe', 'red shoe', 'blue shoe', 'red shoe'];
    const { status, body } = await ask('viewer', { ...request, body: { assetIds } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [
        { id: 'old shoe', trashed: { by: 'ann' } },
        { id: 'red shoe', published: true },
      ],
      unknown: ['blue shoe'],
    });
    const many = Array.from({ length: 101 }, (_, index) => `shoe ${index}`);
    expect((await ask('viewer', { ...request, body: { assetIds: many } })).status).toBe(400);
  });
});

describe('the list of assets', () => {
  it('is asked for by folder and state, and goes on where it ended', async () => {
    const byName = { below: false, sort: 'name', order: 'asc' };
    const pages: unknown[] = [];
    const listAssets = async (company: string, page: unknown) => {
      pages.push({ company, page });
      return { items: [asset], next: { folder: '/autumn/', id: 'red shoe' } };
    };
    const first = await ask(
      'viewer',
      { path: '/assets', query: 'folder=%2Fautumn%2F&state=published&limit=1' },
      { listAssets },
    );
    expect(first.body.next).toEqual(cursorAt({ folder: '/autumn/', id: 'red shoe' }));
    const query = `state=published&folder=%2Fautumn%2F&cursor=${String(first.body.next)}`;
    await ask('viewer', { path: '/assets', query }, { listAssets });
    expect(pages).toEqual([
      {
        company: 'luma',
        page: { limit: 1, after: undefined, folder: '/autumn/', state: 'published', ...byName },
      },
      {
        company: 'luma',
        page: {
          limit: 100,
          after: { folder: '/autumn/', id: 'red shoe' },
          folder: '/autumn/',
          state: 'published',
          ...byName,
        },
      },
    ]);
  });
});

describe('the list of assets in another order', () => {
  it.each([
    ['date', '2026-11-24T08:00:00.000Z', 5],
    ['size', 229, 'large'],
    ['type', 'image', 'red'],
  ])('by %s goes on at its own place, and nowhere else', async (sort, value, wrong) => {
    const place = { folder: '/autumn/', id: 'red shoe' };
    const pages: unknown[] = [];
    const listAssets = async (_: string, page: unknown) => {
      pages.push(page);
      return { items: [asset], next: { ...place, value } };
    };
    const query = `sort=${sort}&order=desc&folder=%2F&below=true`;
    const first = await ask('viewer', { path: '/assets', query }, { listAssets });
    const cursor = String(first.body.next);
    await ask('viewer', { path: '/assets', query: `${query}&cursor=${cursor}` }, { listAssets });
    expect(pages).toMatchObject([
      { sort, order: 'desc', folder: '/', below: true },
      { sort, order: 'desc', after: { ...place, value } },
    ]);
    for (const forged of [place, { ...place, value: wrong }]) {
      const response = await ask('viewer', {
        path: '/assets',
        query: `${query}&cursor=${writeCursor(forged)}`,
      });
      expect(response).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    }
    const elsewhere = await ask('viewer', {
      path: '/assets',
      query: `sort=${sort}&folder=%2Fwinter%2F&cursor=${cursor}`,
    });
    expect(elsewhere.status).toBe(400);
  });
});

describe('the history of an asset', () => {
  it('tells what happened on which server, and goes on where it ended', async () => {
    const position = {
      event: 'WITHDRAWN' as const,
      at: '2026-11-24T08:00:00.000Z',
      server: 'video' as const,
    };
    const pages: unknown[] = [];
    const listHistory = async (_company: string, _id: string, page: unknown) => {
      pages.push(page);
      return { items: [{ ...position, version: 3, by: 'ann', jobId: 'j' }], next: position };
    };
    const response = await ask('viewer', { path: '/assets/red%20shoe/history' }, { listHistory });
    expect(response.body).toEqual({
      items: [{ event: 'withdrawn', at: position.at, server: 'video', version: 3, by: 'ann', jobId: 'j' }],
      next: cursorAt(position),
    });
    await ask(
      'viewer',
      { path: '/assets/red%20shoe/history', query: `cursor=${String(response.body.next)}` },
      { listHistory },
    );
    expect(pages).toMatchObject([{ after: undefined }, { after: position }]);
  });
});

describe('the URLs of an asset', () => {
  it('are listed with the presets of the company and HTML to copy', async () => {
    const { status, body } = await ask('viewer', { path: '/assets/red%20shoe/urls' });
    expect(status).toBe(200);
    const url = 'https://cdn.example/is/image/luma/red%20shoe';
    expect(body).toMatchObject({
      urls: [
        { kind: 'image', url, versionedUrl: `${url}?id=2`, live: true },
        { kind: 'preset', preset: 'small', url: `${url}?$small$`, live: true },
      ],
      embeds: [
        { kind: 'img', live: true },
        { kind: 'picture', live: true },
        { kind: 'viewer', live: true },
      ],
    });
  });

  it.each([
    ['pdf', 'content'],
    ['video', 'video'],
  ] as const)('of a %s need no presets', async (type, kind) => {
    const readCompanyImages = async () => {
      throw new Error('The presets were read');
    };
    const getAsset = async () => ({ ...asset, type, publications: {} });
    const { body } = await ask(
      'viewer',
      { path: '/assets/red%20shoe/urls' },
      { getAsset, readCompanyImages },
    );
    expect(body).toMatchObject({ urls: [{ kind, live: false }] });
  });

  it('do not exist for an unknown asset or a former id', async () => {
    expect((await ask('viewer', { path: '/assets/unknown/urls' })).status).toBe(404);
    const getAsset = async () => ({
      ...asset,
      trashed: { at: asset.modified, by: 'ann', renamedTo: 'blue' },
    });
    const { status, body } = await ask('viewer', { path: '/assets/red%20shoe/urls' }, { getAsset });
    expect(status).toBe(404);
    expect(body.detail).toBe('red shoe is blue now');
  });
});
