import { beforeEach, describe, expect, it } from 'vitest';
import { asset } from '../api-records.ts';
import { askAgain, reset } from '../ask.ts';

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
    expect(asked).toEqual([['luma', { filters: { q: asset.id }, sort: 'name', order: 'asc', limit: 100 }]]);
  });

  it('leaves out assets that do not match any more, or are gone', async () => {
    const scope = { query: { q: 'another' }, count: 2 };
    const { status, body } = await act({ scope }, foundIds(2, asset.id, 'nobody'));
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body[results]).toEqual([]);
  });

  it.each([
    ['more assets match than were seen', { scope: { query, count: 1 } }, 2, 409, 'scope.changed'],
    ['more than 100 assets match', { scope: { query, count: 200 } }, 101, 422, 'scope.too-large'],
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

it.each([
  [1_000, 200],
  [1_001, 422],
])('A dry run of unpublishing by a search that finds %i assets responds %i', async (total, status) => {
  const body = { scope: { query, count: total }, dryRun: true };
  const request = { method: 'POST', path: '/unpublish', body };
  expect((await askAgain('user', request, foundIds(total, asset.id))).status).toBe(status);
});
