import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { company, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

interface AssetResponse {
  readonly id: string;
  readonly version: number;
  readonly modified: string;
  readonly bytes: number;
  readonly width?: number;
  readonly published: boolean;
  readonly title?: string;
  readonly keywords?: readonly string[];
  readonly publications: Readonly<Record<string, { version: number }>>;
  readonly recipe?: string;
  readonly members?: readonly { id: string }[];
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const { job } = await test.upload(
    await Promise.all([
      picture('Red shoe.png', '#c00'),
      picture('red-boot.png', '#c10'),
      picture('blue-boot.png', '#00c'),
    ]),
    { folder: '/autumn/shoes/' },
  );
  await test.until(job.id, 'succeeded');
});

afterAll(async () => {
  await test?.stop();
});

async function picture(name: string, background: string, size = 64): Promise<TestFile> {
  const image = sharp({ create: { width: size, height: size, channels: 3, background } });
  return { name, type: 'image/png', bytes: await image.png().toBuffer() };
}

const user = () => test.as('user');
const read = (id: string) => user().call<AssetResponse>('GET', `/assets/${encodeURIComponent(id)}`);
const etag = ({ version, modified }: AssetResponse) => `"${version}-${modified}"`;

/** Ids that a search finds. Indexes follow the records after a moment. */
async function found(query: string): Promise<string[]> {
  const { items } = await user().call<Page<AssetResponse>>('GET', `/search?${query}`);
  return items.map(({ id }) => id);
}

describe('metadata', () => {
  it('are edited with the ETag of what was read, and are no new version', async () => {
    const address = `${test.cloud.addresses.api}/v1/companies/${company}/assets/red-boot`;
    const headers = { authorization: `Bearer ${test.token('user')}` };
    const before = await fetch(address, { headers });
    const tag = before.headers.get('etag') ?? '';
    expect(tag).toBe(etag((await before.json()) as AssetResponse));

    const edited = await user().call<AssetResponse>(
      'PATCH',
      '/assets/red-boot',
      { title: 'Boot', keywords: ['Boots', 'sale'], fields: { season: 'autumn' } },
      { 'if-match': tag },
    );
    expect(edited).toMatchObject({ version: 1, title: 'Boot', keywords: ['Boots', 'sale'] });
    await expect(
      user().call('PATCH', '/assets/red-boot', { title: 'Late' }, { 'if-match': tag }),
    ).rejects.toThrow(/412 asset\.stale/);
    expect(await read('red-boot')).toEqual(edited);
  });

  it('are checked by the schema of the company', async () => {
    await expect(user().call('PUT', '/metadata-schema', { fields: [] })).rejects.toThrow(/403/);
    await test.as('admin').call('PUT', '/metadata-schema', {
      freeFields: false,
      fields: [{ name: 'season', label: 'Season', type: 'choice', values: ['spring', 'autumn'] }],
    });
    await expect(user().call('PATCH', '/assets/red-boot', { fields: { season: 'winter' } })).rejects.toThrow(
      /400 request\.invalid.*fields\.season.*spring, autumn/,
    );
    expect(await user().call('GET', '/metadata-schema')).toMatchObject({ freeFields: false });
  });

  it('of many are edited at once, each with its result', async () => {
    const edit = { addKeywords: ['Shoes'], removeKeywords: ['SALE'], fields: { season: 'spring' } };
    const assetIds = ['Red shoe', 'red-boot', 'blue-boot'];
    await expect(
      user().call('POST', '/assets/metadata', { ...edit, assetIds: [...assetIds, 'no such'] }),
    ).rejects.toThrow(/404 asset\.not-found.*no such/);
    const { results } = await user().call<{ results: { outcome: string }[] }>('POST', '/assets/metadata', {
      ...edit,
      assetIds,
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(['changed', 'changed', 'changed']);
    expect((await read('red-boot')).keywords).toEqual(['Boots', 'Shoes']);
  });
});

describe('a search', () => {
  it.each([
    ['q=RED', ['Red shoe', 'red-boot']],
    ['q=b', ['blue-boot']],
    ['keyword=shoes&type=image', ['Red shoe', 'blue-boot', 'red-boot']],
    ['keyword=sale', []],
    ['keyword=boots', ['red-boot']],
    ['folder=/autumn/', []],
    ['folder=/autumn/&below=true', ['Red shoe', 'blue-boot', 'red-boot']],
    ['folder=/autumn/shoes/&state=published&bytesFrom=1', ['Red shoe', 'blue-boot', 'red-boot']],
    ['type=video', []],
    ['modifiedTo=2020-01-01', []],
    ['state=held', []],
  ])('by %s finds %j', async (query, ids) => {
    await vi.waitFor(async () => expect((await found(query)).sort()).toEqual(ids), { timeout: 5_000 });
  });

  it('is in the order asked for, page by page', async () => {
    expect(await found('sort=name')).toEqual(['blue-boot', 'Red shoe', 'red-boot']);
    const pages: string[] = [];
    let cursor = '';
    do {
      const page: Page<AssetResponse> = await user().call('GET', `/search?sort=date&limit=1${cursor}`);
      pages.push(...page.items.map(({ modified }) => modified));
      cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : '';
    } while (cursor);
    expect(pages).toHaveLength(3);
    expect(pages).toEqual([...pages].sort().reverse());
  });

  it('sees nothing of another company', async () => {
    await expect(
      fetch(`${test.cloud.addresses.api}/v1/companies/other/search`, {
        headers: { authorization: `Bearer ${test.token('admin')}` },
      }).then((response) => response.status),
    ).resolves.toBe(404);
  });
});

describe('an earlier version', () => {
  const versions = async (id: string) =>
    (
      await user().call<Page<{ version: number; current: boolean; liveOn: string[]; rollbackOf?: number }>>(
        'GET',
        `/assets/${id}/versions`,
      )
    ).items;

  it('of an image comes back with its bytes, its derived image with it, and the history says so', async () => {
    const derived = { id: 'blue-thumb', recipe: 'wid=10' };
    await user().call('POST', '/assets/blue-boot/derived', derived);
    const again = await test.upload([await picture('blue-boot.png', '#00c', 96)], {
      folder: '/autumn/shoes/',
    });
    await test.until(again.job.id, 'succeeded');
    const second = await read('blue-boot');
    expect(second).toMatchObject({ version: 2, width: 96, keywords: ['Shoes'], published: true });

    const back = await user().call<AssetResponse>('POST', '/assets/blue-boot/versions/1/publish');
    expect(back).toMatchObject({
      version: 3,
      width: 64,
      keywords: ['Shoes'],
      publications: { 'image-serving': { version: 3 } },
      warnings: [],
    });
    expect(await versions('blue-boot')).toMatchObject([
      { version: 3, current: true, liveOn: ['image-serving'], rollbackOf: 1 },
      { version: 2, current: false, liveOn: [] },
      { version: 1, current: false, liveOn: [] },
    ]);
    const delivered = await test.deliver(`/is/image/${company}/blue-boot?fmt=png&id=3`);
    expect(delivered.headers['content-type']).toBe('image/png');
    const { items } = await user().call<Page<{ version: number; rollbackOf?: number }>>(
      'GET',
      '/assets/blue-boot/history',
    );
    expect(items[0]).toMatchObject({ event: 'published', version: 3, rollbackOf: 1 });
    expect(await read('blue-thumb')).toMatchObject({ width: 64, published: true });
  });

  it('of a set brings its members back', async () => {
    const members = (...ids: string[]) => ids.map((id) => ({ id }));
    await user().call('POST', '/sets', { type: 'image-set', id: 'boots', members: members('red-boot') });
    await user().call('PUT', '/sets/boots', { members: members('blue-boot', 'red-boot') });
    expect(await versions('boots')).toHaveLength(2);
    await user().call('POST', '/assets/boots/versions/1/publish');
    const set = await user().call<AssetResponse>('GET', '/sets/boots');
    expect(set).toMatchObject({ version: 3, published: true, members: [{ id: 'red-boot' }] });
    expect(await versions('boots')).toMatchObject([{ rollbackOf: 1 }, {}, {}]);
  });

  it('that never was is not found', async () => {
    await expect(user().call('POST', '/assets/red-boot/versions/7/publish')).rejects.toThrow(
      /404 version\.not-found/,
    );
  });
});
