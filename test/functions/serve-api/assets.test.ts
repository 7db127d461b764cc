import { describe, expect, it } from 'vitest';
import { writeCursor } from '../../../adapters/http/cursor.ts';
import type { Asset } from '../../../domain/asset/asset.ts';
import { cacheTag } from '../../../domain/delivery/cache-tag.ts';
import { allIsWell, ask, asset, now } from './api-world.ts';

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

describe('the list of assets', () => {
  it('is asked for by folder and state, and goes on where it ended', async () => {
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
    expect(first.body.next).toBe(writeCursor({ folder: '/autumn/', id: 'red shoe' }));
    await ask('viewer', { path: '/assets', query: `cursor=${String(first.body.next)}` }, { listAssets });
    expect(pages).toEqual([
      { company: 'luma', page: { limit: 1, after: undefined, folder: '/autumn/', state: 'published' } },
      {
        company: 'luma',
        page: {
          limit: 100,
          after: { folder: '/autumn/', id: 'red shoe' },
          folder: undefined,
          state: undefined,
        },
      },
    ]);
  });
});

describe('publishing by hand', () => {
  const publish = { method: 'POST', path: '/assets/red%20shoe/publish' };

  it('puts the asset on every server that takes it', async () => {
    const calls: unknown[] = [];
    const answer = await ask('user', publish, {
      publish: async (published, servers, publishing) => {
        calls.push({ servers, publishing });
        return allIsWell.publish(published, servers, publishing);
      },
    });
    expect(answer).toMatchObject({ status: 200, body: { id: 'red shoe', published: true } });
    expect(calls).toMatchObject([{ servers: ['image-serving'], publishing: { by: 'user', at: now } }]);
  });

  it.each([
    ['changed meanwhile', { asset, changed: true, failed: [] }, 409, 'asset.changed-meanwhile'],
    ['gone', { asset: undefined, changed: true, failed: [] }, 404, 'asset.not-found'],
    [
      'not copied',
      { asset, changed: false, failed: [{ server: 'image-serving' as const, error: new Error('503') }] },
      503,
      'storage.busy',
    ],
  ])('of one that is %s: %i', async (_, result, status, code) => {
    const answer = await ask('user', publish, {
      publish: async () => ({ published: [], alreadyLive: [], ...result }),
    });
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

describe('unpublishing by hand', () => {
  const unpublish = { method: 'POST', path: '/assets/red%20shoe/unpublish' };

  it.each([
    ['what was live', asset, ['image-serving'], true],
    [
      'what is held already, as the flush may be missing',
      { ...asset, intent: 'held', publications: {} },
      [],
      true,
    ],
    ['not what was never live', { ...asset, intent: 'pending', publications: {} }, [], false],
  ] as const)('flushes %s', async (_, before, withdrawn, flushes) => {
    const flushed: unknown[] = [];
    const answer = await ask('user', unpublish, {
      getAsset: async () => before as Asset,
      withdraw: async (found) => ({
        asset: { ...found, intent: 'held', publications: {} },
        withdrawn: [...withdrawn],
      }),
      flush: async (message) => {
        flushed.push(message);
      },
    });
    expect(answer).toMatchObject({ status: 200, body: { intent: 'held', published: false } });
    expect(flushed).toEqual(
      flushes ? [{ company: 'luma', ids: ['red shoe'], tags: [cacheTag('luma', 'red shoe')] }] : [],
    );
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
    const answer = await ask('viewer', { path: '/assets/red%20shoe/history' }, { listHistory });
    expect(answer.body).toEqual({
      items: [{ event: 'withdrawn', at: position.at, server: 'video', version: 3, by: 'ann', jobId: 'j' }],
      next: writeCursor(position),
    });
    await ask(
      'viewer',
      { path: '/assets/red%20shoe/history', query: `cursor=${String(answer.body.next)}` },
      { listHistory },
    );
    expect(pages).toMatchObject([{ after: undefined }, { after: position }]);
  });
});
