import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { makeImage } from '../support/make-image.ts';
import { type BodyOf, company, startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const colours = ['#c00', '#0c0', '#00c', '#cc0', '#0cc', '#c0c', '#333'];
  const files = await Promise.all(colours.map((colour, index) => picture(`shoe-${index + 1}.png`, colour)));
  const { job } = await test.upload(files, { publishAfterUploading: false });
  await test.until(job.id, 'succeeded');
});

afterAll(async () => {
  await test?.stop();
});

async function picture(name: string, background: string, width = 64, height = 48): Promise<TestFile> {
  const image = sharp({ create: { width, height, channels: 3, background } });
  return { name, type: 'image/png', bytes: await image.png().toBuffer() };
}

const user = () => test.as('user');
const read = (id: string) => test.as('viewer').call('readAsset', { params: { id } });
const publish = (assetIds: string[]) => user().call('publishAssets', { body: { assetIds } });
const unpublish = (assetIds: string[], more: { partial?: boolean } = {}) =>
  user().call('unpublishAssets', { body: { assetIds, ...more } });
const outcomes = ({ results }: { readonly results: readonly { id: string; outcome: string }[] }) =>
  Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]));

const makeSet = (id: string, members: readonly string[], type: BodyOf<'createSet'>['type'] = 'image-set') =>
  user().call('createSet', {
    body: {
      type,
      id,
      members: members.map((member) => ({ id: member })),
      publish: false,
    },
  });

async function inOrigin(key: string): Promise<Record<string, string> | undefined> {
  try {
    const { Metadata } = await test.s3.send(
      new HeadObjectCommand({ Bucket: test.cloud.outputs.ImageServingBucket, Key: key }),
    );
    return Metadata;
  } catch {
    return undefined;
  }
}

describe('a set', () => {
  it('is published with its three images by one call', async () => {
    await makeSet('three', ['shoe-1', 'shoe-2', 'shoe-3']);
    const dry = await user().dryRun('publishAssets', { body: { assetIds: ['three'] } });
    expect(dry.assets.map(({ id, action }) => [id, action])).toEqual([
      ['shoe-1', 'publish'],
      ['shoe-2', 'publish'],
      ['shoe-3', 'publish'],
      ['three', 'publish'],
    ]);
    expect(dry.totals).toMatchObject({ assets: 4, copies: 4, invalidations: 0 });
    expect((await read('three')).published).toBe(false);

    const response = await publish(['three']);
    expect(response.complete).toBe(true);
    expect(outcomes(response)).toEqual({
      three: 'published',
      'shoe-1': 'published',
      'shoe-2': 'published',
      'shoe-3': 'published',
    });
    expect(response.results[0]).toEqual({
      id: 'three',
      outcome: 'published',
      servers: ['image-serving'],
      message: 'Version 1 is live',
    });
    expect(await inOrigin(`${company}/set/three`)).toBeDefined();
    expect(await inOrigin(`${company}/image/shoe-2`)).toBeDefined();
    expect(outcomes(await publish(['three']))).toEqual({ three: 'already-live' });
  });

  it('is named in a warning when a member is withdrawn, and publishes that member again', async () => {
    const warned = await user().dryRun('unpublishAssets', { body: { assetIds: ['shoe-2'] } });
    expect(warned.assets).toMatchObject([{ id: 'shoe-2', action: 'withdraw' }]);
    const response = await unpublish(['shoe-2']);
    expect(outcomes(response)).toEqual({ 'shoe-2': 'unpublished' });
    expect(response.warnings).toEqual(['shoe-2 is missing now in the published set three']);
    expect(warned.warnings).toEqual(response.warnings);
    expect(await inOrigin(`${company}/image/shoe-2`)).toBeUndefined();
    expect((await read('three')).published).toBe(true);

    // A job does not publish held assets, and the set that shows this one is already live.
    expect(await jobLog({ publish: 'full' })).not.toContainEqual(
      expect.objectContaining({ asset: 'shoe-2' }),
    );
    expect(outcomes(await publish(['three']))).toEqual({ three: 'already-live', 'shoe-2': 'published' });
    const sets = await test.as('viewer').call('listSetsOfAsset', { params: { id: 'shoe-2' } });
    expect(sets).toEqual({
      items: [
        {
          id: 'three',
          type: 'image-set',
          places: 1,
          published: true,
          trashed: false,
          thumbnailUrl: expect.any(String),
          previewUrl: expect.any(String),
        },
      ],
    });
  });

  it('is published by a job after its members, including held ones', async () => {
    await unpublish(['shoe-4']);
    await makeSet('inner', ['shoe-4', 'shoe-5']);
    await makeSet('outer', ['inner', 'shoe-1'], 'mixed-media-set');
    const dry = await user().dryRun('submitJob');
    expect(dry.complete).toBe(true);
    const planned = Object.fromEntries(dry.assets.map(({ id, action }) => [id, action]));
    expect(planned).toMatchObject({ 'shoe-4': 'publish', inner: 'publish', outer: 'publish' });
    expect(planned).not.toHaveProperty('shoe-1');

    const lines = await jobLog({ publish: 'new' });
    const order = lines.filter(({ outcome }) => outcome === 'published').map(({ asset }) => asset);
    expect(order.sort()).toEqual(Object.keys(planned).sort());
    for (const id of ['shoe-4', 'shoe-5', 'inner', 'outer']) expect((await read(id)).published).toBe(true);
    expect((await read('shoe-4')).intent).toBe('live');
  });

  it('is refused with the reason if a member is in the trash', async () => {
    await makeSet('holed', ['shoe-6', 'shoe-7']);
    await user().call('trashAssets', { body: { assetIds: ['shoe-7'] } });
    const response = await publish(['holed']);
    expect(response.results).toContainEqual({
      id: 'holed',
      outcome: 'refused',
      servers: [],
      message: expect.stringMatching(/Member shoe-7 is not live: it is in the trash/) as string,
    });
    await expect(user().call('publishAsset', { params: { id: 'holed' } })).rejects.toThrow(
      /409 asset.not-publishable/,
    );
    const lines = await jobLog({ publish: 'new' });
    expect(lines).toContainEqual(
      expect.objectContaining({
        asset: 'holed',
        outcome: 'error',
        message: expect.stringContaining('shoe-7'),
      }),
    );
  });
});

describe('publishing many assets', () => {
  it('lists every unknown id and does nothing unless a partial result is allowed', async () => {
    await expect(publish(['shoe-6', 'nobody', 'nothing'])).rejects.toThrow(/404 asset.not-found/);
    const response = await unpublish(['shoe-6', 'nobody'], { partial: true });
    expect(outcomes(response)).toEqual({ 'shoe-6': 'unpublished', nobody: 'not-found' });
  });
});

describe('a derived image', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const made = async (file: TestFile, ...queries: string[]) => {
    let bytes: Uint8Array = file.bytes;
    for (const query of queries) bytes = await makeImage(bytes, parseImageCommand(query), 10_000);
    return sha256(bytes);
  };

  it('goes live with its parent and is delivered by its recipe', async () => {
    await user().call('createDerived', {
      params: { id: 'shoe-1' },
      body: {
        id: 'teaser',
        recipe: 'wid=32&fmt=png',
        publish: false,
      },
    });
    const response = await publish(['shoe-1']);
    expect(outcomes(response)).toEqual({ 'shoe-1': 'already-live', teaser: 'published' });
    const { urls } = await read('teaser');
    const parent = await picture('shoe-1.png', '#c00');
    const plain = await test.deliver(`${urls.image}`);
    expect(plain.headers['content-type']).toBe('image/png');
    expect(plain.sha256).toBe(await made(parent, 'wid=32&fmt=png'));
    const smaller = await test.deliver(`${urls.image}?wid=16&fmt=webp`);
    expect(smaller.sha256).toBe(await made(parent, 'wid=32&fmt=png', 'wid=16&fmt=webp'));
    expect((await inOrigin(`${company}/image/teaser`))?.recipe).toBe(encodeURIComponent('wid=32&fmt=png'));
  });

  it('changes with its parent', async () => {
    const before = await read('teaser');
    const changed = await picture('shoe-1.png', '#fff', 64, 64);
    const { job } = await test.upload([changed]);
    await test.until(job.id, 'succeeded');
    const after = await read('teaser');
    expect(after.version).toBe(before.version + 1);
    const delivered = await test.deliver(`${after.urls.image}?id=${after.version}`);
    expect(delivered.sha256).toBe(await made(changed, 'wid=32&fmt=png'));
  });

  it('keeps its history when it is withdrawn', async () => {
    await user().call('unpublishAsset', { params: { id: 'teaser' } });
    const shown = await test.as('viewer').call('readAsset', { params: { id: 'teaser' } });
    expect(shown.lastPublished).toMatch(/^20/);
    const { items } = await test.as('viewer').call('readAssetHistory', { params: { id: 'teaser' } });
    expect(items.map(({ event }) => event)).toEqual(['withdrawn', 'published', 'published']);
  });
});

async function jobLog(options: BodyOf<'submitJob'>) {
  const { id } = await user().call('submitJob', { body: options });
  const job = await test.until(id, 'succeeded', 'completed-with-errors');
  const { total, done, skipped, errors, notReached } = job.counts;
  expect(total).toBe(done + skipped + errors + notReached);
  const lines = await test.wholeLog(id);
  expect(lines.filter(({ asset }) => asset !== undefined)).toHaveLength(total);
  return lines;
}
