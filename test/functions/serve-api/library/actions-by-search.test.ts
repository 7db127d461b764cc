import { beforeEach, describe, expect, it } from 'vitest';
import { asset } from '../api-records.ts';
import { askAgain, cloud, reset } from '../ask.ts';

beforeEach(reset);

const actions = [
  ['POST /trash', '/trash', {}, 'trashed'],
  ['POST /assets/move', '/assets/move', { folder: '/archive/' }, 'items'],
  ['POST /unpublish', '/unpublish', {}, 'results'],
  ['POST /assets/metadata', '/assets/metadata', { addKeywords: ['sale'] }, 'results'],
] as const;

const foundIds = (total: number, ...ids: string[]) => ({
  search: async () => ({
    hits: ids.map((id) => ({ id, unused: true, incomplete: false, stillLive: false })),
    total,
    facets: {},
  }),
});
const query = { q: asset.id };

describe.each(actions)('%s', (_, path, more, results) => {
  const act = (body: object, replacements: Parameters<typeof askAgain>[2] = {}) =>
    askAgain('user', { method: 'POST', path, body: { ...body, ...more } }, replacements);

  it('works on every asset that a search finds, and reports each', async () => {
    const asked: unknown[] = [];
    const { search } = foundIds(1, asset.id);
    const { status, body } = await act(
      { scope: { query, count: 1 } },
      {
        search: async (company, wanted) => {
          asked.push([company, wanted]);
          return search();
        },
      },
    );
    expect(status, JSON.stringify(body)).toBe(200);
    const ids = (body[results] as (string | { id: string })[]).map((one) =>
      typeof one === 'string' ? one : one.id,
    );
    expect(ids).toContain(asset.id);
    expect(asked).toEqual([['luma', { filters: { q: asset.id }, sort: 'name', order: 'asc', limit: 1_000 }]]);
  });

  it('leaves out assets that do not match any more, or are gone', async () => {
    const scope = { query: { q: 'another' }, count: 2 };
    const { status, body } = await act({ scope }, foundIds(2, asset.id, 'nobody'));
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body[results]).toEqual([]);
  });

  it('works on 1,000 assets at a time, and says where to go on', async () => {
    const scope = { query, count: 1_500 };
    const asked: unknown[] = [];
    const { status, body } = await act(
      { scope: { ...scope, after: 'Größe' } },
      {
        search: async (_, wanted) => {
          asked.push(wanted);
          return { ...(await foundIds(1_500, asset.id).search()), next: { value: 'x', id: 'X' } };
        },
      },
    );
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.next).toBe('X');
    expect(asked).toMatchObject([{ limit: 1_000, after: { value: 'größe', id: 'Größe' } }]);
    // The last page has no next.
    expect((await act({ scope }, foundIds(1_500, asset.id))).body).not.toHaveProperty('next');
  });

  it.each([
    ['more assets match than were seen', { scope: { query, count: 1 } }, 2, 409, 'scope.changed'],
    ['more than 100,000 assets match', { scope: { query, count: 200_000 } }, 100_001, 422, 'scope.too-large'],
    [
      'it has assetIds and a scope',
      { assetIds: [asset.id], scope: { query, count: 1 } },
      1,
      400,
      'request.invalid',
    ],
    ['it has neither', {}, 1, 400, 'request.invalid'],
    ['the search has no filter', { scope: { query: {}, count: 1 } }, 1, 400, 'request.invalid'],
  ] as const)('is refused, with nothing done, if %s', async (_why, body, total, status, code) => {
    const response = await act(body, foundIds(total, asset.id));
    expect(response).toMatchObject({ status, body: { code } });
    const { body: after } = await askAgain('user', { path: `/assets/${encodeURIComponent(asset.id)}` });
    expect(after).toMatchObject({ folder: asset.folder, published: true });
    expect(after.keywords).toEqual(asset.keywords);
  });
});

it('A dry run of unpublishing shows 1,000 assets, and refuses a larger scope', async () => {
  const search = async () => ({
    ...(await foundIds(1_500, asset.id).search()),
    next: { value: 'x', id: 'x' },
  });
  const body = { scope: { query, count: 1_500 }, dryRun: true };
  const response = await askAgain('user', { method: 'POST', path: '/unpublish', body }, { search });
  expect(response).toMatchObject({ status: 422, body: { code: 'scope.too-large' } });
});

it.each([
  ['goes to the trash', '/trash', {}],
  ['moves', '/assets/move', { folder: '/archive/' }],
  ['gets a keyword', '/assets/metadata', { addKeywords: ['sale'] }],
  ['is unpublished', '/unpublish', {}],
] as const)('Each of 2,500 assets that a search finds %s once, in three calls', async (_, path, more) => {
  await reset();
  const total = 2_500;
  for (let number = 0; number < total; number += 1)
    cloud.own.put({ ...asset, id: `Linen ${number}`, keywords: ['linen'], publications: {}, intent: 'live' });
  const done: string[] = [];
  let after: string | undefined;
  let calls = 0;
  do {
    const scope = { query: { keyword: 'linen' }, count: total, ...(after === undefined ? {} : { after }) };
    const response = await askAgain('user', { method: 'POST', path, body: { scope, ...more } });
    expect(response.status, JSON.stringify(response.body).slice(0, 500)).toBe(200);
    const { trashed, items, results, next } = response.body as Record<string, { id: string }[] & string[]> & {
      next?: string;
    };
    done.push(
      ...(trashed ?? items ?? results ?? []).map((one) =>
        typeof one === 'string' ? one : (one as { id: string }).id,
      ),
    );
    after = next;
    calls += 1;
  } while (after !== undefined);
  expect(calls).toBe(3);
  expect([done.length, new Set(done).size]).toEqual([total, total]);
});
