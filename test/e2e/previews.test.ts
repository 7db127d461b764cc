import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pixelFont } from '../../samples/pixel-font.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
  const image = sharp({ create: { width: 1_600, height: 1_200, channels: 3, background: '#c00' } });
  const { job } = await test.upload(
    [
      { name: 'red.png', type: 'image/png', bytes: await image.png().toBuffer() },
      {
        name: 'notes.svg',
        type: 'image/svg+xml',
        bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      },
      { name: 'letters.ttf', type: 'font/ttf', bytes: pixelFont() },
    ],
    { publishAfterUploading: false },
  );
  await test.until(job.id, 'succeeded');
});

afterAll(async () => {
  await test?.stop();
});

it('what is not published is seen through a preview alone, over HTTP/2, until the preview is revoked', async () => {
  expect((await test.deliver(`/is/image/${company}/red`)).status).toBe(404);

  const { items } = await test.as('viewer').call('listAssets');
  const listed = items.find(({ id }) => id === 'red');
  const thumbnail = await test.deliver(listed?.thumbnailUrl ?? '');
  expect(thumbnail).toMatchObject({
    status: 200,
    httpVersion: '2',
    headers: {
      'content-type': 'image/webp',
      'cache-control': expect.stringMatching(/^private, max-age=\d+$/),
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'access-control-allow-origin': '*',
    },
  });
  expect(await sharp(thumbnail.body).metadata()).toMatchObject({ width: 512, height: 384 });

  // A specimen of the font, and a card.
  for (const [id, colour] of [
    ['letters', '212529'],
    ['notes', '0b7285'],
  ]) {
    const drawn = await test.deliver(items.find((one) => one.id === id)?.thumbnailUrl ?? '');
    expect(drawn).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
    const { data, info } = await sharp(drawn.body).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([512, 512]);
    expect(data.toString('hex')).toContain(colour);
  }

  const { url } = await test
    .as('user')
    .call('createPreview', { body: { assetId: 'red', recipe: 'rotate=90' } });
  const shown = await test.deliver(`${url}?wid=60&fmt=auto`, { accept: 'image/avif,*/*' });
  expect(shown).toMatchObject({ status: 200, httpVersion: '2', headers: { 'content-type': 'image/avif' } });
  expect(await sharp(shown.body).metadata()).toMatchObject({ width: 60, height: 80 });
  // The edge keeps nothing: each request is asked of the image server.
  expect((await test.deliver(`${url}?wid=60`)).headers['x-cache']).toBe('Miss from cloudfront');
  expect((await test.deliver(`${url}?wid=60`)).headers['x-cache']).toBe('Miss from cloudfront');

  const file = await test.as('user').call('createPreview', { body: { assetId: 'notes' } });
  expect(file.kind).toBe('content');
  expect(await test.deliver(file.url)).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'image/svg+xml',
      'content-security-policy': expect.stringContaining('sandbox'),
    },
  });

  const members = [{ id: 'red' }];
  await test
    .as('user')
    .call('createSet', { body: { type: 'image-set', id: 'views', members, publish: false } });
  const set = await test.as('user').call('createPreview', { body: { assetId: 'views' } });
  expect(await test.deliver(`${set.url}?req=set,json2`)).toMatchObject({ status: 200, httpVersion: '2' });

  await expect(test.as('viewer').call('createPreview', { body: { assetId: 'red' } })).rejects.toThrow('403');
  expect((await test.deliver(url.replace('/red', '/notes'))).status).toBe(404);
  await test.as('user').call('revokePreview', { body: { url } });
  await vi.waitFor(async () => expect((await test.deliver(`${url}?wid=60`)).status).toBe(410), {
    timeout: 60_000,
    interval: 500,
  });
  expect((await test.deliver(file.url)).status).toBe(200);
});
