import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../domain/failure.ts';
import type { IndexHits, IndexQuery } from '../../../../domain/library/indexed-asset.ts';
import { asset } from '../api-records.ts';
import { ask, cloud } from '../ask.ts';

const flags = { unused: false, incomplete: false, stillLive: false };
const hit = (id: string) => ({ id, ...flags });

/** Asks, and reports the query that the index got. */
async function search(query: string, hits: Partial<IndexHits> = {}) {
  const asked: { company: string; query: IndexQuery }[] = [];
  const response = await ask(
    'viewer',
    { path: '/search', query },
    {
      search: async (company, given) => {
        asked.push({ company, query: given });
        return { hits: [hit(asset.id)], total: 7, facets: {}, ...hits };
      },
    },
  );
  return { ...response, asked: asked[0] };
}

describe('a search', () => {
  it('asks the index of the company for a page in the default order', async () => {
    const { asked, body } = await search('q=Red&type=image,video&state=published&bytesFrom=100&limit=5');
    expect(asked).toEqual({
      company: 'luma',
      query: {
        filters: { q: 'Red', types: ['image', 'video'], state: 'published', bytesFrom: 100 },
        sort: 'date',
        order: 'desc',
        limit: 5,
        after: undefined,
        facets: undefined,
      },
    });
    expect(body).toMatchObject({ items: [{ id: 'red shoe', ...flags }], total: 7 });
    expect(body).not.toHaveProperty('facets');
  });

  it.each([
    ['sort=name', 'name', 'asc'],
    ['sort=size', 'size', 'desc'],
    ['sort=size&order=asc', 'size', 'asc'],
    ['sort=uploader&order=desc', 'uploader', 'desc'],
  ])('with %s is sorted by %s, %s', async (query, sort, order) => {
    expect((await search(query)).asked?.query).toMatchObject({ sort, order });
  });

  it('takes days from their beginning to their end, and times in any zone', async () => {
    const { asked } = await search('modifiedFrom=2026-11-24&modifiedTo=2026-11-24&createdFrom=2026-11-01');
    expect(asked?.query.filters).toMatchObject({
      modifiedFrom: '2026-11-24T00:00:00.000Z',
      modifiedTo: '2026-11-24T23:59:59.999Z',
      createdFrom: '2026-11-01T00:00:00.000Z',
    });
    const other = await search('modifiedFrom=2026-11-24T09:30:00%2B01:00');
    expect(other.asked?.query.filters).toMatchObject({ modifiedFrom: '2026-11-24T08:30:00.000Z' });
  });

  it('takes fields with their values, sizes in pixels and how assets are used', async () => {
    const { asked } = await search(
      'field=colour:dark:red&widthFrom=10&heightTo=90&orientation=portrait&uploader=ann&unused=true&incomplete=false',
    );
    expect(asked?.query.filters).toMatchObject({
      field: { name: 'colour', value: 'dark:red' },
      widthFrom: 10,
      heightTo: 90,
      orientation: 'portrait',
      uploader: 'ann',
      unused: true,
      incomplete: false,
    });
  });

  it('returns the counts of the facets that it asks for', async () => {
    const facets = { type: [{ value: 'image', count: 7 }], keyword: [] };
    const { asked, body } = await search('facets=type,keyword', { facets });
    expect(asked?.query.facets).toEqual(['keyword', 'type']);
    expect(body.facets).toEqual(facets);
  });

  it('leaves out hits whose records match no longer', async () => {
    const hits = [hit('purged'), hit('old shoe'), hit(asset.id)];
    expect((await search('q=shoe', { hits })).body.items).toMatchObject([{ id: 'red shoe' }]);
    expect((await search('q=boot', { hits })).body.items).toEqual([]);
  });

  it('goes on where a page of it ended, and refuses the position of another', async () => {
    const next = { value: asset.modified, id: 'red shoe' };
    const { body } = await search('type=image', { next });
    const cursor = encodeURIComponent(String(body.next));
    expect((await search(`type=image&cursor=${cursor}`)).asked?.query).toMatchObject({ after: next });
    for (const other of ['type=video', 'type=image&sort=name', 'type=image&order=asc'])
      expect(await search(`${other}&cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'cursor' }] },
      });
  });

  it('that finds no index yet says when to try again', async () => {
    const response = await ask(
      'viewer',
      { path: '/search' },
      {
        search: async () => {
          throw new Failure('search.not-ready', 'Soon', { facts: { retryAfter: '10' } });
        },
      },
    );
    expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
  });

  it('finds the assets of the company in an index that it builds itself', async () => {
    const { body } = await ask('viewer', { path: '/search', query: 'sort=name&facets=type' });
    expect(body).toMatchObject({ total: 4, facets: { type: expect.any(Array) } });
    expect((body.items as { id: string }[]).map(({ id }) => id)).toContain('red shoe');
  });

  it.each([
    ['q=', 'q'],
    ['type=picture', 'type'],
    ['type=image,,video', 'type'],
    ['state=live', 'state'],
    ['modifiedFrom=yesterday', 'modifiedFrom'],
    ['modifiedFrom=2026-11-25&modifiedTo=2026-11-24', 'modifiedTo'],
    ['createdFrom=2026-11-25&createdTo=2026-11-24', 'createdTo'],
    ['bytesFrom=-1', 'bytesFrom'],
    ['bytesFrom=many', 'bytesFrom'],
    ['bytesFrom=9&bytesTo=8', 'bytesTo'],
    ['widthFrom=1.5', 'widthFrom'],
    ['heightFrom=9&heightTo=8', 'heightTo'],
    ['orientation=flat', 'orientation'],
    ['unused=yes', 'unused'],
    ['field=colour', 'field'],
    ['field=:red', 'field'],
    ['folder=autumn', 'folder'],
    ['below=true', 'below'],
    ['folder=/&below=yes', 'below'],
    ['sort=colour', 'sort'],
    ['order=up', 'order'],
    ['facets=colour', 'facets'],
    ['colour=red', 'colour'],
    ['limit=1001', 'limit'],
    ['keyword=%00', 'keyword'],
    ['cursor=x', 'cursor'],
  ])('refuses %s and names %s', async (query, field) => {
    const response = await search(query);
    expect(response).toMatchObject({ status: 400, asked: undefined });
    expect(JSON.stringify(response.body.errors)).toContain(`"field":"${field}"`);
  });
});

describe('a rebuild of the search index', () => {
  it('is requested for the company', async () => {
    const response = await ask('admin', { method: 'POST', path: '/search-index/rebuild' });
    expect(response).toMatchObject({ status: 202, body: {} });
    expect(cloud.messages).toMatchObject([
      { queueUrl: 'https://sqs.example/index', body: { company: 'luma', rebuild: true } },
    ]);
  });
});
