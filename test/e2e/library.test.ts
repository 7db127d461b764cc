import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { OperationQuery } from '@pressroom/client/create-client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { company, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

let test: TestCloud;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  test = await startTestCloud();
  const { cloud } = test;
  dynamodb = new DynamoDBClient({
    region: cloud.region,
    credentials: cloud.rootCredentials,
    endpoint: cloud.ownEndpoint,
  });
});

afterAll(async () => {
  dynamodb?.destroy();
  await test?.stop();
});

async function picture(name: string, background = '#933'): Promise<TestFile> {
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background } });
  return { name, type: 'image/png', bytes: await image.png().toBuffer() };
}

async function upload(folder: string, publishAfterUploading: boolean, ...files: TestFile[]): Promise<void> {
  const { job } = await test.upload(files, { folder, publishAfterUploading });
  await test.until(job.id, 'succeeded');
}

const user = () => test.as('user');
const read = (id: string) => test.as('viewer').call('readAsset', { params: { id } });
const image = (id: string) => `/is/image/${company}/${encodeURIComponent(id)}`;

async function idsIn(folder: string, query: OperationQuery<'listAssets'> = {}): Promise<string[]> {
  const ids: string[] = [];
  const assets = test.as('viewer').all('listAssets', { query: { ...query, folder } });
  for await (const { id } of assets) ids.push(id);
  return ids;
}

async function history(id: string): Promise<string[]> {
  const page = await test.as('viewer').call('readAssetHistory', { params: { id } });
  return page.items.map(({ event, version }) => `${event} ${version}`);
}

async function folders(parent: string): Promise<string[]> {
  const page = await test.as('viewer').call('listFolders', { query: { parent } });
  return page.items.map(({ path }) => path);
}

/** Repeats the call until nothing remains. */
async function wholly<Body extends { remaining: boolean }>(call: () => Promise<Body>): Promise<Body[]> {
  const responses: Body[] = [];
  do responses.push(await call());
  while (responses.at(-1)?.remaining);
  return responses;
}

async function exists(bucket: string | undefined, key: string): Promise<boolean> {
  return test.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
    () => true,
    () => false,
  );
}

/** All items of the asset table under an id. */
async function itemsOf(id: string): Promise<string[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: test.cloud.outputs.AssetTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `ASSET#${company}#${id}` } },
    }),
  );
  return Items.map((item) => item.sk?.S ?? '');
}

async function masterVersions(key: string): Promise<number> {
  const { Versions = [], DeleteMarkers = [] } = await test.s3.send(
    new ListObjectVersionsCommand({ Bucket: test.cloud.outputs.MastersBucket, Prefix: key }),
  );
  return Versions.length + DeleteMarkers.length;
}

async function cleanUp(): Promise<void> {
  const functions = [...test.cloud.services.functions.values()];
  const { error } = (await functions.find(({ name }) => name.endsWith('clean-up-library'))?.invoke({})) ?? {};
  expect(error).toBeUndefined();
}

describe('renaming', () => {
  it('publishes the new id, withdraws the old one, and keeps history, keywords, derived images and sets', async () => {
    await upload('/rename/', true, await picture('old shoe.png'), await picture('other.png'));
    await user().call('createDerived', {
      params: { id: 'old shoe' },
      body: { id: 'old shoe small', recipe: 'wid=16' },
    });
    await user().call('createSet', {
      body: {
        type: 'image-set',
        id: 'shoes',
        members: [
          { id: 'other' },
          { id: 'old shoe', label: 'Front' },
          { id: 'other', swatch: { id: 'old shoe' } },
        ],
      },
    });
    await user().call('editMetadata', { params: { id: 'old shoe' }, body: { keywords: ['Leather'] } });
    expect((await test.deliver(image('old shoe'))).status).toBe(200);
    const before = await history('old shoe');

    const { asset, warnings } = await user().call('renameAsset', {
      params: { id: 'old shoe' },
      body: { to: 'new shoe (à la carte)' },
    });
    expect(warnings).toEqual([]);
    expect(asset).toMatchObject({
      id: 'new shoe (à la carte)',
      fileName: 'new shoe (à la carte).png',
      folder: '/rename/',
      version: 1,
      published: true,
      renamedFrom: 'old shoe',
    });
    await vi.waitFor(async () => expect((await test.deliver(image('old shoe'))).status).toBe(404), 10_000);
    expect((await test.deliver(image('new shoe (à la carte)'))).status).toBe(200);
    expect(await history('new shoe (à la carte)')).toEqual([
      'published 1',
      'withdrawn 1',
      ...before.filter((event) => event === 'published 1'),
    ]);
    expect(await read('old shoe small')).toMatchObject({ parent: 'new shoe (à la carte)', published: true });
    const set = await test.as('viewer').call('readSet', { params: { id: 'shoes' } });
    expect(set).toMatchObject({
      version: 2,
      published: true,
      members: [
        { id: 'other' },
        { id: 'new shoe (à la carte)', label: 'Front' },
        { id: 'other', swatch: { id: 'new shoe (à la carte)' } },
      ],
    });
    await vi.waitFor(
      async () => {
        const found = await test.as('viewer').call('searchAssets', { query: { keyword: 'leather' } });
        expect(found.items.map(({ id }) => id)).toEqual(['new shoe (à la carte)']);
      },
      { timeout: 10_000 },
    );
    expect(await itemsOf('old shoe')).toEqual([]);
    await expect(read('old shoe')).rejects.toThrow('404 asset.not-found');
  });

  it('frees the old id at once for an independent asset', async () => {
    await upload('/rename/', true, await picture('old shoe.png', '#00f'));
    expect(await read('old shoe')).toMatchObject({ version: 1, published: true });
    expect(await history('old shoe')).toEqual(['published 1']);
    await user().call('trashAsset', { params: { id: 'old shoe' } });
    await user().call('emptyTrash', { body: { assetIds: ['old shoe'] } });
    expect((await test.deliver(image('new shoe (à la carte)'))).status).toBe(200);
    await user().call('unpublishAsset', { params: { id: 'new shoe (à la carte)' } });
    // Its master still has the key of its first id, from which the other master was removed.
    await user().call('publishAsset', { params: { id: 'new shoe (à la carte)' } });
    expect((await test.deliver(image('new shoe (à la carte)'))).status).toBe(200);
  });

  it('does nothing more when the request is repeated', async () => {
    const { asset } = await user().call('renameAsset', {
      params: { id: 'old shoe small' },
      body: {
        to: 'small shoe',
      },
    });
    const again = await user().call('renameAsset', {
      params: { id: 'old shoe small' },
      body: {
        to: 'small shoe',
      },
    });
    expect(again.asset).toEqual(asset);
  });

  it('refuses a taken id and names the asset that has it, also in the trash', async () => {
    await expect(
      user().call('renameAsset', { params: { id: 'other' }, body: { to: 'small shoe' } }),
    ).rejects.toThrow('409 asset.id-taken: small shoe is a derived-image in /rename/');
    await upload('/rename/', false, await picture('binned.png'));
    await user().call('trashAsset', { params: { id: 'binned' } });
    await expect(
      user().call('renameAsset', { params: { id: 'other' }, body: { to: 'binned' } }),
    ).rejects.toThrow(/409 asset.id-taken: binned is an image in the trash/);
    await expect(
      user().call('renameAsset', { params: { id: 'other' }, body: { to: 'a/b' } }),
    ).rejects.toThrow('400 request.invalid: to: "a/b" is not a valid id');
  });

  it('redirects the old URL with 301 until the clean-up ends the redirect', async () => {
    await upload('/rename/', true, await picture('moved.png'));
    await user().call('renameAsset', { params: { id: 'moved' }, body: { to: 'arrived', redirect: true } });
    const redirected = await vi.waitFor(async () => {
      const response = await test.deliver(`${image('moved')}?wid=10`);
      expect(response.status).toBe(301);
      return response;
    }, 10_000);
    expect(redirected.headers.location).toMatch(new RegExp(`^${image('arrived')}\\?.*wid=10`));
    // After a second rename, the first URL redirects to the newest one.
    await user().call('renameAsset', { params: { id: 'arrived' }, body: { to: 'settled' } });
    await vi.waitFor(
      async () =>
        expect((await test.deliver(`${image('moved')}?wid=10`)).headers.location).toContain(image('settled')),
      10_000,
    );
    await expect(
      user().call('renameAsset', { params: { id: 'other' }, body: { to: 'moved' } }),
    ).rejects.toThrow('409 asset.id-taken');
    const { Item = {} } = await dynamodb.send(
      new GetItemCommand({
        TableName: test.cloud.outputs.AssetTable,
        Key: { pk: { S: `ASSET#${company}#moved` }, sk: { S: 'ASSET' } },
      }),
    );
    const monthAgo = new Date(Date.now() - 30.5 * 24 * 3_600_000).toISOString();
    const due = new Date(Date.now() - 0.5 * 24 * 3_600_000).toISOString().slice(0, 10);
    await dynamodb.send(
      new PutItemCommand({
        TableName: test.cloud.outputs.AssetTable,
        Item: {
          ...Item,
          trashed: { M: { ...Item.trashed?.M, at: { S: monthAgo } } },
          purgeKey: { S: `PURGE#${due}#0` },
        },
      }),
    );
    await cleanUp();
    await vi.waitFor(async () => expect(await itemsOf('moved')).toEqual([]), { timeout: 30_000 });
    expect(await exists(test.cloud.outputs.ImageServingBucket, `${company}/image/moved`)).toBe(false);
    expect(await read('settled')).not.toHaveProperty('redirectsFrom');
  });
});

describe('the trash', () => {
  it('withdraws an asset with its derived images, and names the incomplete sets', async () => {
    await upload('/trash/', true, await picture('parent.png'), await picture('member.png'));
    await user().call('createDerived', { params: { id: 'parent' }, body: { id: 'child', recipe: 'wid=16' } });
    await user().call('createSet', {
      body: {
        type: 'image-set',
        id: 'pair',
        members: [{ id: 'parent' }, { id: 'member' }],
      },
    });
    expect((await test.deliver(image('child'))).status).toBe(200);

    const response = await user().call('trashAsset', { params: { id: 'parent' } });
    expect(response).toMatchObject({
      asset: { intent: 'live', published: false, trashed: { by: expect.any(String) } },
      derived: ['child'],
      warnings: ['pair is live and its member parent is missing'],
    });
    for (const id of ['parent', 'child']) {
      await vi.waitFor(async () => expect((await test.deliver(image(id))).status).toBe(404), 10_000);
    }
    expect(await idsIn('/trash/')).toEqual(['member']);
    const { items } = await test.as('viewer').call('listTrash');
    expect(items.map(({ asset, daysLeft }) => [asset.id, daysLeft])).toEqual(
      expect.arrayContaining([
        ['child', 7],
        ['parent', 7],
      ]),
    );
    await expect(user().call('publishAsset', { params: { id: 'parent' } })).rejects.toThrow(
      /asset\.(trashed|not-found)/,
    );
    expect(await user().call('trashAsset', { params: { id: 'parent' } })).toMatchObject({
      asset: { id: 'parent' },
      derived: [],
    });
    await expect(user().call('restoreAssets', { body: { assetIds: ['child'] } })).rejects.toThrow(
      '409 asset.trashed',
    );
  });

  it('restores assets with their publish state', async () => {
    await user().call('trashAsset', { params: { id: 'pair' } });
    await user().call('deleteFolder', { query: { path: '/trash/' } });
    expect(await folders('/')).not.toContain('/trash/');
    const { items, warnings } = await user().call('restoreAssets', {
      body: { assetIds: ['pair', 'parent', 'member'] },
    });
    expect(warnings).toEqual([]);
    expect(items.map(({ id, published }) => `${id} ${published}`).sort()).toEqual([
      'child true',
      'member true',
      'pair true',
      'parent true',
    ]);
    expect(await folders('/')).toContain('/trash/');
    // The edge keeps the 404 of the trash for five seconds.
    for (const id of ['parent', 'child']) {
      await vi.waitFor(async () => expect((await test.deliver(image(id))).status).toBe(200), 10_000);
    }
  });

  it('leaves nothing in S3 or DynamoDB after it was emptied', async () => {
    await upload('/trash/', true, await picture('doomed.png'));
    await upload('/trash/', true, await picture('doomed.png', '#070'));
    await user().call('editMetadata', { params: { id: 'doomed' }, body: { keywords: ['gone'] } });
    await user().call('createDerived', {
      params: { id: 'doomed' },
      body: { id: 'doomed child', recipe: 'wid=16' },
    });
    expect(await masterVersions(`${company}/doomed`)).toBe(2);
    await user().call('trashAssets', { body: { assetIds: ['doomed'] } });
    const response = await user().call('emptyTrash', { body: { assetIds: ['doomed'] } });
    expect(response).toMatchObject({ purged: 2, unknown: [], remaining: false });
    expect(await masterVersions(`${company}/doomed`)).toBe(0);
    for (const id of ['doomed', 'doomed child']) {
      expect(await itemsOf(id)).toEqual([]);
      expect(await exists(test.cloud.outputs.ImageServingBucket, `${company}/image/${id}`)).toBe(false);
    }
    const found = await test.as('viewer').call('searchAssets', { query: { keyword: 'gone' } });
    expect(found.items).toEqual([]);
  });

  it('is emptied completely, and the clean-up deletes objects without a publication', async () => {
    await wholly(() => user().call('emptyTrash', { body: {} }));
    const { items } = await test.as('viewer').call('listTrash');
    expect(items).toEqual([]);
    const Bucket = test.cloud.outputs.ImageServingBucket;
    await test.s3.send(new PutObjectCommand({ Bucket, Key: `${company}/image/nobody`, Body: 'x' }));
    await cleanUp();
    // A young object may belong to a running publish, so it stays.
    expect(await exists(Bucket, `${company}/image/nobody`)).toBe(true);
    expect(await exists(Bucket, `${company}/image/parent`)).toBe(true);
  });

  it('lists every unknown id and does nothing unless a partial result is allowed', async () => {
    const body = { assetIds: ['parent', 'no such', 'nor this'] };
    await expect(user().call('trashAssets', { body })).rejects.toThrow(
      /404 asset.not-found.*assetIds\[1\].*assetIds\[2\]/,
    );
    expect(await read('parent')).not.toHaveProperty('trashed');
    expect(await user().call('trashAssets', { body: { ...body, partial: true } })).toMatchObject({
      trashed: ['child', 'parent'],
      unknown: ['no such', 'nor this'],
    });
  });
});

describe('folders', () => {
  const longName = `${'x'.repeat(196)} é.png`;

  it('with 300 assets are moved, listed in any order, and deleted', async () => {
    const files = await Promise.all(
      Array.from({ length: 298 }, (_, n) => picture(`item ${String(n).padStart(3, '0')}.png`)),
    );
    await upload('/big/below/', false, ...files);
    await upload('/big/', true, await picture('Ænima (live) 100 ü.png'), await picture(longName));
    expect(await folders('/big/')).toEqual(['/big/below/']);
    await user().call('createFolder', { body: { path: '/big/empty/inside/' } });
    expect(await folders('/big/')).toEqual(['/big/below/', '/big/empty/']);

    const moved = await wholly(() =>
      user().call('moveFolder', {
        body: {
          from: '/big/',
          to: '/archive/2026/',
        },
      }),
    );
    expect(moved.reduce((sum, response) => sum + response.moved, 0)).toBe(300);
    expect(await folders('/')).not.toContain('/big/');
    expect(await folders('/archive/2026/')).toEqual(['/archive/2026/below/', '/archive/2026/empty/']);
    expect(await idsIn('/big/', { below: true })).toEqual([]);
    expect(await idsIn('/archive/2026/')).toHaveLength(2);
    expect(await read('Ænima (live) 100 ü')).toMatchObject({ version: 1, published: true });
    expect((await test.deliver(image('Ænima (live) 100 ü'))).status).toBe(200);

    const all = await idsIn('/archive/2026/', { below: true, limit: 70 });
    expect(new Set(all).size).toBe(300);
    const byName = await idsIn('/archive/2026/below/', { limit: 100 });
    expect(byName).toEqual([...byName].sort());
    const orders: string[][] = [];
    for (const sort of ['name', 'date', 'size', 'type'] as const) {
      const up = await idsIn('/archive/2026/below/', { sort, limit: 90 });
      const down = await idsIn('/archive/2026/below/', { sort, order: 'desc', limit: 90 });
      expect(new Set(up).size, sort).toBe(298);
      expect([...down].sort(), sort).toEqual([...up].sort());
      orders.push(up);
    }
    expect(orders[0]).toEqual(byName);

    await expect(
      user().call('moveFolder', { body: { from: '/archive/', to: '/archive/deeper/' } }),
    ).rejects.toThrow('400 request.invalid: to: lies in the folder that is moved');
    await expect(
      user().call('moveFolder', { body: { from: '/archive/2026/below/', to: '/archive/2026/empty/' } }),
    ).rejects.toThrow('409 folder.refused');

    const deleted = await wholly(() => user().call('deleteFolder', { query: { path: '/archive/' } }));
    expect(deleted.reduce((sum, response) => sum + response.trashed, 0)).toBe(300);
    expect(await folders('/')).not.toContain('/archive/');
    await expect(folders('/archive/')).rejects.toThrow('404 folder.not-found');
    await vi.waitFor(
      async () => expect((await test.deliver(image('Ænima (live) 100 ü'))).status).toBe(404),
      10_000,
    );
    await wholly(() => user().call('emptyTrash', { body: {} }));
    expect(await itemsOf('item 000')).toEqual([]);
    expect(await itemsOf(longName.replace('.png', ''))).toEqual([]);
  });

  it('receive single assets, and a deleted one is restored by a new asset', async () => {
    await upload('/here/', true, await picture('wanderer.png'));
    const { items } = await user().call('moveAssets', {
      body: {
        assetIds: ['wanderer'],
        folder: '/there/and back/',
      },
    });
    expect(items).toMatchObject([
      { id: 'wanderer', folder: '/there/and back/', version: 1, published: true },
    ]);
    expect(await idsIn('/here/')).toEqual([]);
    expect(await idsIn('/there/and back/')).toEqual(['wanderer']);
    await user().call('deleteFolder', { query: { path: '/here/' } });
    expect(await folders('/')).not.toContain('/here/');
    await upload('/here/', false, await picture('newcomer.png'));
    expect(await folders('/')).toContain('/here/');
  });
});
