import { describe, expect, it } from 'vitest';
import { maxCallMs } from '../../../../domain/library/limits.ts';
import type { Dependencies } from '../../../../functions/serve-api/dependencies.ts';
import { asset, now } from '../api-records.ts';
import { ask, cursorAt, type Replacements } from '../ask.ts';

const many = Array.from({ length: 60 }, (_, number) => ({ ...asset, id: `a${number}`, folder: '/autumn/' }));
const trashed = {
  ...asset,
  id: 'binned',
  createdBy: 'user',
  publications: {},
  trashed: { at: '2026-11-20T08:00:00.000Z', by: 'ann' },
};
const formerId = {
  ...asset,
  id: 'old',
  trashed: { at: now, by: 'ann', renamedTo: 'new', redirect: true as const },
};

const trashedBy: Dependencies['library']['trash'] = async (one, { at, by }) => ({
  trashed: [{ ...one, publications: {}, trashed: { at, by } }],
  wasLive: [one.id],
  warnings: [],
});

/** A folder with 60 assets, another below it, and what is asked of them. */
function library(more: Replacements = {}) {
  const marks: string[] = [];
  const moved: string[] = [];
  const binned: string[] = [];
  const flushes: number[] = [];
  let time = 0;
  const dependencies: Replacements = {
    foldersWithin: async function* () {
      yield { folder: '/autumn/' };
      yield { folder: '/autumn/shoes/' };
      yield { folder: '/autumn/gone/', deleted: now };
    },
    idsInFolder: async function* (_, folder) {
      if (folder !== '/autumn/') return;
      yield many.map(({ id }) => id);
    },
    getAssets: async (_, ids) =>
      new Map([...many, trashed, formerId].filter(({ id }) => ids.includes(id)).map((one) => [one.id, one])),
    getAsset: async (_, id) => [...many, trashed, formerId].find((one) => one.id === id),
    ensureFolder: async (_, folder) => void marks.push(`keep ${folder}`),
    markMoving: async (_, folder, to) => void marks.push(`${folder} moves to ${to}`),
    markFolderDeleted: async (_, folder) => void marks.push(`gone ${folder}`),
    move: async (one, { to }) => {
      moved.push(`${one.id} ${to}`);
      time += 500;
      return { ...one, folder: to };
    },
    trash: async (one, trashing) => {
      binned.push(one.id);
      time += 500;
      return trashedBy(one, trashing);
    },
    restore: async (one) => [one],
    republish: async (restored) => ({
      assets: new Map(restored.map((one) => [one.id, one])),
      problems: [],
      remaining: false,
    }),
    invalidateAssets: async (_, ids) => void (ids.length > 0 && flushes.push(ids.length)),
    clock: () => time,
    ...more,
  };
  return { marks, moved, binned, flushes, dependencies };
}

describe('folders', () => {
  it('are made with those they lie in', async () => {
    const { marks, dependencies } = library();
    const response = await ask(
      'user',
      { method: 'POST', path: '/folders', body: { path: '/a/b c/d/' } },
      dependencies,
    );
    expect(response).toMatchObject({ status: 201, body: { path: '/a/b c/d/', name: 'd' } });
    expect(marks).toEqual(['keep /a/', 'keep /a/b c/', 'keep /a/b c/d/']);
  });

  it.each([
    ['with no slash at its end', '/a'],
    ['that is the root', '/'],
    ['with two slashes', '/a//b/'],
    ['that leads up', '/a/../b/'],
    ['with a control character', '/a\u0001/'],
    ['that is too long', `/${'x'.repeat(100)}`.repeat(5).concat('/')],
  ])('are not made of a path %s', async (_, path) => {
    const response = await ask('user', { method: 'POST', path: '/folders', body: { path } });
    expect(response).toMatchObject({ status: 400, body: { errors: [{ field: 'path' }] } });
  });

  it('are listed below one that is there, from where the last page ended', async () => {
    const pages: unknown[] = [];
    const listChildren: Dependencies['folders']['listChildren'] = async (_, parent, page) => {
      pages.push({ parent, ...page });
      return { items: ['/autumn/shoes/'], next: '/autumn/shoes/' };
    };
    const query = 'parent=%2Fautumn%2F&limit=1';
    const first = await ask('viewer', { path: '/folders', query }, { listChildren });
    expect(first.body).toEqual({
      items: [{ path: '/autumn/shoes/', name: 'shoes' }],
      next: cursorAt('/autumn/shoes/'),
    });
    const cursor = String(first.body.next);
    await ask('viewer', { path: '/folders', query: `${query}&cursor=${cursor}` }, { listChildren });
    expect(pages).toEqual([
      { parent: '/autumn/', limit: 1, after: undefined },
      { parent: '/autumn/', limit: 1, after: '/autumn/shoes/' },
    ]);
    const elsewhere = await ask('viewer', {
      path: '/folders',
      query: `parent=%2Fwinter%2F&cursor=${cursor}`,
    });
    expect(elsewhere.status).toBe(400);
    const none = await ask(
      'viewer',
      { path: '/folders', query: 'parent=%2Fnone%2F' },
      { listChildren: async () => ({ items: [] }) },
    );
    expect(none).toMatchObject({ status: 404, body: { code: 'folder.not-found' } });
  });
});

describe('moving a folder', () => {
  const move = (from: string, to: string) => ({ method: 'PATCH', path: '/folders', body: { from, to } });

  it('moves what is in it, makes the new ones before and marks the old ones after', async () => {
    const { marks, moved, dependencies } = library({ clock: () => 0 });
    const response = await ask('user', move('/autumn/', '/winter/'), dependencies);
    expect(response.body).toEqual({ moved: 60, remaining: false });
    expect(new Set(moved)).toEqual(new Set(many.map(({ id }) => `${id} /winter/`)));
    expect(marks).toEqual([
      '/autumn/ moves to /winter/',
      'keep /winter/',
      'keep /winter/',
      'keep /winter/',
      'keep /winter/shoes/',
      'keep /winter/shoes/',
      'gone /autumn/shoes/',
      'keep /winter/gone/',
      'gone /autumn/',
    ]);
  });

  it('ends when the time is up, and goes on when it is called again', async () => {
    const { marks, moved, dependencies } = library();
    const response = await ask('user', move('/autumn/', '/winter/'), dependencies);
    expect(response.body.remaining).toBe(true);
    expect(response.body.moved).toBe(moved.length);
    expect(moved.length).toBeGreaterThanOrEqual(maxCallMs / 500);
    expect(moved.length).toBeLessThan(60);
    expect(marks).not.toContain('gone /autumn/');
    const again = await ask('user', move('/autumn/', '/winter/'), {
      ...dependencies,
      clock: () => 0,
      folderExists: async () => true,
      getFolder: async (_, folder) => ({ folder, movingTo: '/winter/' }),
    });
    expect(again.body).toMatchObject({ remaining: false });
  });

  it.each([
    ['into itself', '/autumn/', '/autumn/shoes/', 400, 'request.invalid'],
    ['to where it is', '/autumn/', '/autumn/', 400, 'request.invalid'],
    ['that is not there', '/none/', '/winter/', 404, 'folder.not-found'],
    ['onto another', '/autumn/', '/there/', 409, 'folder.refused'],
    [
      'so deep that a path below it is too long',
      '/autumn/',
      `${`/${'x'.repeat(99)}`.repeat(4)}/${'x'.repeat(93)}/`,
      400,
      'request.invalid',
    ],
  ])('is refused %s', async (_, from, to, status, code) => {
    const { moved, dependencies } = library({
      folderExists: async (_company, folder) => ['/autumn/', '/there/'].includes(folder),
    });
    expect(await ask('user', move(from, to), dependencies)).toMatchObject({ status, body: { code } });
    expect(moved).toEqual([]);
  });
});

describe('deleting a folder', () => {
  const remove = { method: 'DELETE', path: '/folders', query: 'path=%2Fautumn%2F' };

  it('puts what is in it into the trash, flushes it, and names sets with holes', async () => {
    const { marks, binned, flushes, dependencies } = library({
      clock: () => 0,
      setsLeftIncomplete: async (gone) => [`${gone.length} holes`],
    });
    const response = await ask('user', remove, dependencies);
    expect(response.body).toEqual({ trashed: 60, warnings: ['60 holes'], remaining: false });
    expect(binned).toHaveLength(60);
    expect(flushes).toEqual([60]);
    expect(marks).toEqual(['gone /autumn/', 'gone /autumn/shoes/']);
  });

  it('ends when the time is up', async () => {
    const { marks, flushes, binned, dependencies } = library();
    const response = await ask('user', remove, dependencies);
    expect(response.body).toMatchObject({ trashed: binned.length, remaining: true });
    expect(flushes).toEqual([binned.length]);
    expect(marks).toEqual([]);
  });

  it('flushes what is withdrawn also where something fails', async () => {
    const { flushes, dependencies } = library({
      clock: () => 0,
      trash: async (one, trashing) => {
        if (one.id === 'a30') throw new Error('away');
        return trashedBy(one, trashing);
      },
    });
    expect((await ask('user', remove, dependencies)).status).toBe(500);
    expect(flushes[0]).toBeGreaterThan(0);
  });
});

describe('many assets', () => {
  const body = { assetIds: ['a1', 'none', 'a2', 'old', 'nor this'] };
  const calls = [
    ['moved', '/assets/move', { folder: '/winter/' }],
    ['put into the trash', '/trash', {}],
    ['restored', '/trash/restore', {}],
  ] as const;

  it.each(calls)('are %s only if all of them exist', async (_, path, more) => {
    const { moved, binned, dependencies } = library();
    const response = await ask('user', { method: 'POST', path, body: { ...body, ...more } }, dependencies);
    expect(response).toMatchObject({
      status: 404,
      body: {
        code: 'asset.not-found',
        detail: 'There is no asset none, and 2 more; nothing was done',
        errors: [
          { field: 'assetIds[1]', message: 'There is no asset none' },
          { field: 'assetIds[3]', message: expect.stringMatching(/^old is .* now$/) },
          { field: 'assetIds[4]', message: 'There is no asset nor this' },
        ],
      },
    });
    expect([...moved, ...binned]).toEqual([]);
  });

  it.each(calls)('are %s as far as they exist where that will do', async (_, path, more) => {
    const { dependencies } = library();
    const response = await ask(
      'user',
      { method: 'POST', path, body: { ...body, ...more, partial: true } },
      dependencies,
    );
    expect(response).toMatchObject({
      status: 200,
      body: { unknown: ['none', 'old', 'nor this'], remaining: false },
    });
  });

  it.each([
    [[], 'must name at least one asset'],
    [['a', 'a'], 'must not name an asset twice'],
    [Array.from({ length: 1_001 }, (_, number) => `x${number}`), 'must name at most 1000 assets'],
  ])('are refused where the list is not in order', async (assetIds, message) => {
    const response = await ask('user', { method: 'POST', path: '/trash', body: { assetIds } });
    expect(response).toMatchObject({ status: 400, body: { errors: [{ field: 'assetIds', message }] } });
  });

  it('are worked on until the time is up', async () => {
    const { binned, dependencies } = library();
    const assetIds = many.map(({ id }) => id);
    const response = await ask('user', { method: 'POST', path: '/trash', body: { assetIds } }, dependencies);
    expect(response.body).toMatchObject({ trashed: binned, remaining: true });
    expect(binned.length).toBeLessThan(60);
  });
});

describe('the trash', () => {
  it('tells the days that are left, and nothing of former ids', async () => {
    const { dependencies } = library({
      listTrash: async () => ({ ids: ['binned', 'old', 'a1'], next: 'a1' }),
    });
    const response = await ask('viewer', { path: '/trash' }, dependencies);
    expect(response.body).toMatchObject({
      items: [{ asset: { id: 'binned', trashed: trashed.trashed }, daysLeft: 3 }],
      next: cursorAt('a1'),
    });
  });

  it('takes an asset, and flushes it once more where the first call may not have come to that', async () => {
    const flushed: unknown[] = [];
    const again = { ...trashed, lastPublishedAt: '2026-11-20T07:00:00.000Z', redirectsFrom: ['older'] };
    const { dependencies } = library({
      getAsset: async () => again,
      trash: async () => ({ trashed: [], wasLive: [], warnings: [] }),
      invalidateAssets: async (company, ids) => void flushed.push({ company, ids }),
    });
    const response = await ask('user', { method: 'DELETE', path: '/assets/binned' }, dependencies);
    expect(response).toMatchObject({ status: 200, body: { asset: { id: 'binned' }, derived: [] } });
    expect(flushed).toEqual([
      {
        company: 'luma',
        ids: ['binned', 'older'],
      },
    ]);
  });

  it.each(['none', 'old'])('takes nothing that is not there: %s', async (id) => {
    const { dependencies } = library();
    const response = await ask('user', { method: 'DELETE', path: `/assets/${id}` }, dependencies);
    expect(response).toMatchObject({ status: 404, body: { code: 'asset.not-found' } });
  });

  it('gives back what is derived after what it is derived from, and says what is not live', async () => {
    const order: string[] = [];
    const child = { ...trashed, id: 'child', parent: 'binned' };
    const { dependencies } = library({
      getAssets: async () => new Map([child, trashed].map((one) => [one.id, one])),
      restore: async (one) => {
        order.push(one.id);
        return [one];
      },
      republish: async (restored) => ({
        assets: new Map(restored.map((one) => [one.id, one])),
        problems: ['binned: no'],
        remaining: false,
      }),
    });
    const response = await ask(
      'user',
      { method: 'POST', path: '/trash/restore', body: { assetIds: ['child', 'binned'] } },
      dependencies,
    );
    expect(order).toEqual(['binned', 'child']);
    expect(response.body).toMatchObject({ warnings: ['binned: no'], remaining: false });
  });

  it('says that something is left where the time was up before all was live again', async () => {
    let until: number | undefined;
    const { dependencies } = library({
      clock: () => 5,
      getAssets: async () => new Map([[trashed.id, trashed]]),
      republish: async (restored, republishing) => {
        until = republishing.until;
        return { assets: new Map(restored.map((one) => [one.id, one])), problems: [], remaining: true };
      },
    });
    const request = { method: 'POST', path: '/trash/restore', body: { assetIds: ['binned'] } };
    expect((await ask('user', request, dependencies)).body).toMatchObject({ remaining: true });
    expect(until).toBe(20_005);
  });

  it.each([
    ['of what lies outside it', '/trash/empty', 'a1', {}, 'a1 is not in the trash'],
    [
      'by moving something out',
      '/assets/move',
      'binned',
      { folder: '/a/' },
      'binned is in the trash; restore it first',
    ],
  ])('is not emptied %s, and the answer says why', async (_, path, id, more, message) => {
    const { dependencies } = library({
      getAssets: async () => new Map([trashed, ...many].map((one) => [one.id, one])),
    });
    const response = await ask(
      'user',
      { method: 'POST', path, body: { assetIds: [id], ...more } },
      dependencies,
    );
    expect(response).toMatchObject({ status: 404, body: { errors: [{ field: 'assetIds[0]', message }] } });
  });

  it('is emptied page by page, parents before what is derived from them', async () => {
    const child = { ...trashed, id: 'child', parent: 'binned' };
    const purged: string[] = [];
    const { dependencies } = library({
      listTrash: async (_, { after }) =>
        after === undefined ? { ids: ['binned', 'child', 'a1'], next: 'child' } : { ids: ['old'] },
      getAssets: async (_, ids) =>
        new Map(
          [trashed, child, ...many, formerId]
            .filter(({ id }) => ids.includes(id))
            .map((one) => [one.id, one]),
        ),
      purge: async ({ id }) => {
        purged.push(id);
        return [id, 'child'];
      },
    });
    const response = await ask('user', { method: 'POST', path: '/trash/empty', body: {} }, dependencies);
    expect(response.body).toEqual({
      purged: 2,
      ids: ['binned', 'child'],
      unknown: [],
      remaining: false,
    });
    expect(purged).toEqual(['binned']);
  });

  it.each([
    ['user', { assetIds: ['binned', 'foreign'] }, 403, undefined],
    ['user', { assetIds: ['binned', 'foreign'], partial: true }, 200, ['binned']],
    ['user', {}, 200, ['binned']],
    ['user', { assetIds: ['foreign'] }, 403, undefined],
    ['user', { assetIds: ['foreign'], partial: true }, 200, []],
    ['admin', { assetIds: ['binned', 'foreign'] }, 200, ['binned', 'foreign']],
    ['admin', {}, 200, ['binned', 'foreign']],
    ['viewer', { assetIds: ['binned'] }, 403, undefined],
  ])('is emptied by a %s with %j as far as the assets are theirs', async (who, body, status, expected) => {
    const foreign = { ...trashed, id: 'foreign', createdBy: 'ann' };
    const purged: string[] = [];
    const { dependencies } = library({
      listTrash: async () => ({ ids: ['binned', 'foreign'] }),
      getAssets: async (_, ids) =>
        new Map([trashed, foreign].filter(({ id }) => ids.includes(id)).map((one) => [one.id, one])),
      purge: async ({ id }) => {
        purged.push(id);
        return [id];
      },
    });
    const response = await ask(who, { method: 'POST', path: '/trash/empty', body }, dependencies);
    expect(response.status).toBe(status);
    expect(purged).toEqual(expected ?? []);
    if (status === 403 && who === 'user')
      expect(response.body.detail).toContain('foreign was uploaded by another member');
    if (status === 200 && 'partial' in body) expect(response.body.adminOnly).toEqual(['foreign']);
  });

  it('is not emptied of what is not in it', async () => {
    const { dependencies } = library();
    const response = await ask(
      'user',
      { method: 'POST', path: '/trash/empty', body: { assetIds: ['binned', 'a1'] } },
      dependencies,
    );
    expect(response).toMatchObject({ status: 404, body: { errors: [{ field: 'assetIds[1]' }] } });
  });
});

describe('an asset that is renamed', () => {
  const rename = (body: unknown) => ({ method: 'POST', path: '/assets/red%20shoe/rename', body });

  it('gets its new id with time to spare', async () => {
    const calls: unknown[] = [];
    const response = await ask('user', rename({ to: 'crimson shoe', redirect: true }), {
      rename: async (company, id, renaming) => {
        calls.push({ company, id, renaming });
        return { asset: { ...asset, id: renaming.to }, warnings: [] };
      },
    });
    expect(response).toMatchObject({ status: 200, body: { asset: { id: 'crimson shoe' }, warnings: [] } });
    expect(calls).toMatchObject([
      {
        company: 'luma',
        id: 'red shoe',
        renaming: {
          to: 'crimson shoe',
          redirect: true,
          by: 'user',
          at: now,
          until: Date.parse(now) + maxCallMs,
        },
      },
    ]);
  });

  it.each([
    [{ to: 'red shoe' }, 'is the id that it has'],
    [{ to: 'a/b' }, 'is not a valid id'],
    [{ to: '' }, 'must not be empty'],
  ])('is refused %j', async (body, message) => {
    const response = await ask('user', rename(body));
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'to', message: expect.stringContaining(message) }] },
    });
  });

  it('is not found under its former id, whose answer names the new one', async () => {
    const response = await ask('viewer', { path: '/assets/old' }, { getAsset: async () => formerId });
    expect(response).toMatchObject({ status: 404, body: { detail: 'old is new now' } });
  });
});
