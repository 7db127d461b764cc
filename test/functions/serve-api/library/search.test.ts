import { describe, expect, it } from 'vitest';
import { asset } from '../api-records.ts';
import { ask } from '../ask.ts';

/** Asks, and tells what the index was asked for. */
async function search(query: string) {
  const asked: { company: string; plan: unknown; page: unknown; finds: boolean }[] = [];
  const response = await ask(
    'viewer',
    { path: '/search', query },
    {
      searchAssets: async (company, plan, matches, page) => {
        asked.push({ company, plan, page, finds: matches(asset) });
        return { items: [asset], next: { group: 'image', id: 'red shoe', sort: asset.modified } };
      },
    },
  );
  return { ...response, asked: asked[0] };
}

describe('a search', () => {
  it('reads one index and checks the rest', async () => {
    const { asked, body } = await search('q=Red&type=image,video&state=published&bytesFrom=100&limit=5');
    expect(asked).toEqual({
      company: 'luma',
      plan: { by: 'name', prefix: 'red', descending: false },
      page: { limit: 5, after: undefined },
      finds: true,
    });
    expect(body).toMatchObject({ items: [{ id: 'red shoe' }], next: expect.any(String) });
    expect((await search('q=Red&type=video')).asked).toMatchObject({ finds: false });
  });

  it('takes days from their beginning to their end, and times in any zone', async () => {
    const { asked } = await search('modifiedFrom=2026-11-24&modifiedTo=2026-11-24&type=image');
    expect(asked?.plan).toMatchObject({
      range: { from: '2026-11-24T00:00:00.000Z', to: '2026-11-24T23:59:59.999Z' },
    });
    const other = await search('modifiedFrom=2026-11-24T09:30:00%2B01:00');
    expect(other.asked?.plan).toMatchObject({ range: { from: '2026-11-24T08:30:00.000Z' } });
  });

  it('goes on where a page of it ended, and refuses the place of another', async () => {
    const { body } = await search('type=image');
    const cursor = encodeURIComponent(String(body.next));
    expect((await search(`type=image&cursor=${cursor}`)).asked?.page).toMatchObject({
      after: { group: 'image', id: 'red shoe', sort: asset.modified },
    });
    expect(await search(`type=video&cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'cursor' }] },
    });
  });

  it.each([
    ['q=', 'q'],
    ['type=picture', 'type'],
    ['type=image,,video', 'type'],
    ['state=live', 'state'],
    ['modifiedFrom=yesterday', 'modifiedFrom'],
    ['modifiedFrom=2026-11-25&modifiedTo=2026-11-24', 'modifiedTo'],
    ['bytesFrom=-1', 'bytesFrom'],
    ['bytesFrom=many', 'bytesFrom'],
    ['bytesFrom=9&bytesTo=8', 'bytesTo'],
    ['folder=autumn', 'folder'],
    ['below=true', 'below'],
    ['folder=/&below=yes', 'below'],
    ['sort=colour', 'sort'],
    ['order=up', 'order'],
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
