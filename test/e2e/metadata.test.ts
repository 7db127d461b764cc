import type { OperationQuery } from '@pressroom/client/create-client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { company, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

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
const read = (id: string) => user().call('readAsset', { params: { id } });
const etag = ({ version, modified }: { readonly version: number; readonly modified: string }) =>
  `"${version}-${modified}"`;

/** Ids that a search finds. The index follows the records within 5 seconds. */
async function found(query: OperationQuery<'searchAssets'>): Promise<string[]> {
  const { items } = await user().call('searchAssets', { query });
  return items.map(({ id }) => id);
}

describe('metadata', () => {
  it('are edited with the ETag of the asset, without a new version', async () => {
    const { body: before, etag: tag } = await user().callTagged('readAsset', { params: { id: 'red-boot' } });
    expect(tag).toBe(etag(before));

    const edited = await user().call('editMetadata', {
      params: { id: 'red-boot' },
      body: { title: 'Boot', keywords: ['Boots', 'sale'], fields: { season: 'autumn' } },
      ifMatch: tag,
    });
    expect(edited).toMatchObject({ version: 1, title: 'Boot', keywords: ['Boots', 'sale'] });
    await expect(
      user().call('editMetadata', { params: { id: 'red-boot' }, body: { title: 'Late' }, ifMatch: tag }),
    ).rejects.toThrow(/412 asset\.stale/);
    expect(await read('red-boot')).toMatchObject(edited);
  });

  it('are checked against the schema of the company', async () => {
    await expect(user().call('writeMetadataSchema', { body: { fields: [] } })).rejects.toThrow(/403/);
    await test.as('admin').call('writeMetadataSchema', {
      body: {
        freeFields: false,
        fields: [{ name: 'season', label: 'Season', type: 'choice', values: ['spring', 'autumn'] }],
      },
    });
    await expect(
      user().call('editMetadata', { params: { id: 'red-boot' }, body: { fields: { season: 'winter' } } }),
    ).rejects.toThrow(/400 request\.invalid.*fields\.season.*spring, autumn/);
    expect(await user().call('readMetadataSchema')).toMatchObject({ freeFields: false });
  });

  it('of many assets are edited at once, with one result each', async () => {
    const edit = { addKeywords: ['Shoes'], removeKeywords: ['SALE'], fields: { season: 'spring' } };
    const assetIds = ['Red shoe', 'red-boot', 'blue-boot'];
    await expect(
      user().call('editMetadataOfAssets', { body: { ...edit, assetIds: [...assetIds, 'no such'] } }),
    ).rejects.toThrow(/404 asset\.not-found.*no such/);
    const { results } = await user().call('editMetadataOfAssets', {
      body: {
        ...edit,
        assetIds,
      },
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(['changed', 'changed', 'changed']);
    expect((await read('red-boot')).keywords).toEqual(['Boots', 'Shoes']);
  });
});

describe('a search', () => {
  it.each([
    [{ q: 'RED' }, ['Red shoe', 'red-boot']],
    [{ q: 'b' }, ['blue-boot', 'red-boot']],
    [{ q: 'oot blu' }, ['blue-boot']],
    [{ keyword: 'shoes', type: 'image' }, ['Red shoe', 'blue-boot', 'red-boot']],
    [{ keyword: 'sale' }, []],
    [{ keyword: 'boots' }, ['red-boot']],
    [{ folder: '/autumn/' }, []],
    [{ folder: '/autumn/', below: true }, ['Red shoe', 'blue-boot', 'red-boot']],
    [{ folder: '/autumn/shoes/', state: 'published', bytesFrom: 1 }, ['Red shoe', 'blue-boot', 'red-boot']],
    [{ type: 'video' }, []],
    [{ modifiedTo: '2020-01-01' }, []],
    [{ state: 'held' }, []],
  ] as const)('by %j finds %j', async (query, ids) => {
    await vi.waitFor(async () => expect((await found(query)).sort()).toEqual([...ids]), { timeout: 10_000 });
  });

  it('returns its pages in the requested order', async () => {
    expect(await found({ sort: 'name' })).toEqual(['blue-boot', 'Red shoe', 'red-boot']);
    const pages: string[] = [];
    for await (const { items } of user().pages('searchAssets', { query: { sort: 'date', limit: 1 } }))
      pages.push(...items.map(({ modified }) => modified));
    expect(pages).toHaveLength(3);
    expect(pages).toEqual([...pages].sort().reverse());
  });

  it('finds nothing of another company', async () => {
    await expect(
      fetch(`${test.cloud.addresses.api}/v1/companies/other/search`, {
        headers: { authorization: `Bearer ${test.token('admin')}` },
      }).then((response) => response.status),
    ).resolves.toBe(404);
  });
});

describe('an earlier version', () => {
  const versions = async (id: string) => (await user().call('listVersions', { params: { id } })).items;

  it('of an image comes back with its bytes, its derived image with it, and the history says so', async () => {
    const derived = { id: 'blue-thumb', recipe: 'wid=10' };
    await user().call('createDerived', { params: { id: 'blue-boot' }, body: derived });
    const again = await test.upload([await picture('blue-boot.png', '#00c', 96)], {
      folder: '/autumn/shoes/',
    });
    await test.until(again.job.id, 'succeeded');
    const second = await read('blue-boot');
    expect(second).toMatchObject({ version: 2, width: 96, keywords: ['Shoes'], published: true });

    const back = await user().call('publishVersion', { params: { id: 'blue-boot', version: '1' } });
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
    const { items } = await user().call('readAssetHistory', { params: { id: 'blue-boot' } });
    expect(items[0]).toMatchObject({ event: 'published', version: 3, rollbackOf: 1 });
    expect(await read('blue-thumb')).toMatchObject({ width: 64, published: true });
  });

  it('of a set brings its members back', async () => {
    const members = (...ids: string[]) => ids.map((id) => ({ id }));
    await user().call('createSet', {
      body: { type: 'image-set', id: 'boots', members: members('red-boot') },
    });
    await user().call('editSet', {
      params: { id: 'boots' },
      body: { members: members('blue-boot', 'red-boot') },
    });
    expect(await versions('boots')).toHaveLength(2);
    await user().call('publishVersion', { params: { id: 'boots', version: '1' } });
    const set = await user().call('readSet', { params: { id: 'boots' } });
    expect(set).toMatchObject({ version: 3, published: true, members: [{ id: 'red-boot' }] });
    expect(await versions('boots')).toMatchObject([{ rollbackOf: 1 }, {}, {}]);
  });

  it('that never was is not found', async () => {
    await expect(user().call('publishVersion', { params: { id: 'red-boot', version: '7' } })).rejects.toThrow(
      /404 version\.not-found/,
    );
  });
});
