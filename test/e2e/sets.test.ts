import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setSteps } from '../../local/demo/set-steps.ts';
import { makeSamples } from '../../samples/make-samples.ts';
import { company, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const colours = ['#c00', '#0c0', '#00c', '#cc0', '#0cc', '#c0c'];
  const pictures = await Promise.all(
    colours.map((colour, index) => picture(`view-${index + 1}.png`, colour)),
  );
  const { job } = await test.upload([...pictures, await picture('terrace (north).png', '#ccc')], {
    publishAfterUploading: false,
  });
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
const read = (id: string) => test.as('viewer').call('readSet', { params: { id } });
const asset = (id: string) => test.as('viewer').call('readAsset', { params: { id } });
const etag = ({ version, modified }: { readonly version: number; readonly modified: string }) =>
  `"${version}-${modified}"`;

async function inOrigin(key: string): Promise<unknown> {
  const { Body } = await test.s3.send(
    new GetObjectCommand({ Bucket: test.cloud.outputs.ImageServingBucket, Key: key }),
  );
  return JSON.parse((await Body?.transformToString()) ?? 'null');
}

describe('a set', () => {
  it('is published with its members, and the origin has its record', async () => {
    const set = await user().call('createSet', {
      body: {
        type: 'image-set',
        id: 'all views',
        folder: '/sets/',
        title: 'All views',
        members: [
          { id: 'view-1', label: 'Front' },
          { id: 'view-2', swatch: { color: '#A1B2C3' } },
          { id: 'view-1' },
        ],
      },
    });
    expect(set).toMatchObject({ published: true, intent: 'live', version: 1, memberCount: 3, warnings: [] });
    expect(set.members.map(({ published }) => published)).toEqual([true, true, true]);
    expect(await inOrigin(`${company}/set/all views`)).toEqual({
      type: 'image-set',
      members: [
        { id: 'view-1', label: 'Front' },
        { id: 'view-2', swatch: { color: 'a1b2c3' } },
        { id: 'view-1' },
      ],
    });
    expect(await read('all views')).toMatchObject(set);
  });

  it('stays live when it is edited without publishing, and a warning names its unpublished members', async () => {
    const before = await read('all views');
    const edited = await user().call('editSet', {
      params: { id: 'all views' },
      body: { members: [{ id: 'view-3' }, { id: 'view-1' }], publish: false },
      ifMatch: etag(before),
    });
    expect(edited).toMatchObject({ published: true, version: 2, memberCount: 2 });
    expect(edited.warnings).toEqual([expect.stringContaining('The member view-3 is not live')]);
    expect(await inOrigin(`${company}/set/all views`)).toMatchObject({
      members: [{ id: 'view-3' }, { id: 'view-1' }],
    });
    expect((await asset('view-3')).published).toBe(false);
    // A removed member keeps its state.
    expect((await asset('view-2')).published).toBe(true);

    await expect(
      user().call('editSet', {
        params: { id: 'all views' },
        body: { members: [{ id: 'view-1' }] },
        ifMatch: etag(before),
      }),
    ).rejects.toThrow(/412 asset.stale/);
  });

  it('is not published when it is saved without publishing, and goes live by the next save that publishes', async () => {
    const set = await user().call('createSet', {
      body: {
        type: 'spin-set',
        id: 'spin',
        members: ['view-5', 'view-4', 'view-6'].map((id, index) => ({ id, row: index === 0 ? 1 : 0 })),
        publish: false,
      },
    });
    expect(set).toMatchObject({ published: false, intent: 'pending' });
    expect(set.members.map(({ id, row }) => [id, row])).toEqual([
      ['view-4', 0],
      ['view-6', 0],
      ['view-5', 1],
    ]);
    expect((await asset('view-4')).published).toBe(false);
    const published = await user().call('editSet', {
      params: { id: 'spin' },
      body: {
        members: [{ id: 'view-4' }, { id: 'view-5' }],
      },
    });
    expect(published).toMatchObject({ published: true, version: 2 });
    expect((await asset('view-4')).published).toBe(true);
    expect((await asset('view-6')).published).toBe(false);
  });

  it('goes live with the sets in it if it is a mixed media set', async () => {
    const mixed = await user().call('createSet', {
      body: {
        type: 'mixed-media-set',
        id: 'mixed',
        members: [{ id: 'spin' }, { id: 'all views' }, { id: 'view-6', swatch: { id: 'view-1' } }],
      },
    });
    expect(mixed).toMatchObject({ published: true, warnings: [] });
    expect((await asset('view-3')).published).toBe(true);
    expect((await asset('view-6')).published).toBe(true);
  });

  it.each([
    [
      'unknown members, all of them',
      { type: 'image-set', id: 'x', members: [{ id: 'no-1' }, { id: 'view-1' }, { id: 'no-2' }] },
      /404 asset.not-found.*no-1.*members\[2\].id: there is no asset no-2/s,
    ],
    ['members of a wrong type', { type: 'spin-set', id: 'x', members: [{ id: 'spin' }] }, /422 set.refused/],
    [
      'mixed media in mixed media',
      { type: 'mixed-media-set', id: 'x', members: [{ id: 'mixed' }] },
      /422 set.refused.*cannot contain another one/,
    ],
    [
      'parentheses in mixed media',
      { type: 'mixed-media-set', id: 'x', members: [{ id: 'terrace (north)' }] },
      /422 set.refused.*rename/,
    ],
    [
      'one asset 21 times',
      { type: 'image-set', id: 'x', members: Array.from({ length: 21 }, () => ({ id: 'view-1' })) },
      /422 set.refused.*occurs 21 times/,
    ],
    [
      'an id that is taken',
      { type: 'image-set', id: 'view-1', members: [{ id: 'view-2' }] },
      /409 asset.id-taken.*image in \//,
    ],
    [
      'an id with a slash',
      { type: 'image-set', id: 'a/b', members: [{ id: 'view-2' }] },
      /400 request.invalid: id/,
    ],
    [
      'a colour that is none',
      { type: 'image-set', id: 'x', members: [{ id: 'view-1', swatch: { color: 'red' } }] },
      /400 request.invalid/,
    ],
    [
      'a label that is too long',
      { type: 'image-set', id: 'x', members: [{ id: 'view-1', label: 'x'.repeat(256) }] },
      /400 request.invalid.*label: must have at most 255/,
    ],
  ])('is refused for %s', async (_, body, message) => {
    await expect(test.raw('user', 'POST', '/sets', body)).rejects.toThrow(message);
    await expect(read('x')).rejects.toThrow(/404/);
  });

  it('is not created by viewers, and an image is not read as a set', async () => {
    const body = { type: 'image-set' as const, id: 'y', members: [{ id: 'view-1' }] };
    await expect(test.as('viewer').call('createSet', { body })).rejects.toThrow(/403/);
    await expect(read('view-1')).rejects.toThrow(/404 asset.not-found.*no set/);
  });

  it('with 1,000 members is saved and published within the time limit of a request', async () => {
    // 50 images 20 times each.
    const files = await Promise.all(
      Array.from({ length: 50 }, (_, index) => picture(`many-${index}.png`, '#123', 8)),
    );
    const { job } = await test.upload(files, { publishAfterUploading: false });
    await test.until(job.id, 'succeeded');
    const members = Array.from({ length: 1_000 }, (_, index) => ({ id: `many-${index % 50}` }));
    const set = await user().call('createSet', { body: { type: 'image-set', id: 'large', members } });
    expect(set).toMatchObject({ published: true, memberCount: 1_000, warnings: [] });
  });
});

describe('a derived image', () => {
  const origin = async (id: string) =>
    test.s3.send(
      new HeadObjectCommand({
        Bucket: test.cloud.outputs.ImageServingBucket,
        Key: `${company}/image/${id}`,
      }),
    );

  it('is delivered at its own URL by its recipe', async () => {
    const derived = await user().call('createDerived', {
      params: { id: 'view-1' },
      body: {
        id: 'teaser',
        recipe: 'hei=20&wid=40&fit=crop&fmt=png',
      },
    });
    expect(derived).toMatchObject({
      published: true,
      version: 1,
      parent: 'view-1',
      recipe: 'wid=40&hei=20&fit=crop&fmt=png',
    });
    expect((await asset('view-1')).derivedCount).toBe(1);
    expect((await origin('teaser')).Metadata?.recipe).toBe(
      encodeURIComponent('wid=40&hei=20&fit=crop&fmt=png'),
    );
    const delivered = await test.deliver(derived.urls.image ?? '');
    expect(delivered).toMatchObject({
      status: 200,
      httpVersion: '2',
      headers: { 'content-type': 'image/png' },
    });
    const { items } = await test.as('viewer').call('listDerived', { params: { id: 'view-1' } });
    expect(items.map(({ id }) => id)).toEqual(['teaser']);
  });

  it('changes with its recipe', async () => {
    const before = await asset('teaser');
    const edited = await user().call('editDerived', {
      params: { id: 'view-1', derivedId: 'teaser' },
      body: { recipe: 'wid=10' },
      ifMatch: etag(before),
    });
    expect(edited).toMatchObject({ version: 2, published: true, recipe: 'wid=10' });
    expect((await origin('teaser')).Metadata?.recipe).toBe(encodeURIComponent('wid=10'));
    await expect(
      user().call('editDerived', {
        params: { id: 'view-1', derivedId: 'teaser' },
        body: { recipe: 'wid=11' },
        ifMatch: etag(before),
      }),
    ).rejects.toThrow(/412 asset.stale/);
  });

  it('changes with its parent', async () => {
    const { job } = await test.upload([await picture('view-1.png', '#abc', 96)]);
    await test.until(job.id, 'succeeded');
    const [parent, derived] = [await asset('view-1'), await asset('teaser')];
    expect(derived).toMatchObject({ version: 3, published: true, width: 96 });
    expect(parent).toMatchObject({ version: 2, width: 96 });
    expect((await origin('teaser')).ETag).toBe((await origin('view-1')).ETag);
  });

  it.each([
    ['a set', 'spin', { id: 'z', recipe: 'wid=1' }, /422 derived.refused/],
    ['a derived image', 'teaser', { id: 'z', recipe: 'wid=1' }, /422 derived.refused/],
    ['nothing', 'nothing', { id: 'z', recipe: 'wid=1' }, /404/],
    ['a wrong recipe', 'view-2', { id: 'z', recipe: 'wdi=1' }, /400 .*recipe.wdi/],
    ['a taken id', 'view-2', { id: 'spin', recipe: 'wid=1' }, /409 asset.id-taken/],
  ])('is not made of %s', async (_, id, body, message) => {
    await expect(user().call('createDerived', { params: { id }, body })).rejects.toThrow(message);
    expect((await asset('view-2')).derivedCount ?? 0).toBe(0);
  });
});

describe('the sample sets', () => {
  it('are built from the sample pictures, and their derived image is delivered', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pressroom-samples-'));
    const samples = await makeSamples(folder);
    await rm(folder, { recursive: true, force: true });
    const files = samples.map(({ name, contentType, bytes }) => ({ name, type: contentType, bytes }));
    const { job } = await test.upload(files, { publishAfterUploading: false, folder: '/samples/' });
    await test.until(job.id, 'succeeded');
    const { steps, result } = setSteps({
      admin: test.as('admin'),
      run: 1,
      deliver: (url) => test.deliver(url),
    });
    for (const step of steps) await step.work(() => {});
    expect(result.imageSet).toMatchObject({ id: 'harbour-set', published: true });
    expect(result.delivered).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
    const picture = await test.deliver(`${result.deliveredUrl}?fmt=png`);
    expect(picture.headers['content-type']).toBe('image/png');
  });
});

describe('batch set presets', () => {
  it('build sets from the files of an upload and extend them by the next upload', async () => {
    const admin = test.as('admin');
    await admin.call('putBatchSetPreset', {
      params: { name: 'around' },
      body: {
        setType: 'spin-set',
        members: '{base}_{row}_{column}',
      },
    });
    await expect(
      user().call('putBatchSetPreset', {
        params: { name: 'mine' },
        body: { setType: 'spin-set', members: '{base}-{view}' },
      }),
    ).rejects.toThrow(/403/);

    const names = ['vase_1_1.png', 'vase_1_2.png', 'vase_2_1.png', 'single.png'];
    const first = await test.upload(await Promise.all(names.map((name) => picture(name, '#333'))));
    const job = await test.until(first.job.id, 'succeeded');
    expect(await read('vase-set')).toMatchObject({
      published: true,
      type: 'spin-set',
      members: [
        { id: 'vase_1_1', row: 0 },
        { id: 'vase_1_2', row: 0 },
        { id: 'vase_2_1', row: 1 },
      ],
    });
    const log = await test.wholeLog(first.job.id);
    expect(log.filter((line) => line.asset === 'vase-set')).toEqual([
      expect.objectContaining({ outcome: 'published', message: expect.stringContaining('vase-set') }),
    ]);
    expect(log.at(-1)?.outcome).toBe('end');
    expect(job.counts).toMatchObject({ total: 5, done: 5, errors: 0 });

    const second = await test.upload([await picture('vase_2_2.png', '#333')]);
    await test.until(second.job.id, 'succeeded');
    expect((await read('vase-set')).members.map(({ id }) => id)).toEqual([
      'vase_1_1',
      'vase_1_2',
      'vase_2_1',
      'vase_2_2',
    ]);

    await admin.call('deleteBatchSetPreset', { params: { name: 'around' } });
    await expect(admin.call('deleteBatchSetPreset', { params: { name: 'around' } })).rejects.toThrow(
      /404 preset.not-found/,
    );
    expect(await test.as('viewer').call('listBatchSetPresets')).toEqual({ items: [] });
  });
});
